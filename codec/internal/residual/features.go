package residual

import "math"

// features tell how the known values around each point of a line differ: their
// gradient along the axis, in quarters of a bin, and their curvature, how cubic
// and linear interpolation differ, in eighths of that. They count in classes.
type features struct {
	gradSize, curvSize []uint8 // size classes
	signs              []uint8 // signed classes, that of the gradient times signedClasses plus the other; nil if not needed
}

const (
	sizeClasses   = 13
	signedClasses = 5
)

// classes are those of a difference x. size is 0 for |x| < 1, 1 for |x| < 2, 2 for
// |x| < 4, ..., and the last one for what is beyond; signed is 2 for |x| < 1, 1 and
// 3 from 1 on, 0 and 4 from 8 on.
type classes struct{ size, signed uint8 }

func classesOf(x float64) classes { return classTable[math.Float32bits(float32(x))>>23] }

// classTable has the classes of float32 values by their sign and exponent.
var classTable = func() (t [512]classes) {
	for i := range t {
		positive, exponent := i < 256, i&255
		c := classes{size: uint8(min(max(exponent-126, 0), sizeClasses-1)), signed: 2}
		size := min(c.size, 1)
		if c.size > 3 {
			size = 2
		}
		switch {
		case exponent == 255: // not finite, of whatever sign
		case positive:
			c.signed += size
		default:
			c.signed -= size
		}
		t[i] = c
	}
	return t
}()
