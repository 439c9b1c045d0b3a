package kernel

import (
	"math"
	"slices"
)

// MaxCode is the largest magnitude of a quantised value: every such integer is
// a float32.
const MaxCode = 1 << 24

// Quantize rounds x, [rows, len(step)], to multiples of each channel's step
// about its centre, ties to even. Codes are limited to ±[MaxCode]; NaN becomes 0.
//
//	q[i, c] = round((x[i, c] - centre[c]) / step[c])
func Quantize(q []int32, x, centre, step []float32) {
	if active.quantize == nil {
		quantizeLoop(q, x, centre, step)
		return
	}
	inRows(len(x), centre, step, func(lo, hi int, centre, step []float32) {
		active.quantize(&q[lo], &x[lo], &centre[0], &step[0], hi-lo)
	})
}

// inRows visits [0, n) in pieces that begin with the first channel, and brings
// centre and step repeated to the piece's length.
func inRows(n int, centre, step []float32, visit func(lo, hi int, centre, step []float32)) {
	const short = 256
	c, s := centre, step
	if len(step) < short {
		times := (short + len(step) - 1) / len(step)
		c, s = slices.Repeat(centre, times), slices.Repeat(step, times)
	}
	for lo := 0; lo < n; lo += len(s) {
		visit(lo, min(n, lo+len(s)), c, s)
	}
}

func quantizeLoop(q []int32, x, centre, step []float32) {
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
	if active.dequantize == nil {
		dequantizeLoop(x, q, centre, step)
		return
	}
	inRows(len(q), centre, step, func(lo, hi int, centre, step []float32) {
		active.dequantize(&x[lo], &q[lo], &centre[0], &step[0], hi-lo)
	})
}

func dequantizeLoop(x []float32, q []int32, centre, step []float32) {
	channels := len(step)
	for i, v := range q {
		c := i % channels
		v = min(max(v, -MaxCode), MaxCode)
		x[i] = centre[c] + float32(float32(v)*step[c])
	}
}
