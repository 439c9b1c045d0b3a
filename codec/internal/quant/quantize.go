// Package quant turns values into integers and back: a [Quantizer] the errors of
// predictions into bins that keep a bound, a [Lattice] the values of an element
// type into their places in its order.
package quant

import (
	"math"

	"github.com/morselcodec/morsel/codec/internal/detmath"
	"github.com/morselcodec/morsel/formats/array"
)

// Quantizer turns prediction errors into integers and back. Reconstruction is
// float64 arithmetic in a fixed order, then one rounding to the element type.
type Quantizer[T array.Float] struct {
	Kind     roundKind
	Step     float64 // width of a bin
	Inv      float64 // 1/step
	eps      float64 // the bound that a reconstruction must keep
	min, max float64 // integers: the range of the type
}

type roundKind uint8

const (
	roundValue    roundKind = iota // to the value type
	roundHalf                      // to a half float
	roundInteger                   // to an integer of the type's range
	RoundLossless                  // errors count places on the ordered lattice of T
)

// maxHalf is the largest half float.
const maxHalf = 65504

// Values of the quantiser byte: bins are 2ε·(1−2^−shrink) wide, 2ε for 0.
const (
	MaxShrink      = 60
	ShrinkLossless = 255
)

// maxHalfStep keeps the width of a bin, and small multiples of it, finite.
const maxHalfStep = 0x1p1020

// New returns the quantiser of elements of type d at the bound eps.
func New[T array.Float](d array.DType, eps float64, shrink uint8) Quantizer[T] {
	q := Quantizer[T]{eps: eps}
	switch {
	case shrink == ShrinkLossless:
		q.Kind = RoundLossless
		q.Step, q.Inv = 1, 1
		return q
	case d.IsInteger():
		q.Kind = roundInteger
		q.min, q.max = IntegerRange(d)
		q.Step = 2*math.Floor(math.Min(eps, 1<<52)) + 1
	default:
		if d == array.Float16 {
			q.Kind = roundHalf
		}
		q.Step = 2 * math.Min(eps, maxHalfStep)
		if shrink > 0 {
			q.Step -= math.Ldexp(q.Step, -int(shrink))
		}
	}
	q.Inv = 1 / q.Step
	return q
}

// ShrinkFor returns the quantiser byte for values up to the magnitude largest:
// the bins leave room for the rounding of a reconstruction to T, so that it
// keeps the bound by itself. (Where it does not, the value is stored exactly.)
func ShrinkFor[T array.Float](d array.DType, eps, largest float64) uint8 {
	switch {
	case d.IsInteger():
		return 0
	case d == array.Float16:
		return shrinkForHalf(eps, largest)
	}
	digits := 24
	if array.DTypeOf[T]() == array.Float64 {
		digits = 51 // two bits more: the sum itself rounds too
	}
	_, exp := math.Frexp(largest + eps)
	_, epsExp := math.Frexp(eps)
	k := epsExp - 1 - (exp - digits - 1)
	return uint8(min(max(k, 1), MaxShrink))
}

// shrinkForHalf returns the quantiser byte for half floats, which are coarse:
// as for integers, a bin should not be wider than the odd number of places that
// keep the bound, for the largest values and those a few powers of two below.
func shrinkForHalf(eps, largest float64) uint8 {
	_, exp := math.Frexp(largest + eps)
	excess := 0.0
	for below := range 4 {
		places := eps / math.Ldexp(1, max(exp-below-11, -24))
		excess = max(excess, 1-(2*math.Floor(places)+1)/(2*places))
	}
	if excess == 0 {
		return 0
	}
	return uint8(min(max(math.Floor(-detmath.Log2(excess)), 1), MaxShrink))
}

// Bin returns the index of the bin that x−p falls in. ok is false where there
// is none that an integer can name.
func (q *Quantizer[T]) Bin(x T, p float64) (n int64, ok bool) {
	switch q.Kind {
	case RoundLossless:
		return orderedBits(x) - orderedBits(Finite(T(p))), true
	case roundInteger:
		p = math.RoundToEven(p)
	}
	const big = 1 << 50
	const magic = 3 << 51 // adding it rounds to an integer
	v := float64((float64(x) - p) * q.Inv)
	if !(v < big && v > -big) {
		return 0, false
	}
	return int64((v + magic) - magic), true
}

// Value reconstructs bin n of the prediction p.
func (q *Quantizer[T]) Value(n int64, p float64) T {
	switch q.Kind {
	case roundValue:
		return T(p + float64(float64(n)*q.Step))
	case roundHalf:
		v := p + float64(float64(n)*q.Step)
		return T(array.Float16To32(array.Float32To16(float32(math.Min(math.Max(v, -maxHalf), maxHalf)))))
	case roundInteger:
		return T(math.Min(math.Max(math.RoundToEven(p)+float64(float64(n)*q.Step), q.min), q.max))
	}
	return fromOrderedBits[T](orderedBits(Finite(T(p))) + n)
}

// Holds reports whether the reconstruction y of x keeps the bound.
func (q *Quantizer[T]) Holds(x, y T) bool {
	if q.Kind == RoundLossless {
		return true // integer arithmetic, and wrapping: always exact
	}
	return math.Abs(float64(x)-float64(y)) <= q.eps
}

// Finite replaces a prediction that overflowed.
func Finite[T array.Float](v T) T {
	if v-v != 0 {
		return 0
	}
	return v
}

// orderedBits maps floats to integers in the same order: neighbouring floats
// get neighbouring integers, −0 the one below +0.
func orderedBits[T array.Float](v T) int64 {
	if f, ok := any(v).(float32); ok {
		b := int32(math.Float32bits(f))
		return int64(b ^ int32(uint32(b>>31)>>1))
	}
	b := int64(math.Float64bits(float64(v)))
	return b ^ int64(uint64(b>>63)>>1)
}

func fromOrderedBits[T array.Float](i int64) T {
	if array.DTypeOf[T]() == array.Float32 {
		b := int32(i)
		return T(math.Float32frombits(uint32(b ^ int32(uint32(b>>31)>>1))))
	}
	return T(math.Float64frombits(uint64(i ^ int64(uint64(i>>63)>>1))))
}

// IntegerRange returns the smallest and largest value of an integer type that
// float64 holds exactly.
func IntegerRange(d array.DType) (lo, hi float64) {
	bits := 8 * d.Size()
	switch d {
	case array.Uint8, array.Uint16, array.Uint32:
		return 0, math.Ldexp(1, bits) - 1
	case array.Uint64:
		return 0, array.MaxExactInteger
	case array.Int64:
		return -array.MaxExactInteger, array.MaxExactInteger
	}
	return -math.Ldexp(1, bits-1), math.Ldexp(1, bits-1) - 1
}
