package residual

import "math"

// features tell how the known values around each point of a line differ, in
// quarters of a bin along the axis, and in eighths of that how cubic and linear
// interpolation do: bucketed logarithms, and which way they lean.
type features struct {
	slope, curve []uint8 // logarithms of magnitudes
	lean         []uint8 // their signs and sizes, roughly; nil if not asked for
}

const featureBuckets = 13

// feature describes a difference x: bucket is 0 for |x| < 1, 1 for |x| < 2, 2
// for |x| < 4, ..., and the last one for what is beyond; lean is 2 below 1, 1
// and 3 from 1 on, 0 and 4 from 8 on.
type feature struct{ bucket, lean uint8 }

const leanings = 5

func featureOf(x float64) feature { return featureTable[math.Float32bits(float32(x))>>23] }

// featureTable has the features of float32 values by their sign and exponent.
var featureTable = func() (t [512]feature) {
	for i := range t {
		above, exponent := i < 256, i&255
		f := feature{bucket: uint8(min(max(exponent-126, 0), featureBuckets-1)), lean: 2}
		size := min(f.bucket, 1)
		if f.bucket > 3 {
			size = 2
		}
		switch {
		case exponent == 255: // not finite, of whatever sign
		case above:
			f.lean += size
		default:
			f.lean -= size
		}
		t[i] = f
	}
	return t
}()
