package array

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/morselcodec/morsel/formats/internal/fail"
)

// Element is one value of an element type, bit for bit: such as a fill value,
// which may be a 64-bit integer that no float holds. Elements of one type are
// the same if they are equal with ==.
type Element struct {
	DType DType
	Bits  uint64 // as little-endian bytes hold them, the rest 0
}

// ElementAt returns the element of type d at the beginning of b.
func ElementAt(d DType, b []byte) Element {
	var wide [8]byte
	copy(wide[:], b[:d.Size()])
	return Element{d, binary.LittleEndian.Uint64(wide[:])}
}

// Append appends the element as files hold it, little-endian.
func (e Element) Append(b []byte) []byte {
	return append(b, binary.LittleEndian.AppendUint64(nil, e.Bits)[:e.DType.Size()]...)
}

// IntegerElement returns the element of an integer type with a value that it
// has, those of u64 beyond i64 as their two's complement.
func IntegerElement(d DType, v int64) Element {
	unused := 64 - 8*d.Size()
	return Element{d, uint64(v) << unused >> unused}
}

// Integer returns the value of an element of an integer type; see
// [IntegerElement].
func (e Element) Integer() int64 {
	if e.DType >= Uint8 {
		return int64(e.Bits)
	}
	unused := 64 - 8*e.DType.Size()
	return int64(e.Bits<<unused) >> unused
}

// AppendInteger appends all digits of an integer.
func (e Element) AppendInteger(b []byte) []byte {
	if e.DType == Uint64 {
		return strconv.AppendUint(b, e.Bits, 10)
	}
	return strconv.AppendInt(b, e.Integer(), 10)
}

// Float64 returns the value, that of a 64-bit integer rounded to the nearest.
func (e Element) Float64() float64 {
	switch e.DType {
	case Int64:
		return float64(int64(e.Bits))
	case Uint64:
		return float64(e.Bits)
	}
	var v [1]float64
	if err := Promote(v[:], e.Append(nil), e.DType); err != nil {
		return math.NaN() // no valid type
	}
	return v[0]
}

// String returns the shortest text from which [ParseElement] makes e.
func (e Element) String() string {
	switch {
	case e.DType.IsInteger():
		return string(e.AppendInteger(nil))
	case e.DType == Float64:
		return strconv.FormatFloat(e.Float64(), 'g', -1, 64)
	}
	return strconv.FormatFloat(e.Float64(), 'g', -1, 32)
}

// MarshalText implements [encoding.TextMarshaler].
func (e Element) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// MarshalJSON gives a number, every digit of it; null if it is not finite.
func (e Element) MarshalJSON() ([]byte, error) {
	if v := e.Float64(); v-v != 0 {
		return []byte("null"), nil
	}
	return []byte(e.String()), nil
}

// ParseElement reads a number as an element of type d. Floats are rounded to
// the nearest one, so that 1e20 or -9999.9 mean what a file of that type holds;
// integers must be in the type's range, and all their digits count. Errors match
// [ErrValue].
func ParseElement(d DType, s string) (Element, error) {
	s = strings.TrimSpace(s)
	bad := func() (Element, error) { return Element{}, fmt.Errorf("%w: %v cannot hold %q", ErrValue, d, s) }
	if !d.Valid() {
		return Element{}, fail.Malformedf("%v is not an element type", d)
	}
	if d == Uint64 {
		if v, err := strconv.ParseUint(s, 10, 64); err == nil {
			return Element{d, v}, nil
		}
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return Element{}, fmt.Errorf("%w: %q is not a number", ErrValue, s)
	}
	if d.IsInteger() {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			if v != math.Trunc(v) || math.Abs(v) > MaxExactInteger {
				return bad()
			}
			n = int64(v)
		}
		e := IntegerElement(d, n)
		if e.Integer() != n || d >= Uint8 && n < 0 {
			return bad()
		}
		return e, nil
	}
	b := make([]byte, d.Size())
	Demote(b, []float64{v}, d)
	e := ElementAt(d, b)
	if got := e.Float64(); got-got != 0 && v-v == 0 || v != 0 && got == 0 {
		return bad() // beyond the type's range, on either side
	}
	return e, nil
}
