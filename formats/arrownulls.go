package formats

import (
	"fmt"
	"io"
	"math"
)

// hasNulls reports whether a record batch says that a value of c is null.
func (f *arrowFile) hasNulls(c *arrowColumn) bool {
	for _, m := range f.batches {
		for _, field := range c.levels {
			if m.batch.nodes[field.node].nulls > 0 {
				return true
			}
		}
	}
	return false
}

// nullValue returns what stands for the nulls of c: what the caller said, else
// NaN, or an integer that c does not hold.
func (f *arrowFile) nullValue(c *arrowColumn) (Element, error) {
	switch {
	case !c.hasNulls:
		return Element{DType: c.dtype}, nil
	case f.o.Null != "":
		e, err := ParseElement(c.dtype, f.o.Null)
		if err != nil {
			return e, unsupportedf("its nulls cannot become %s: %v holds no such value", f.o.Null, c.dtype)
		}
		return e, nil
	case c.dtype.IsInteger():
		return f.unusedInteger(c)
	}
	const nan = 0x7ff8 << 48 // as most programs write it
	b := make([]byte, c.dtype.Size())
	Demote(b, []float64{math.Float64frombits(nan)}, c.dtype)
	return ElementAt(c.dtype, b), nil
}

// unusedInteger looks through a column for an integer that it does not hold,
// near that end of its type which values reach least: the lowest of signed and
// the highest of unsigned ones. Of 64 bits those that float64 holds count, so that
// the rest can be worked on.
func (f *arrowFile) unusedInteger(c *arrowColumn) (Element, error) {
	bits := 8 * c.dtype.Size()
	end := int64(-1) << min(bits-1, 53) // and its successors, of signed types
	step := int64(1)
	if c.dtype >= Uint8 {
		end, step = 1<<min(bits, 53)-1, -1
	}
	var used [256]bool                                          // end, end+step, ...
	err := f.scan(c, Element{DType: c.dtype}, func(e Element) { // 0 is not chosen
		if k := (e.integer() - end) * step; 0 <= k && k < int64(len(used)) {
			used[k] = true
		}
	})
	if err != nil {
		return Element{}, err
	}
	for k, taken := range used {
		if v := end + step*int64(k); !taken && v != 0 {
			return elementOfInteger(c.dtype, v), nil
		}
	}
	return Element{}, unsupportedf("integers with nulls, and no value left to stand for them: give one")
}

// noteTaken notes that nulls become a value which the column holds too, so that
// the two cannot be told apart any more.
func (f *arrowFile) noteTaken(c *arrowColumn) error {
	n := 0
	other := Element{c.dtype, c.nulls.Bits ^ 1}
	err := f.scan(c, other, func(e Element) { n += bitOf(e == c.nulls) })
	if n > 0 {
		c.note = fmt.Sprintf("nulls become %v, which %d other values of the column are already", c.nulls, n)
	}
	return err
}

// scan goes through the values of a column, with the given one for its nulls.
func (f *arrowFile) scan(c *arrowColumn, nulls Element, see func(Element)) error {
	scanned := *c
	scanned.nulls = nulls
	r := f.values(&scanned, 0, f.rows)
	size := c.dtype.Size()
	buf := make([]byte, arrowPiece*size)
	for {
		n, err := io.ReadFull(r, buf)
		for b := buf[:n]; len(b) >= size; b = b[size:] {
			see(ElementAt(c.dtype, b))
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}
