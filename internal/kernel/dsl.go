package kernel

import "math"

// DSL adds up the directional sign loss (Dam, Agarwal and Gopalakrishnan,
// arXiv 2504.04202) along one axis: pred and target are blocks of block values
// in which every pair stride apart is one finite difference. Unless grad is
// nil, c times the derivative in pred is added to it. Differences are float32;
// |a−b| is summed in float64, in the tier's order.
//
//	for each block {
//		for k := range block - stride {
//			a := RationalTanh(s * (pred[k+stride] - pred[k]))
//			b := RationalTanh(s * (target[k+stride] - target[k]))
//			sum += |a - b|
//			g := c * sign(a-b) * (1 - a²) // 0 where a = b
//			grad[k] -= g
//			grad[k+stride] += g
//		}
//	}
func DSL(grad, pred, target []float32, block, stride int, s, c float32) float64 {
	target = target[:len(pred)]
	if grad != nil {
		grad = grad[:len(pred)]
	}
	rows := 0
	if block > stride {
		rows = len(pred) / block
	}
	if rows == 0 {
		return 0
	}
	if active.dslRun == nil {
		var sum float64
		for lo := range rows {
			sum += dslLoop(from(grad, lo*block), pred[lo*block:][:block], target[lo*block:], stride, s, c)
		}
		return sum
	}
	const (
		piece         = 4096 // a lane adds few enough terms to keep its precision
		longestVector = 16
	)
	if stride == 1 && block <= piece {
		if grad == nil {
			return active.dslRows(&pred[0], &target[0], rows, block, s)
		}
		return active.dslRowsGrad(&grad[0], &pred[0], &target[0], rows, block, s, c)
	}
	var sum float64
	for row := range rows {
		end := (row+1)*block - stride
		for lo := row * block; lo < end; lo += piece {
			n := min(piece, end-lo)
			switch {
			case grad == nil:
				sum += active.dslRun(&pred[lo], &target[lo], n, stride, s)
			case stride == 1: // rows that share their ends
				sum += active.dslRowsGrad(&grad[lo], &pred[lo], &target[lo], 1, n+1, s, c)
			case stride < longestVector:
				sum += active.dslRunNear(&grad[lo], &pred[lo], &target[lo], n, stride, s, c)
			default:
				sum += active.dslRunGrad(&grad[lo], &pred[lo], &target[lo], n, stride, s, c)
			}
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

// RationalTanh replaces every value by its hyperbolic tangent, within 4e-7
// relatively too, never beyond ±1, odd, and NaN for NaN. Unlike [Tanh] its bits
// depend on the tier.
//
// It is x·P(x²)/Q(x²) with the minimax P and Q of degree 4 on [0, 9.02], where
// their own relative error is 2.1e-8; beyond, tanh is 1 in float32.
func RationalTanh(x []float32) {
	if len(x) == 0 || vectorTanh(x) {
		return
	}
	for i, v := range x {
		x[i] = rationalTanh(v)
	}
}

func rationalTanh(x float32) float32 {
	const limit = 9.02
	if x > limit { // false for NaN
		x = limit
	} else if x < -limit {
		x = -limit
	}
	z := float32(x * x)
	p := float32(1.33190747e-8*z) + 2.05834833e-5
	p = float32(p*z) + 3.49403469e-3
	p = float32(p*z) + 1.33797181e-1
	p = float32(p*z) + 1
	q := float32(7.76202059e-7*z) + 3.28309305e-4
	q = float32(q*z) + 2.58710737e-2
	q = float32(q*z) + 4.67130333e-1
	q = float32(q*z) + 1
	t := float32(x*p) / q
	if t > 1 {
		return 1
	} else if t < -1 {
		return -1
	}
	return t
}
