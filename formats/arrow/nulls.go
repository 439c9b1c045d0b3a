package arrow

import (
	"fmt"
	"io"
	"math"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/internal/fail"
)

// hasNulls reports whether a record batch says that a value of c is null.
func (f *file) hasNulls(c *column) bool {
	for _, m := range f.batches {
		for _, field := range c.levels {
			if m.batch.nodes[field.node].nulls > 0 {
				return true
			}
		}
	}
	return false
}

// setNulls chooses what stands for the nulls of c: what the caller said, else
// NaN, or an integer that c does not hold.
func (f *file) setNulls(c *column) (err error) {
	c.hasNulls = f.hasNulls(c)
	switch {
	case !c.hasNulls:
		c.nulls = array.Element{DType: c.dtype}
	case f.o.Null != "":
		if c.nulls, err = array.ParseElement(c.dtype, f.o.Null); err != nil {
			return fail.Unsupportedf("its nulls cannot become %s: %v holds no such value", f.o.Null, c.dtype)
		}
		var n int
		if n, err = f.count(c, c.nulls); n > 0 {
			c.note = fmt.Sprintf("%v stands for nulls, and for %d other values", c.nulls, n)
		}
	case c.dtype.IsInteger():
		c.nulls, err = f.unusedInteger(c)
	default:
		const nan = 0x7ff8 << 48 // as most programs write it
		b := make([]byte, c.dtype.Size())
		array.Demote(b, []float64{math.Float64frombits(nan)}, c.dtype)
		c.nulls = array.ElementAt(c.dtype, b)
	}
	return err
}

// each calls visit for the values of a column, with the given one for nulls.
func (f *file) each(c *column, nulls array.Element, visit func(array.Element)) error {
	scanned := *c
	scanned.nulls = nulls
	r := f.values(&scanned, 0, f.rows)
	size := c.dtype.Size()
	buf := make([]byte, piece*size)
	for {
		n, err := io.ReadFull(r, buf)
		for b := buf[:n]; len(b) >= size; b = b[size:] {
			visit(array.ElementAt(c.dtype, b))
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// count returns how many values of c that are not null are equal to e.
func (f *file) count(c *column, e array.Element) (n int, err error) {
	other := array.Element{DType: e.DType, Bits: e.Bits ^ 1}
	err = f.each(c, other, func(v array.Element) {
		if v == e || !e.DType.IsInteger() && v.Float64() == e.Float64() {
			n++
		}
	})
	return n, err
}

// unusedInteger looks through a column for an integer that it does not hold,
// near that end of its type which values reach least: the lowest of signed and
// the highest of unsigned ones. Of 64 bits those that float64 holds count, so that
// the rest can be worked on.
func (f *file) unusedInteger(c *column) (array.Element, error) {
	bits := 8 * c.dtype.Size()
	end := int64(-1) << min(bits-1, 53) // and its successors, of signed types
	step := int64(1)
	if c.dtype >= array.Uint8 {
		end, step = 1<<min(bits, 53)-1, -1
	}
	var used [256]bool                                                      // end, end+step, ...
	err := f.each(c, array.Element{DType: c.dtype}, func(e array.Element) { // 0 is not chosen
		if k := (e.Integer() - end) * step; 0 <= k && k < int64(len(used)) {
			used[k] = true
		}
	})
	if err != nil {
		return array.Element{}, err
	}
	for k, taken := range used {
		if v := end + step*int64(k); !taken && v != 0 {
			return array.IntegerElement(c.dtype, v), nil
		}
	}
	return array.Element{}, fail.Unsupportedf("integers with nulls, and no value left to stand for them: give one")
}
