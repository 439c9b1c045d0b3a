package codec

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
)

// ancillary marks tags and block kinds that a reader may skip.
const ancillary = 0x80

// maxSection is the longest section payload that is read.
const maxSection = 1 << 32

// A fields value takes a payload apart. The first error sticks, and reading on
// gives zeros.
type fields struct {
	b   []byte
	err error
}

func (f *fields) fail(format string, args ...any) {
	if f.err == nil {
		f.err = fmt.Errorf(format, args...)
	}
	f.b = nil
}

func (f *fields) bytes(n int) []byte {
	if n < 0 || n > len(f.b) {
		f.fail("expected %d more bytes, found %d", n, len(f.b))
		return nil
	}
	b := f.b[:n:n]
	f.b = f.b[n:]
	return b
}

func (f *fields) u8() byte {
	if b := f.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

func (f *fields) u64() uint64 {
	if b := f.bytes(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// uvarint reads a number up to limit.
func (f *fields) uvarint(limit uint64) uint64 {
	v, n := binary.Uvarint(f.b)
	if n <= 0 {
		f.fail("bad variable-length number")
		return 0
	}
	if v > limit {
		f.fail("number %d is beyond the limit %d", v, limit)
		return 0
	}
	f.b = f.b[n:]
	return v
}

// decimal reads a number that appendDecimal wrote.
func (f *fields) decimal() float64 {
	const most = 1e17 // no number needs more digits
	mantissa := f.uvarint(most)
	z := f.uvarint(1 << 11)
	exponent := int64(z>>1) ^ -int64(z&1)
	v, err := strconv.ParseFloat(fmt.Sprintf("%de%d", mantissa, exponent), 64)
	if err != nil {
		f.fail("%de%d is beyond the largest number", mantissa, exponent)
		return 0
	}
	return v
}

// appendDecimal appends a number that is not negative as the decimal with the
// fewest digits that it is nearest to.
func appendDecimal(b []byte, v float64) []byte {
	digits, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'e', -1, 64), "e")
	whole, fraction, _ := strings.Cut(digits, ".")
	mantissa, _ := strconv.ParseUint(whole+fraction, 10, 64) // 17 digits at most
	e, _ := strconv.Atoi(exponent)
	b = binary.AppendUvarint(b, mantissa)
	return binary.AppendVarint(b, int64(e-len(fraction)))
}

// end fails if something is left, and returns the first error.
func (f *fields) end() error {
	if len(f.b) > 0 {
		f.fail("%d bytes too many", len(f.b))
	}
	return f.err
}
