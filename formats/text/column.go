package text

import (
	"encoding/binary"
	"errors"
	"math"
	"strconv"
	"strings"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/internal/fail"
)

// column collects the cells of a column, 8 bytes each: as integers as long
// as all are whole numbers, as floats from the first that is none.
type column struct {
	heading
	values  []byte
	held    kind // what values holds: kindWhole, kindUnsigned or kindReal
	dropped bool // values, for it is text
	asked   bool // typed is what the caller wants, not what the heading says

	numbers, texts int
	firstText      place // content that is no number
	leadsText      bool  // the first content is text
	negative       place
	unsigned       place // the first whole number beyond int64
	beyond         place // the first whole number beyond uint64
	large          bool  // some are beyond 2^53
	mixed          place // the first cell that is no whole number
	rounded        place // the first whole number that float64 does not hold
	comma, point   place // the first decimal of either kind
}

// place is a cell of a file; row 0 is none.
type place struct {
	row  int
	cell string
}

func (p *place) set(row int, cell string) {
	if p.row == 0 {
		*p = place{row, strings.Clone(cell)} // the line it is part of can go
	}
}

// add appends a cell and returns the memory that it took.
func (c *column) add(row int, cell string, commas bool) int64 {
	if c.typed != 0 {
		return c.addTyped(row, cell, commas)
	}
	const enough = 100 // to call a column text without reading on
	if c.texts > enough && c.texts > 2*c.numbers {
		c.texts++
		return 0
	}
	v := parseCell(cell, commas)
	switch v.kind {
	case kindText:
		c.leadsText = c.leadsText || c.numbers == 0
		c.firstText.set(row, cell)
		c.texts++
		freed := len(c.values)
		c.values, c.dropped = nil, true
		return -int64(freed)
	case kindMissing:
	default:
		c.numbers++
	}
	if c.dropped {
		return 0
	}
	c.note(v, row, cell)
	if c.held == kindReal {
		v.bits = math.Float64bits(v.float())
	}
	c.values = binary.LittleEndian.AppendUint64(c.values, v.bits)
	return 8
}

// note keeps what decides about the type of the column.
func (c *column) note(v cellValue, row int, cell string) {
	held := c.held
	switch v.kind {
	case kindWhole:
		n := int64(v.bits)
		if n < 0 {
			c.negative.set(row, cell)
		}
		if n > array.MaxExactInteger || n < -array.MaxExactInteger {
			c.large = true
		}
	case kindUnsigned:
		c.unsigned.set(row, cell)
		held = max(held, kindUnsigned)
	case kindBeyond:
		c.beyond.set(row, cell)
	default:
		c.mixed.set(row, cell)
	}
	c.marks(v, row, cell)
	if v.rounded(cell) {
		c.rounded.set(row, cell)
	}
	if c.beyond.row > 0 || c.mixed.row > 0 || c.negative.row > 0 && c.unsigned.row > 0 {
		held = kindReal
	}
	if held == kindReal && c.held != kindReal {
		for b := c.values; len(b) > 0; b = b[8:] { // what this rounds, c.rounded tells
			f := cellValue{kind: c.held, bits: binary.LittleEndian.Uint64(b)}.float()
			binary.LittleEndian.PutUint64(b, math.Float64bits(f))
		}
	}
	c.held = held
}

// marks keeps the first decimal marks of either kind.
func (c *column) marks(v cellValue, row int, cell string) {
	switch {
	case v.comma:
		c.comma.set(row, cell)
	case v.kind == kindReal && c.point.row == 0 && strings.Contains(cell, "."):
		c.point.set(row, cell)
	}
}

// addTyped appends a cell of a column whose heading gives the type.
func (c *column) addTyped(row int, cell string, commas bool) int64 {
	v := parseCell(cell, commas && c.asked)
	c.marks(v, row, cell)
	e := array.Element{DType: c.typed}
	var err error
	switch {
	case v.kind == kindText, c.typed.IsInteger() && v.kind == kindMissing:
		err = errNoNumber
	case c.typed.IsInteger():
		e, err = array.ParseElement(c.typed, v.plain)
	case c.typed == array.Float64:
		e.Bits = math.Float64bits(v.float())
		if v.rounded(cell) {
			err = errNoNumber
		}
	default:
		f := v.float()
		if v.kind != kindMissing { // not rounded twice
			var narrow float64
			if narrow, err = strconv.ParseFloat(v.plain, 32); err == nil {
				f = narrow
			}
		}
		b := make([]byte, c.typed.Size())
		array.Demote(b, []float64{f}, c.typed)
		e = array.ElementAt(c.typed, b)
	}
	if err != nil {
		c.leadsText = c.leadsText || c.numbers == 0
		c.firstText.set(row, cell)
		c.texts++
	} else if v.kind.number() {
		c.numbers++
	}
	c.values = e.Append(c.values)
	return int64(c.typed.Size())
}

