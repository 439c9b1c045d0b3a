package quant

import (
	"math"

	"github.com/morselcodec/morsel/formats/array"
)

// A Lattice numbers the finite values of an element type in their order: the
// lattice indices of neighbours differ by 1. Zero has the index 0, with either
// sign; the index of an integer is the integer itself.
type Lattice[T array.Float] struct {
	method   method
	min, max int64 // indices of the least and the greatest finite value
}

// NewLattice returns the lattice of elements of type d.
func NewLattice[T array.Float](d array.DType) Lattice[T] {
	switch {
	case d.IsInteger():
		lo, hi := IntegerRange(d)
		return Lattice[T]{toInteger, int64(lo), int64(hi)}
	case d == array.Float16:
		return Lattice[T]{toHalf, -0x7bff, 0x7bff}
	case array.DTypeOf[T]() == array.Float32:
		return Lattice[T]{toValue, -0x7f7fffff, 0x7f7fffff}
	}
	return Lattice[T]{toValue, -0x7fefffffffffffff, 0x7fefffffffffffff}
}

// Index returns the lattice index of v. Infinities are taken for the value next
// to them; v must not be NaN.
func (l *Lattice[T]) Index(v T) int64 {
	var k int64
	switch l.method {
	case toInteger:
		return int64(math.Min(math.Max(float64(v), float64(l.min)), float64(l.max)))
	case toHalf:
		b := int16(array.Float32To16(float32(v)))
		k = int64(b ^ int16(uint16(b>>15)>>1))
	default:
		k = orderedBits(v)
	}
	if k < 0 {
		k++ // −0 is +0
	}
	return min(max(k, l.min), l.max)
}

// Value returns the value with index k.
func (l *Lattice[T]) Value(k int64) T {
	if l.method == toInteger {
		return T(k)
	}
	if k < 0 {
		k--
	}
	if l.method == toHalf {
		b := int16(k)
		return T(array.Float16To32(uint16(b ^ int16(uint16(b>>15)>>1))))
	}
	return fromOrderedBits[T](k)
}

// Indices sets dst to the lattice indices of v, which has no NaN.
func (l *Lattice[T]) Indices(dst []int64, v []T) {
	dst = dst[:len(v)]
	if l.method != toValue {
		for i, x := range v {
			dst[i] = l.Index(x)
		}
		return
	}
	for i, x := range v {
		dst[i] = l.indexOfBits(orderedBits(x))
	}
}

// indexOfBits is Index for the ordered bits of a float.
func (l *Lattice[T]) indexOfBits(k int64) int64 { return min(max(k-k>>63, l.min), l.max) }

// Intervals sets lo and hi to the first and the last index of values whose
// distance from those of v, in float64, can be at most eps.
//
// The float64 difference can be half a unit in the last place short of the
// true one, which the factor makes up for. Rounding the ends to the lattice
// keeps all its points between them, since rounding is monotone.
func (l *Lattice[T]) Intervals(lo, hi []int64, v []T, eps float64) {
	lo, hi = lo[:len(v)], hi[:len(v)]
	e := float64(eps * (1 + 0x1p-51))
	switch l.method {
	case toInteger:
		n := int64(math.Min(math.Floor(eps), 1<<54))
		for i, x := range v {
			k := l.Index(x)
			lo[i], hi[i] = max(k-n, l.min), min(k+n, l.max)
		}
	case toHalf:
		for i, x := range v {
			lo[i], hi[i] = l.Index(T(float64(x)-e)), l.Index(T(float64(x)+e))
		}
	default:
		for i, x := range v {
			lo[i] = l.indexOfBits(orderedBits(T(float64(x) - e)))
			hi[i] = l.indexOfBits(orderedBits(T(float64(x) + e)))
		}
	}
}
