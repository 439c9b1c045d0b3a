package kernel

import "math"

// MaxCode is the largest magnitude of a quantised value: every such integer is
// a float32.
const MaxCode = 1 << 24

// Quantize rounds x, [rows, len(step)], to multiples of each channel's step
// about its centre, ties to even. Codes are limited to ±[MaxCode]; NaN becomes 0.
//
//	q[i, c] = round((x[i, c] - centre[c]) / step[c])
func Quantize(q []int32, x, centre, step []float32) {
	channels := len(step)
	for i, v := range x {
		c := i % channels
		t := math.RoundToEven(float64((v - centre[c]) / step[c]))
		switch {
		case t != t:
			t = 0
		case t > MaxCode:
			t = MaxCode
		case t < -MaxCode:
			t = -MaxCode
		}
		q[i] = int32(t)
	}
}

// Dequantize is the inverse of [Quantize]; codes beyond ±[MaxCode] count as
// that.
//
//	x[i, c] = centre[c] + float32(float32(q[i, c]) * step[c])
func Dequantize(x []float32, q []int32, centre, step []float32) {
	channels := len(step)
	for i, v := range q {
		c := i % channels
		v = min(max(v, -MaxCode), MaxCode)
		x[i] = centre[c] + float32(float32(v)*step[c])
	}
}