var errNoNumber = errors.New("no number")

// source returns the column as an array, or why it is none.
func (c *column) source(rows int) (array.Source, error) {
	h := array.Header{Name: c.name, DType: array.Float64, Shape: []int{rows}}
	foreign := c.typed == 0 || c.asked
	switch {
	case foreign && c.numbers == 0 && c.texts == 0:
		return array.Source{}, fail.Unsupportedf("csv: column %q holds no number", c.name)
	case foreign && c.isText():
		return array.Source{}, fail.Unsupportedf("csv: column %q is text, such as %.60q in row %d", c.name, c.firstText.cell, c.firstText.row)
	case c.texts > 0:
		return array.Source{}, c.unreadable()
	case foreign && c.comma.row > 0 && c.point.row > 0:
		return array.Source{}, fail.Malformedf("csv: row %d, column %q: %q has a point, but %q in row %d a comma: write one kind of decimal mark and no marks between thousands",
			c.point.row, c.name, c.point.cell, c.comma.cell, c.comma.row)
	case c.typed != 0:
		h.DType = c.typed
		return array.FromBytes(h, c.values), nil
	case c.rounded.row > 0 && c.mixed.row > 0:
		mixed := strconv.Quote(c.mixed.cell)
		if isMissing(strings.TrimSpace(c.mixed.cell)) {
			mixed = "the missing value"
		}
		return array.Source{}, fail.Malformedf("csv: row %d, column %q: f64 cannot hold %s exactly, and integers cannot hold %s in row %d: write whole numbers only, such as one that stands for missing values",
			c.rounded.row, c.name, c.rounded.cell, mixed, c.mixed.row)
	case c.mixed.row > 0:
		return array.FromBytes(h, c.values), nil
	case c.beyond.row > 0:
		return array.Source{}, fail.Malformedf("csv: row %d, column %q: the whole number %s is beyond i64 and u64; write 1e20 for what may be rounded",
			c.beyond.row, c.name, c.beyond.cell)
	case c.negative.row > 0 && c.unsigned.row > 0:
		return array.Source{}, fail.Malformedf("csv: column %q: no integer type holds both %s in row %d and %s in row %d",
			c.name, c.negative.cell, c.negative.row, c.unsigned.cell, c.unsigned.row)
	case c.held == kindUnsigned:
		h.DType = array.Uint64
	case c.large:
		h.DType = array.Int64
	default:
		return c.wholeSource(h), nil
	}
	return array.FromBytes(h, c.values), nil
}

// isText reports whether most of the column is text, or half if it begins so.
func (c *column) isText() bool {
	text := c.firstText.cell
	return parseCell(text, true).kind == kindText && !hasDecimalComma(text) &&
		(c.texts > c.numbers || c.leadsText && c.texts == c.numbers)
}

// unreadable names the first cell that cannot be read.
func (c *column) unreadable() error {
	what, hint := "a number", ""
	if c.typed != 0 {
		what = "a number of type " + c.typed.String()
	}
	if hasDecimalComma(c.firstText.cell) {
		hint = ": a decimal comma is read in files with semicolons between columns; write a point"
	}
	return fail.Malformedf("csv: row %d, column %q: want %s, found %.60q%s", c.firstText.row, c.name, what, c.firstText.cell, hint)
}

// wholeSource is a column of whole numbers that float64 holds. Beside others
// that it does not hold they are integers.
func (c *column) wholeSource(h array.Header) array.Source {
	floats := c.values
	for b := floats; len(b) > 0; b = b[8:] {
		v := float64(int64(binary.LittleEndian.Uint64(b)))
		binary.LittleEndian.PutUint64(b, math.Float64bits(v))
	}
	s := array.FromBytes(h, floats)
	s.Whole = func(d array.DType) (array.Source, error) {
		if d == array.Uint64 && c.negative.row > 0 {
			return array.Source{}, fail.Malformedf("csv: column %q: u64 cannot hold %s in row %d", c.name, c.negative.cell, c.negative.row)
		}
		integers := make([]byte, 0, len(floats))
		for b := floats; len(b) > 0; b = b[8:] {
			v := math.Float64frombits(binary.LittleEndian.Uint64(b))
			integers = binary.LittleEndian.AppendUint64(integers, uint64(int64(v)))
		}
		return array.FromBytes(array.Header{Name: h.Name, DType: d, Shape: h.Shape}, integers), nil
	}
	return s
}
