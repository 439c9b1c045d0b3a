package container

import (
	"encoding/binary"
	"math"

	"github.com/morselcodec/morsel/internal/wire"
)

// Fields reads a payload field by field: it has those of [wire.Fields] and those
// that only model files have.
type Fields struct{ wire.Fields }

// NewFields returns the fields of a payload.
func NewFields(payload []byte) *Fields { return &Fields{wire.Fields{B: payload}} }

// Float32 reads a binary32.
func (f *Fields) Float32() float32 {
	return math.Float32frombits(f.U32())
}

// Float64 reads a binary64.
func (f *Fields) Float64() float64 {
	return math.Float64frombits(f.U64())
}

// Int reads an integer up to limit.
func (f *Fields) Int(limit int) int { return int(f.Uvarint(uint64(limit))) }

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
		v = append(v, f.Int(MaxSize))
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
func (f *Fields) List() []int { return f.sizes(f.Int(MaxRank)) }

func appendSizes(b []byte, v []int) []byte {
	for _, n := range v {
		b = binary.AppendUvarint(b, uint64(n))
	}
	return b
}

// AppendShape appends a shape: its rank as a byte, then its sizes.
func AppendShape(b []byte, shape []int) []byte {
	return appendSizes(append(b, byte(len(shape))), shape)
}

// AppendList appends a list of sizes: how many, then each.
func AppendList(b []byte, v []int) []byte {
	return appendSizes(binary.AppendUvarint(b, uint64(len(v))), v)
}

// AppendFloat32 appends a binary32.
func AppendFloat32(b []byte, v float32) []byte {
	return binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
}

// AppendFloat32s appends one behind the other.
func AppendFloat32s(b []byte, v []float32) []byte {
	for _, x := range v {
		b = AppendFloat32(b, x)
	}
	return b
}
