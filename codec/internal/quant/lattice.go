package quant

import (
	"math"

	"github.com/morselcodec/morsel/formats/array"
)

// A lattice numbers the finite numbers of an element type in their order, so
// that neighbours differ by 1. Zero has the key 0, with either sign; the key of
// an integer is the integer itself.
type Lattice[T array.Float] struct {
	kind     roundKind
	min, max int64 // keys of the least and the greatest finite element
}

func NewLattice[T array.Float](d array.DType) Lattice[T] {
	switch {
	case d.IsInteger():
		lo, hi := IntegerRange(d)
		return Lattice[T]{roundInteger, int64(lo), int64(hi)}
	case d == array.Float16:
		return Lattice[T]{roundHalf, -0x7bff, 0x7bff}
	case array.DTypeOf[T]() == array.Float32:
		return Lattice[T]{roundValue, -0x7f7fffff, 0x7f7fffff}
	}
	return Lattice[T]{roundValue, -0x7fefffffffffffff, 0x7fefffffffffffff}
}

// Key returns the place of v. Infinities are taken for the element next to
// them; v must not be NaN.
func (l *Lattice[T]) Key(v T) int64 {
	var k int64
	switch l.kind {
	case roundInteger:
		return int64(math.Min(math.Max(float64(v), float64(l.min)), float64(l.max)))
	case roundHalf:
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

// Value returns the element at a place.
func (l *Lattice[T]) Value(k int64) T {
	if l.kind == roundInteger {
		return T(k)
	}
	if k < 0 {
		k--
	}
	if l.kind == roundHalf {
		b := int16(k)
		return T(array.Float16To32(uint16(b ^ int16(uint16(b>>15)>>1))))
	}
	return fromOrderedBits[T](k)
}

// Places sets dst to the keys of v, which has no NaN.
func (l *Lattice[T]) Places(dst []int64, v []T) {
	dst = dst[:len(v)]
	if l.kind != roundValue {
		for i, x := range v {
			dst[i] = l.Key(x)
		}
		return
	}
	for i, x := range v {
		dst[i] = l.limit(orderedBits(x))
	}
}

// limit is key for the ordered bits of a float.
func (l *Lattice[T]) limit(k int64) int64 { return min(max(k-k>>63, l.min), l.max) }

// Around sets lo and hi to the first and the last places where numbers can be
// whose distance from those of v, in float64, is at most eps.
//
// The float64 difference can be half a unit in the last place short of the
// true one, which the factor makes up for. Rounding the ends to the lattice
// keeps all its points between them, since rounding is monotone.
func (l *Lattice[T]) Around(lo, hi []int64, v []T, eps float64) {
	lo, hi = lo[:len(v)], hi[:len(v)]
	wide := float64(eps * (1 + 0x1p-51))
	switch l.kind {
	case roundInteger:
		n := int64(math.Min(math.Floor(eps), 1<<54))
		for i, x := range v {
			k := l.Key(x)
			lo[i], hi[i] = max(k-n, l.min), min(k+n, l.max)
		}
	case roundHalf:
		for i, x := range v {
			lo[i], hi[i] = l.Key(T(float64(x)-wide)), l.Key(T(float64(x)+wide))
		}
	default:
		for i, x := range v {
			lo[i] = l.limit(orderedBits(T(float64(x) - wide)))
			hi[i] = l.limit(orderedBits(T(float64(x) + wide)))
		}
	}
}
