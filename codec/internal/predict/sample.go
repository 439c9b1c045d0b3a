package predict

import (
	"math"
	"math/bits"

	"github.com/morselcodec/morsel/codec/internal/detmath"
	"github.com/morselcodec/morsel/codec/internal/interrupt"
	"github.com/morselcodec/morsel/internal/kernel"
)

// sample holds the equations of a fit, one for each of some points of a pass.
type sample struct {
	step          float64
	terms         int       // weights of the stencil
	cols          int       // of a row
	rows          []float64 // for each point its terms, vᵢ−b of each tap first, then x−b, then zeros
	interpolation []float64 // for each point the prediction of interpolation − x

	precision uint8 // of weights
	watch     *interrupt.Watch
}

// solve returns the stencil that codes the sample in the fewest bits, as cost
// estimates them; one without weights if there is none.
//
// It is a least-squares fit, reweighted a few times by the errors of the fit
// before it: where errors are large anyway, a coder that adapts to their scale
// loses little by larger ones. That has local minima, so it starts from
// interpolation and from plain least squares.
func (s *sample) solve(thorough bool) (best stencil, least float64) {
	least = math.Inf(1)
	if len(s.interpolation) < 4*s.terms {
		return stencil{}, least
	}
	if s.precision = s.weightPrecision(); s.precision == 0 {
		return stencil{}, least
	}
	interpolation := s.interpolationErrors()
	zero := make([]float64, len(interpolation))
	starts := []struct {
		errors []float64
		width  int
	}{{zero, 1}, {interpolation, scaleBlock}, {interpolation, 1}, {zero, scaleBlock}}
	if !thorough {
		starts = starts[:2]
	}
	for _, start := range starts {
		e := start.errors
		for range 2 {
			w := s.leastSquares(e, start.width)
			if w == nil {
				break
			}
			p := s.quantize(w)
			if p.precision == 0 {
				break
			}
			e = s.errors(&p)
			if b := s.cost(e); b < least {
				best, least = p, b
			}
		}
	}
	return best, least
}

// scaleBlock is the number of neighbouring errors that share a scale.
const scaleBlock = 8

// scales returns the mean square of the errors around each, in bins.
func (s *sample) scales(e []float64, block int) []float64 {
	out := make([]float64, len(e))
	for i := 0; i < len(e); i += block {
		to := min(i+block, len(e))
		sum := 0.0
		for _, v := range e[i:to] {
			sum += float64(v * v)
		}
		for k := i; k < to; k++ {
			out[k] = sum / float64(to-i)
		}
	}
	return out
}

// leastSquares fits weights, each equation weighted by the scale of the errors
// around it.
func (s *sample) leastSquares(e []float64, width int) []float64 {
	s.watch.Check()
	weights := s.scales(e, width)
	for r, v := range weights {
		weights[r] = 1 / (1.0/16 + v)
	}
	gram := make([]float64, s.cols*s.cols)
	kernel.Gram(gram, s.rows, weights, s.cols)
	n := s.terms
	a := make([]float64, n*n)
	for i := range n {
		copy(a[i*n:i*n+i+1], gram[i*s.cols:])
		a[i*n+i] = float64(a[i*n+i]*(1+1e-9)) + float64(s.step*s.step*1e-3)
	}
	b := gram[n*s.cols : n*s.cols+n]
	if !cholesky(a, n) {
		return nil
	}
	cholSolve(a, b, n)
	return b
}

// interpolationErrors returns the errors of interpolation, in bins.
func (s *sample) interpolationErrors() []float64 {
	e := make([]float64, len(s.interpolation))
	for r, c := range s.interpolation {
		e[r] = c / s.step
	}
	return e
}

// errors returns the errors of a stencil, in bins.
func (s *sample) errors(p *stencil) []float64 {
	w := make([]float64, s.cols)
	for k, q := range p.weights {
		w[k] = math.Ldexp(float64(q), -int(p.precision)) / s.step
	}
	w[s.terms] = -1 / s.step
	e := make([]float64, len(s.interpolation))
	for r := range e {
		e[r] = dot(s.rows[r*s.cols:(r+1)*s.cols], w)
	}
	return e
}

func dot(x, y []float64) float64 {
	var s0, s1, s2, s3 float64
	y = y[:len(x)]
	for len(x) >= 4 {
		s0 += float64(x[0] * y[0])
		s1 += float64(x[1] * y[1])
		s2 += float64(x[2] * y[2])
		s3 += float64(x[3] * y[3])
		x, y = x[4:], y[4:]
	}
	for i, v := range x {
		s0 += float64(v * y[i])
	}
	return s0 + s1 + s2 + s3
}

// cost estimates the bits that bins with the given errors take: their entropy,
// each given the size of the two before.
func (s *sample) cost(e []float64) float64 {
	const contexts, symbols = 8, 32
	var count [contexts][symbols]float64
	extra := 0.0
	var last, last2 int
	for _, v := range e {
		m := math.Abs(math.RoundToEven(v))
		n := symbols - 1
		if m < symbols-1 {
			n = int(m)
		} else {
			extra += detmath.Log2(m)
		}
		ctx := min(bits.Len(uint(2*last+last2)), contexts-1)
		count[ctx][n]++
		if n > 0 {
			extra++ // the sign
		}
		last, last2 = n, last
	}
	for c := range count {
		total, used := 0.0, 0.0
		for _, n := range count[c] {
			if n > 0 {
				extra -= float64(n * detmath.Log2(n))
				total += n
				used++
			}
		}
		if total > 0 {
			extra += float64(total*detmath.Log2(total)) + float64(4*used)
		}
	}
	return extra
}

// weightPrecision returns the precision that weights need for what they add up
// to to be off by about a tenth of a bin's own error; 0 if there is none.
func (s *sample) weightPrecision() uint8 {
	power := 0.0
	for r := range s.interpolation {
		row := s.rows[r*s.cols:][:s.terms]
		power += dot(row, row)
	}
	power /= float64(len(s.interpolation))
	tolerance := s.step * s.step / 12 * 0.03
	if !(power/tolerance < math.MaxFloat64) {
		return 0
	}
	return uint8(min(max(math.Ceil(0.5*detmath.Log2(power/12/tolerance)), 4), maxPrecision))
}

// quantize rounds weights to the sample's precision.
func (s *sample) quantize(w []float64) stencil {
	p := stencil{precision: s.precision, weights: make([]int32, len(w))}
	for i, v := range w {
		q := math.RoundToEven(math.Ldexp(v, int(p.precision)))
		if !(math.Abs(q) < 1<<30) {
			return stencil{}
		}
		p.weights[i] = int32(q)
	}
	return p
}

// cholesky factors the symmetric matrix whose lower half a holds, in place. It
// reports whether a is positive definite.
func cholesky(a []float64, n int) bool {
	for i := range n {
		for j := 0; j <= i; j++ {
			sum := a[i*n+j]
			for k := range j {
				sum -= float64(a[i*n+k] * a[j*n+k])
			}
			if i != j {
				a[i*n+j] = sum / a[j*n+j]
				continue
			}
			if !(sum > 0) || math.IsInf(sum, 0) {
				return false
			}
			a[i*n+i] = math.Sqrt(sum)
		}
	}
	return true
}

// cholSolve solves L·Lᵀ·x = b in place.
func cholSolve(l, b []float64, n int) {
	for i := range n {
		for k := range i {
			b[i] -= float64(l[i*n+k] * b[k])
		}
		b[i] /= l[i*n+i]
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			b[i] -= float64(l[k*n+i] * b[k])
		}
		b[i] /= l[i*n+i]
	}
}
