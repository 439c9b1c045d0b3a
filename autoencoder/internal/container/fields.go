package container

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Fields takes a payload apart. The first error stays, and reading on gives
// zeros.
type Fields struct {
	B   []byte
	Err error
}

func (f *Fields) Fail(format string, args ...any) {
	if f.Err == nil {
		f.Err = fmt.Errorf(format, args...)
	}
	f.B = nil
}

// End returns the first error; bytes that are left are one.
func (f *Fields) End() error {
	if len(f.B) > 0 {
		f.Fail("%d bytes are left over", len(f.B))
	}
	return f.Err
}

func (f *Fields) Bytes(n int) []byte {
	if n > len(f.B) {
		f.Fail("expected %d more bytes, found %d", n, len(f.B))
	}
	if f.Err != nil {
		return make([]byte, min(n, 8))
	}
	b := f.B[:n:n]
	f.B = f.B[n:]
	return b
}

func (f *Fields) U8() byte { return f.Bytes(1)[0] }

func (f *Fields) Float32() float32 {
	return math.Float32frombits(binary.LittleEndian.Uint32(f.Bytes(4)))
}

func (f *Fields) Float64() float64 {
	return math.Float64frombits(binary.LittleEndian.Uint64(f.Bytes(8)))
}

// Uvarint reads a number up to limit.
func (f *Fields) Uvarint(limit int) int {
	v, n := binary.Uvarint(f.B)
	switch {
	case f.Err != nil:
		return 0
	case n <= 0:
		f.Fail("bad variable-length number")
		return 0
	case v > uint64(limit):
		f.Fail("number %d is beyond the limit %d", v, limit)
		return 0
	}
	f.B = f.B[n:]
	return int(v)
}

// Float32s reads n values.
func (f *Fields) Float32s(n int) []float32 {
	if n > len(f.B)/4 {
		f.Fail("expected %d numbers, found %d bytes", n, len(f.B))
	}
	if f.Err != nil {
		return nil
	}
	v := make([]float32, n)
	for i := range v {
		v[i] = f.Float32()
	}
	return v
}

// The longest shape or list, and the largest number in one.
const (
	MaxRank = 4
	MaxSize = 1 << 24
)

// sizes reads n numbers; none are nil.
func (f *Fields) sizes(n int) (v []int) {
	for range n {
		v = append(v, f.Uvarint(MaxSize))
	}
	return v
}

// Shape reads a shape.
func (f *Fields) Shape() []int {
	rank := int(f.U8())
	if rank < 1 || rank > MaxRank {
		f.Fail("rank %d (want 1 to %d)", rank, MaxRank)
		return nil
	}
	return f.sizes(rank)
}

// List reads a list, which is nil where it is left out.
func (f *Fields) List() []int { return f.sizes(f.Uvarint(MaxRank)) }

func appendSizes(b []byte, v []int) []byte {
	for _, n := range v {
		b = binary.AppendUvarint(b, uint64(n))
	}
	return b
}

func AppendShape(b []byte, shape []int) []byte {
	return appendSizes(append(b, byte(len(shape))), shape)
}

func AppendList(b []byte, v []int) []byte {
	return appendSizes(binary.AppendUvarint(b, uint64(len(v))), v)
}

func AppendFloat32(b []byte, v float32) []byte {
	return binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
}

func appendFloat64(b []byte, v float64) []byte {
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
}

func AppendFloat32s(b []byte, v []float32) []byte {
	for _, x := range v {
		b = AppendFloat32(b, x)
	}
	return b
}
