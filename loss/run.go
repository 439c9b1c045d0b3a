package loss

import (
	"math"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/kernel"
)

// A run is a block of values in which every pair (k, k+stride) is one finite
// difference: along an axis of n values that stride apart, the n·stride values
// of each block hold all its differences, and no other pairs. So one loop
// serves every axis, contiguous in memory.

// chunk is how many comparisons a run handles at a time, small enough to stay
// in the first-level cache.
const chunk = 256

type scratch[T array.Float] struct{ a, b, g [chunk]T }

// signErrors returns Σ_axes w·Σ|act(s·Δpred)−act(s·Δtarget)| over one example
// and, unless grad is nil, sets it to c times its derivative in pred. Training
// spends its time here: the paper's loss in float32 has a kernel of its own.
func (p *plan[T]) signErrors(grad, pred, target []T, c float64) float64 {
	if p.size == 0 {
		return 0
	}
	var few [8]kernel.Axis
	axes := few[:0]
	block := p.size
	for axis, n := range p.dims {
		stride := block / n
		if w := axisWeight(p.weights, axis); w != 0 && n > 1 {
			axes = append(axes, kernel.Axis{Block: block, Stride: stride, Weight: w})
		}
		block = stride
	}
	if pred, ok := any(pred).([]float32); ok && !p.softsign {
		return kernel.DSL(any(grad).([]float32), pred, any(target).([]float32), axes, float32(p.s), float32(c*p.s))
	}
	clear(grad)
	var buf scratch[T]
	var total float64
	for _, a := range axes {
		for lo := 0; lo < p.size; lo += a.Block {
			hi := lo + a.Block
			if grad == nil {
				total += a.Weight * p.dslRun(&buf, nil, pred[lo:hi], target[lo:hi], a.Stride, 0)
			} else {
				total += a.Weight * p.dslRun(&buf, grad[lo:hi], pred[lo:hi], target[lo:hi], a.Stride, T(c*a.Weight*p.s))
			}
		}
	}
	return total
}

// dslRun handles one block, with act either stand-in for the sign:
//
//	for k := range len(pred) - stride {
//		a := act(s * (pred[k+stride] - pred[k]))
//		b := act(s * (target[k+stride] - target[k]))
//		sum += |a - b|
//		g := c * sign(a-b) * act'(a) // act' in terms of a: 1-a², or (1-|a|)²
//		grad[k] -= g
//		grad[k+stride] += g
//	}
func (p *plan[T]) dslRun(buf *scratch[T], grad, pred, target []T, stride int, c T) float64 {
	var sum float64
	for lo, n := 0, len(pred)-stride; lo < n; lo += chunk {
		m := min(chunk, n-lo)
		a, b := buf.a[:m], buf.b[:m]
		p.differences(a, pred[lo:], stride)
		p.differences(b, target[lo:], stride)
		if grad == nil {
			for k, v := range a {
				sum += math.Abs(float64(v - b[k]))
			}
			continue
		}
		g := buf.g[:m]
		if p.softsign {
			sum += softsignSlopes(g, a, b, c)
		} else {
			sum += tanhSlopes(g, a, b, c)
		}
		from, to := grad[lo:lo+m], grad[lo+stride:]
		to = to[:m]
		for k, v := range g {
			from[k] -= v
		}
		for k, v := range g {
			to[k] += v
		}
	}
	return sum
}

// differences sets dst[k] = act(s·(src[k+stride]−src[k])).
func (p *plan[T]) differences(dst, src []T, stride int) {
	s := T(p.s)
	from, to := src[:len(dst)], src[stride:]
	to = to[:len(dst)]
	for k, v := range from {
		dst[k] = s * (to[k] - v)
	}
	if p.softsign {
		softsign(dst)
	} else {
		tanh(dst)
	}
}

// tanhSlopes sets g = c·sign(a−b)·(1−a²) and returns Σ|a−b|.
func tanhSlopes[T array.Float](g, a, b []T, c T) float64 {
	var sum float64
	b, g = b[:len(a)], g[:len(a)]
	for k, v := range a {
		d := float64(v - b[k])
		sum += math.Abs(d)
		w := math.Copysign(float64(c*(1-v*v)), d)
		if d == 0 || d != d {
			w = d // no gradient at 0, NaN stays NaN
		}
		g[k] = T(w)
	}
	return sum
}

// softsignSlopes sets g = c·sign(a−b)·(1−|a|)² and returns Σ|a−b|.
func softsignSlopes[T array.Float](g, a, b []T, c T) float64 {
	var sum float64
	b, g = b[:len(a)], g[:len(a)]
	for k, v := range a {
		d := float64(v - b[k])
		sum += math.Abs(d)
		r := 1 - T(math.Abs(float64(v)))
		w := math.Copysign(float64(c*r*r), d)
		if d == 0 || d != d {
			w = d
		}
		g[k] = T(w)
	}
	return sum
}

// sharpnessSlope returns one example's Σ_axes w·Σ|a−b| and its derivative in s,
// Σ_axes w·Σ sign(a−b)·(act'(a)·Δpred − act'(b)·Δtarget).
func (p *plan[T]) sharpnessSlope(pred, target []T) (value, slope float64) {
	var buf scratch[T]
	block := p.size
	for axis, n := range p.dims {
		if n == 0 {
			return 0, 0
		}
		stride := block / n
		if w := axisWeight(p.weights, axis); w != 0 && n > 1 {
			for lo := 0; lo < p.size; lo += block {
				hi := lo + block
				v, s := p.sharpnessRun(&buf, pred[lo:hi], target[lo:hi], stride)
				value += w * v
				slope += w * s
			}
		}
		block = stride
	}
	return value, slope
}

func (p *plan[T]) sharpnessRun(buf *scratch[T], pred, target []T, stride int) (value, slope float64) {
	for lo, n := 0, len(pred)-stride; lo < n; lo += chunk {
		m := min(chunk, n-lo)
		a, b := buf.a[:m], buf.b[:m]
		p.differences(a, pred[lo:], stride)
		p.differences(b, target[lo:], stride)
		b = b[:len(a)]
		for k, v := range a {
			d := float64(v - b[k])
			value += math.Abs(d)
			if d == 0 {
				continue
			}
			i, j := lo+k, lo+k+stride
			e := p.slopeTerm(float64(v), float64(pred[j]-pred[i])) - p.slopeTerm(float64(b[k]), float64(target[j]-target[i]))
			slope += e * math.Copysign(1, d)
		}
	}
	return value, slope
}

// slopeTerm returns act'·Δ, given a = act(s·Δ).
func (p *plan[T]) slopeTerm(a, delta float64) float64 {
	slope := 1 - float64(a*a)
	if p.softsign {
		slope = (1 - math.Abs(a)) * (1 - math.Abs(a))
	}
	if slope == 0 {
		return 0 // saturated, where Δ may be infinite
	}
	return slope * delta
}
