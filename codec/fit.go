package codec

import (
	"math"

	"github.com/morselcodec/morsel/formats"
)

// fitter is the encoder's predictor: before each pass it fits a stencil to the
// chunk by least squares and keeps it where it predicts better than
// interpolation. Values known by then are taken as reconstructed, so that the
// fit sees the quantisation noise that the decoder will see.
type fitter[T formats.Float] struct {
	stencils[T]
	x       []T // original values
	special []bool
	step    float64 // bin width
	costs   float64 // estimate, in bits, of all passes fitted so far
}

const (
	minFitPoints = 256   // passes with fewer points are interpolated
	maxFitPoints = 20000 // points that a fit looks at
)

// begin implements predictor.
func (f *fitter[T]) begin(p *pass) {
	f.plans = append(f.plans, stencil{})
	f.stencils.begin(p)
	points := p.points(f.grid.rank)
	if points < minFitPoints {
		return
	}
	f.taps = f.grid.taps(p)
	every := max(points/maxFitPoints, 1)
	sample := f.collect(p, every)
	if plan, bits := sample.solve(f.step); plan.precision > 0 {
		saved := (sample.cost(sample.errors(nil)) - bits) * float64(points) / float64(len(sample.target))
		if saved > float64(10*len(f.taps)) {
			f.plans[p.index] = plan
		}
	}
	f.stencils.begin(p)
}

// sample holds the equations of a fit.
type sample struct {
	taps   int
	step   float64
	row    []float64 // taps values vᵢ−b for each point
	target []float64 // x−b
	cubic  []float64 // interpolation − b
	noise  []float64 // of each tap, the variance that row does not show yet
}

// collect looks at every every-th line of the pass.
func (f *fitter[T]) collect(p *pass, every int) *sample {
	s := &sample{taps: len(f.taps), step: f.step, noise: make([]float64, len(f.taps))}
	for k, t := range f.taps {
		if t.causal {
			s.noise[k] = f.step * f.step / 12
		}
	}
	g := f.grid
	// Causal taps read values that are not reconstructed yet.
	value := func(t *tap, at int) float64 {
		if t.causal {
			return float64(f.x[at])
		}
		return float64(f.values[at])
	}
	count := 0
	pred := make([]float64, g.shape[g.rank-1])
	// Whole lines keep memory accesses together; of short passes all are used.
	g.lines(p, func(l *line) {
		count++
		if (count*2654435761)>>8%every != 0 {
			return
		}
		n := f.centred(l)
		if n == 0 {
			return
		}
		f.cubic.predict(pred[:l.n], l)
		rows := make([]float64, n*s.taps)
		for k := range f.taps {
			t := &f.taps[k]
			g.gather(l, t, func(from, to, index int) {
				for i := from; i < min(to, n); i++ {
					rows[i*s.taps+k] = value(t, l.start+i*l.inc+index) - f.base[i]
				}
			})
		}
		for i := range n {
			at := l.start + i*l.inc
			t := float64(f.x[at]) - f.base[i]
			if f.special != nil && f.special[at] || t-t != 0 {
				continue
			}
			s.row = append(s.row, rows[i*s.taps:(i+1)*s.taps]...)
			s.target = append(s.target, t)
			s.cubic = append(s.cubic, pred[i]-f.base[i])
		}
	})
	return s
}

// solve returns the stencil that codes the sample in the fewest bits, as cost
// estimates them; one without weights if there is none.
//
// It is a least-squares fit, reweighted a few times by the errors of the fit
// before it: where errors are large anyway, a coder that adapts to their scale
// loses little by larger ones. That has local minima, so it starts from
// interpolation and from plain least squares.
func (s *sample) solve(step float64) (best stencil, bits float64) {
	if len(s.target) < 4*s.taps {
		return stencil{}, math.Inf(1)
	}
	bits = math.Inf(1)
	try := func(w []float64) {
		if w == nil {
			return
		}
		p := s.quantize(w, step)
		if b := s.cost(s.errors(&p)); p.precision > 0 && b < bits {
			best, bits = p, b
		}
	}
	flat := make([]float64, len(s.target))
	for _, e := range [][]float64{flat, s.errors(nil)} {
		for range 2 {
			w := s.leastSquares(e, step)
			try(w)
			if w == nil {
				break
			}
			e = s.errorsOf(w)
		}
	}
	return best, bits
}

// block is the number of neighbouring errors that share a scale.
const block = 8

// scales returns the mean square of the errors around each, in bins.
func (s *sample) scales(e []float64) []float64 {
	out := make([]float64, len(e))
	for i := 0; i < len(e); i += block {
		to := min(i+block, len(e))
		sum := 0.0
		for _, v := range e[i:to] {
			sum += v * v
		}
		for k := i; k < to; k++ {
			out[k] = sum / float64(to-i)
		}
	}
	return out
}

// leastSquares fits weights, each equation weighted by the scale of the errors
// around it.
func (s *sample) leastSquares(e []float64, step float64) []float64 {
	n := s.taps
	a := make([]float64, n*n)
	b := make([]float64, n)
	scale := s.scales(e)
	total := 0.0
	for r, t := range s.target {
		weight := 1 / (1.0/16 + scale[r])
		total += weight
		row := s.row[r*n : (r+1)*n]
		for i, v := range row {
			v *= weight
			b[i] += v * t
			for j, u := range row[:i+1] {
				a[i*n+j] += v * u
			}
		}
	}
	for i := range n {
		a[i*n+i] = a[i*n+i]*(1+1e-9) + s.noise[i]*total + step*step*1e-3
	}
	if !cholesky(a, n) {
		return nil
	}
	cholSolve(a, b, n)
	return b
}

// errors returns the errors, in bins, of interpolation or of a stencil.
func (s *sample) errors(p *stencil) []float64 {
	if p == nil {
		e := make([]float64, len(s.target))
		for r, t := range s.target {
			e[r] = (t - s.cubic[r]) / s.step
		}
		return e
	}
	w := make([]float64, len(p.weights))
	for k, q := range p.weights {
		w[k] = math.Ldexp(float64(q), -int(p.precision))
	}
	return s.errorsOf(w)
}

func (s *sample) errorsOf(w []float64) []float64 {
	e := make([]float64, len(s.target))
	for r, t := range s.target {
		for k, v := range s.row[r*s.taps : (r+1)*s.taps] {
			t -= w[k] * v
		}
		e[r] = t / s.step
	}
	return e
}

// cost estimates the bits that bins with the given errors take.
func (s *sample) cost(e []float64) float64 {
	sum := 0.0
	for _, v := range s.scales(e) {
		sum += math.Log2(1 + 16*v)
	}
	return sum / 2
}

// quantize rounds weights so that what they add up to is off by about a tenth
// of a bin's own error.
func (s *sample) quantize(w []float64, step float64) stencil {
	power := 0.0
	for _, v := range s.row {
		power += v * v
	}
	power /= float64(len(s.target))
	tolerance := step * step / 12 * 0.03
	precision := int(math.Ceil(0.5 * math.Log2(power/12/tolerance)))
	p := stencil{precision: uint8(min(max(precision, 4), maxPrecision)), weights: make([]int32, len(w))}
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
				sum -= a[i*n+k] * a[j*n+k]
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
			b[i] -= l[i*n+k] * b[k]
		}
		b[i] /= l[i*n+i]
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			b[i] -= l[k*n+i] * b[k]
		}
		b[i] /= l[i*n+i]
	}
}
