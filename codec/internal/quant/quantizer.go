// Package quant turns values into integers and back: a [Quantizer] the errors of
// predictions into bins that keep a bound (section 8.4 of FORMAT.md), a [Lattice]
// the values of an element type into lattice indices, which count them in their
// order (section 9.1). It builds on formats/array and deterministic logarithms.
//
// A bin is an integer: which of the steps of equal width, the middle one around
// 0, a prediction error falls in. What it is reconstructed as is the prediction
// plus the middle of the step.
package quant

import (
	"fmt"
	"math"

	"github.com/morselcodec/morsel/codec/internal/detmath"
	"github.com/morselcodec/morsel/formats/array"
)

// Quantizer turns prediction errors into bins and back. Reconstruction is
// float64 arithmetic in a fixed order, then one rounding to the element type.
type Quantizer[T array.Float] struct {
	method   method
	Step     float64 // width of a bin, in units of the values
	Inv      float64 // 1/Step
	eps      float64 // the bound that a reconstruction must keep
	min, max float64 // integers: the range of the type
}

// A method is how a reconstruction becomes a value.
type method uint8

const (
	toValue   method = iota // to the value type
	toHalf                  // to a half float
	toInteger               // to an integer of the type's range
	lossless                // without a bound: bins count ordered bits
)

// maxHalf is the largest half float.
const maxHalf = 65504

// Values of the quantiser byte, the narrowing k of bins: they are 2ε·(1−2^−k)
// wide, 2ε for 0.
const (
	MaxNarrowing = 60
	Lossless     = 255
)

// maxHalfStep keeps the width of a bin, and small multiples of it, finite.
const maxHalfStep = 0x1p1020

// New returns the quantiser of elements of type d at the absolute bound eps, with
// bins narrowed as the quantiser byte says, 0 to MaxNarrowing or Lossless. Bins of
// integers are as wide as the bound allows, whatever the narrowing.
func New[T array.Float](d array.DType, eps float64, narrowing uint8) Quantizer[T] {
	q := Quantizer[T]{eps: eps}
	switch {
	case narrowing == Lossless:
		q.method = lossless
		q.Step, q.Inv = 1, 1
		return q
	case d.IsInteger():
		q.method = toInteger
		q.min, q.max = IntegerRange(d)
		q.Step = 2*math.Floor(math.Min(eps, 1<<52)) + 1
	default:
		if d == array.Float16 {
			q.method = toHalf
		}
		q.Step = 2 * math.Min(eps, maxHalfStep)
		if narrowing > 0 {
			q.Step -= math.Ldexp(q.Step, -int(narrowing))
		}
	}
	q.Inv = 1 / q.Step
	return q
}

// NarrowingFor returns the quantiser byte for values up to the magnitude largest:
// the bins leave room for the rounding of a reconstruction to T, so that it
// keeps the bound by itself. (Where it does not, the value is unpredictable.)
func NarrowingFor[T array.Float](d array.DType, eps, largest float64) uint8 {
	switch {
	case d.IsInteger():
		return 0
	case d == array.Float16:
		return narrowingForHalf(eps, largest)
	}
	digits := 24
	if array.DTypeOf[T]() == array.Float64 {
		digits = 51 // two bits more: the sum itself rounds too
	}
	_, exp := math.Frexp(largest + eps)
	_, epsExp := math.Frexp(eps)
	k := epsExp - 1 - (exp - digits - 1)
	return uint8(min(max(k, 1), MaxNarrowing))
}

// narrowingForHalf returns the quantiser byte for half floats, which are coarse:
// as for integers, a bin should not be wider than the odd number of half floats
// that keep the bound, for the largest values and those a few powers of two below.
func narrowingForHalf(eps, largest float64) uint8 {
	_, exp := math.Frexp(largest + eps)
	excess := 0.0
	for below := range 4 {
		halfs := eps / math.Ldexp(1, max(exp-below-11, -24))
		excess = max(excess, 1-(2*math.Floor(halfs)+1)/(2*halfs))
	}
	if excess == 0 {
		return 0
	}
	return uint8(min(max(math.Floor(-detmath.Log2(excess)), 1), MaxNarrowing))
}

// Bin returns the bin that x−p falls in, p being the prediction of x. ok is false
// where it would be 2^50 or farther from 0, or x−p is not finite.
func (q *Quantizer[T]) Bin(x T, p float64) (n int64, ok bool) {
	switch q.method {
	case lossless:
		return orderedBits(x) - orderedBits(Finite(T(p))), true
	case toInteger:
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

// Value returns what bin n is reconstructed as where the prediction is p.
func (q *Quantizer[T]) Value(n int64, p float64) T {
	switch q.method {
	case toValue:
		return T(p + float64(float64(n)*q.Step))
	case toHalf:
		v := p + float64(float64(n)*q.Step)
		return T(array.Float16To32(array.Float32To16(float32(math.Min(math.Max(v, -maxHalf), maxHalf)))))
	case toInteger:
		return T(math.Min(math.Max(math.RoundToEven(p)+float64(float64(n)*q.Step), q.min), q.max))
	}
	return fromOrderedBits[T](orderedBits(Finite(T(p))) + n)
}

// Lossless reports that every bit is kept.
func (q *Quantizer[T]) Lossless() bool { return q.method == lossless }

// Holds reports whether the reconstruction y of x keeps the bound.
func (q *Quantizer[T]) Holds(x, y T) bool {
	if q.method == lossless {
		return true // integer arithmetic, and wrapping: always exact
	}
	return math.Abs(float64(x)-float64(y)) <= q.eps
}

// Finite replaces a prediction that overflowed by 0.
func Finite[T array.Float](v T) T {
	if v-v != 0 {
		return 0
	}
	return v
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

// CheckIntegers reports an error unless all values of v are integers of IntegerRange,
// but for those that skip, nil for none, names by their index. How others become
// elements differs between processors.
func CheckIntegers[T array.Float](d array.DType, v []T, skip []bool) error {
	least, greatest := IntegerRange(d)
	lo, hi := T(least), T(greatest)
	for i, x := range v {
		if is := x >= lo && x <= hi && x == T(int64(x)); !is && (skip == nil || !skip[i]) {
			return fmt.Errorf("value %d is %v, no %v", i, x, d)
		}
	}
	return nil
}
