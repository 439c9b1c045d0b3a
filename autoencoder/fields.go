package autoencoder

import (
	"encoding/binary"
	"fmt"
	"math"
)

// fields takes a payload apart. The first error stays, and reading on gives
// zeros.
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

// end returns the first error; bytes that are left are one.
func (f *fields) end() error {
	if len(f.b) > 0 {
		f.fail("%d bytes are left over", len(f.b))
	}
	return f.err
}

func (f *fields) bytes(n int) []byte {
	if n > len(f.b) {
		f.fail("expected %d more bytes, found %d", n, len(f.b))
	}
	if f.err != nil {
		return make([]byte, min(n, 8))
	}
	b := f.b[:n:n]
	f.b = f.b[n:]
	return b
}

func (f *fields) u8() byte { return f.bytes(1)[0] }

func (f *fields) float32() float32 {
	return math.Float32frombits(binary.LittleEndian.Uint32(f.bytes(4)))
}

func (f *fields) float64() float64 {
	return math.Float64frombits(binary.LittleEndian.Uint64(f.bytes(8)))
}

// uvarint reads a number up to limit.
func (f *fields) uvarint(limit int) int {
	v, n := binary.Uvarint(f.b)
	switch {
	case f.err != nil:
		return 0
	case n <= 0:
		f.fail("bad variable-length number")
		return 0
	case v > uint64(limit):
		f.fail("number %d is beyond the limit %d", v, limit)
		return 0
	}
	f.b = f.b[n:]
	return int(v)
}

// float32s reads n values.
func (f *fields) float32s(n int) []float32 {
	if n > len(f.b)/4 {
		f.fail("expected %d numbers, found %d bytes", n, len(f.b))
	}
	if f.err != nil {
		return nil
	}
	v := make([]float32, n)
	for i := range v {
		v[i] = f.float32()
	}
	return v
}

// sizes reads n numbers; none are nil.
func (f *fields) sizes(n int) (v []int) {
	for range n {
		v = append(v, f.uvarint(maxActivations))
	}
	return v
}

// shape reads a shape of rank 1 to highest.
func (f *fields) shape(highest int) []int {
	rank := int(f.u8())
	if rank < 1 || rank > highest {
		f.fail("rank %d (want 1 to %d)", rank, highest)
		return nil
	}
	return f.sizes(rank)
}

// list reads a list, which is nil where it is left out.
func (f *fields) list() []int { return f.sizes(f.uvarint(maxRank)) }

func appendSizes(b []byte, v []int) []byte {
	for _, n := range v {
		b = binary.AppendUvarint(b, uint64(n))
	}
	return b
}

func appendShape(b []byte, shape []int) []byte {
	return appendSizes(append(b, byte(len(shape))), shape)
}

func appendList(b []byte, v []int) []byte {
	return appendSizes(binary.AppendUvarint(b, uint64(len(v))), v)
}

func appendFloat32(b []byte, v float32) []byte {
	return binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
}

func appendFloat64(b []byte, v float64) []byte {
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
}

func appendFloat32s(b []byte, v []float32) []byte {
	for _, x := range v {
		b = appendFloat32(b, x)
	}
	return b
}
