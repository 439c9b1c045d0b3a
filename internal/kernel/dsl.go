package kernel

import "math"

// Axis is a direction of differences: values lie in blocks of Block, and those
// of a block that are Stride apart are compared. An axis of n values that
// stride apart has blocks of n·stride.
type Axis struct {
	Block, Stride int
	Weight        float64
}

// DSL returns the directional sign loss (Dam, Agarwal and Gopalakrishnan,
// arXiv 2504.04202) of one example, summed over axes, slowest first, whose
// blocks hold whole blocks of the next. Unless grad is nil, it is overwritten
// with c times the derivative in pred but for the factor s, which c must hold.
//
// Differences are float32. Their tanh is within 6e-7, and within 3e-6 of its
// value where that is small; it depends on the tier, as does the order in which
// |a-b|, at most 2, is summed: vectors add some hundred in float32, and those
// sums in float64.
//
//	for each axis, for each block {
//		for k := range Block - Stride {
//			a := tanh(s * (pred[k+Stride] - pred[k]))
//			b := tanh(s * (target[k+Stride] - target[k]))
//			sum += Weight * |a-b|
//			g := c * Weight * sign(a-b) * (1 - a²) // 0 where a = b
//			grad[k] -= g
//			grad[k+Stride] += g
//		}
//	}
func DSL(grad, pred, target []float32, axes []Axis, s, c float32) float64 {
	target = target[:len(pred)]
	if grad != nil {
		grad = grad[:len(pred)]
	}
	if sum := vectorDSL(grad, pred, target, axes, s, c); sum == sum { // not NaN
		return sum
	}
	clear(grad)
	var sum float64
	for _, a := range axes {
		for lo := 0; lo < len(pred); lo += a.Block {
			block := pred[lo:][:a.Block]
			sum += a.Weight * dslLoop(from(grad, lo), block, target[lo:], a.Stride, s, float32(float64(c)*a.Weight))
		}
	}
	return sum
}

// from is x[i:], or nil for nil.
func from(x []float32, i int) []float32 {
	if x == nil {
		return nil
	}
	return x[i:]
}

// dslLoop handles one block, some comparisons at a time.
func dslLoop(grad, pred, target []float32, stride int, s, c float32) float64 {
	var as, bs [256]float32
	var sum float64
	for lo, n := 0, len(pred)-stride; lo < n; lo += len(as) {
		a, b := as[:min(len(as), n-lo)], bs[:min(len(bs), n-lo)]
		differences(a, pred[lo:], stride, s)
		differences(b, target[lo:], stride, s)
		for k, v := range a {
			d := v - b[k]
			sum += math.Abs(float64(d))
			if grad == nil {
				continue
			}
			g := d // no gradient at 0, NaN stays NaN
			if d < 0 {
				g = -float32(c * (1 - float32(v*v)))
			} else if d > 0 {
				g = float32(c * (1 - float32(v*v)))
			}
			grad[lo+k] -= g
			grad[lo+k+stride] += g
		}
	}
	return sum
}

// differences sets dst[k] to the tanh of s·(x[k+stride]−x[k]).
func differences(dst, x []float32, stride int, s float32) {
	next := x[stride:]
	next = next[:len(dst)]
	for k, v := range x[:len(dst)] {
		dst[k] = float32(s * (next[k] - v))
	}
	RationalTanh(dst)
}
