package array

import (
	"fmt"
	"math"
)

// checkValues reports the first value that elements of type d do not hold
// exactly: a fraction or NaN as an integer, or one that is out of range or has
// too many digits. Of NaN only that it is one must survive.
func checkValues[T Float](x []T, d DType) error {
	if d == DTypeOf[T]() || d == Float64 {
		return nil
	}
	holds := holdsInteger(d)
	switch d {
	case Float32:
		holds = func(v float64) bool { return float64(float32(v)) == v }
	case Float16:
		holds = func(v float64) bool {
			f := float32(v)
			return float64(f) == v && Float16To32(Float32To16(f)) == f
		}
	}
	for i, v := range x {
		if v := float64(v); !holds(v) && !(v != v && !d.IsInteger()) {
			return fmt.Errorf("%w: value %d is %v, which is not a number that %v has; round it, or choose another type", ErrValue, i, v, d)
		}
	}
	return nil
}

func holdsInteger(d DType) func(v float64) bool {
	bits := 8 * d.Size()
	low, end := -math.Ldexp(1, bits-1), math.Ldexp(1, bits-1)
	if d >= Uint8 {
		low, end = 0, math.Ldexp(1, bits)
	}
	return func(v float64) bool { return v >= low && v < end && v == math.Trunc(v) }
}
