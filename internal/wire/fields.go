// Package wire reads and writes what archives and model files consist of: sections,
// each with a tag, a length and a checksum, and the fields of their payloads, which
// are bytes, integers of fixed or variable length, and decimals.
//
// See "Notation" in the FORMAT.md of codec, and "Terms" in that of autoencoder.
package wire

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
)

// Fields reads a payload field by field. The first error stays, and all fields
// after it are 0.
type Fields struct {
	B   []byte // what is not read yet
	Err error
}

// Fail sets the error, unless there is one, and drops what is left.
func (f *Fields) Fail(format string, args ...any) {
	if f.Err == nil {
		f.Err = fmt.Errorf(format, args...)
	}
	f.B = nil
}

// Bytes reads the next n bytes, nil if there are fewer. They are part of the payload.
func (f *Fields) Bytes(n int) []byte {
	if n < 0 || n > len(f.B) {
		f.Fail("expected %d more bytes, found %d", n, len(f.B))
		return nil
	}
	b := f.B[:n:n]
	f.B = f.B[n:]
	return b
}

// U8 reads a byte.
func (f *Fields) U8() byte {
	if b := f.Bytes(1); b != nil {
		return b[0]
	}
	return 0
}

// U32 reads four bytes, little-endian.
func (f *Fields) U32() uint32 {
	if b := f.Bytes(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// U64 reads eight bytes, little-endian.
func (f *Fields) U64() uint64 {
	if b := f.Bytes(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// Uvarint reads an integer of variable length up to limit.
func (f *Fields) Uvarint(limit uint64) uint64 {
	v, n := binary.Uvarint(f.B)
	if n <= 0 {
		f.Fail("bad variable-length number")
		return 0
	}
	if v > limit {
		f.Fail("number %d is beyond the limit %d", v, limit)
		return 0
	}
	f.B = f.B[n:]
	return v
}

// Decimal reads a decimal as AppendDecimal writes it.
func (f *Fields) Decimal() float64 {
	const most = 1e17 // no number needs more digits
	mantissa := f.Uvarint(most)
	z := f.Uvarint(1 << 11)
	exponent := int64(z>>1) ^ -int64(z&1)
	v, err := strconv.ParseFloat(fmt.Sprintf("%de%d", mantissa, exponent), 64)
	if err != nil {
		f.Fail("%de%d is beyond the largest number", mantissa, exponent)
		return 0
	}
	return v
}

// AppendDecimal appends v, finite and not negative, as the decimal of the fewest
// digits that is nearest to it.
func AppendDecimal(b []byte, v float64) []byte {
	digits, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'e', -1, 64), "e")
	whole, fraction, _ := strings.Cut(digits, ".")
	mantissa, _ := strconv.ParseUint(whole+fraction, 10, 64) // 17 digits at most
	e, _ := strconv.Atoi(exponent)
	b = binary.AppendUvarint(b, mantissa)
	return binary.AppendVarint(b, int64(e-len(fraction)))
}

// End returns the first error; bytes that are left are one.
func (f *Fields) End() error {
	if len(f.B) > 0 {
		f.Fail("%d bytes are left over", len(f.B))
	}
	return f.Err
}
