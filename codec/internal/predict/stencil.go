package predict

import (
	"math"

	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/kernel"
)

// A stencil predicts b + Σ wᵢ·(vᵢ − b), where b is the base and vᵢ are the taps of
// the point. Its weights are fitted to the chunk and stored with it.
type stencil struct {
	weights   []int32 // in units of 2^−precision, one for each tap, then that of the running mean
	precision uint8   // 0: no stencil, the pass is interpolated
}

const maxPrecision = 24

// stencils predicts by interpolation or, in passes that have one, by a stencil.
type stencils[T array.Float] struct {
	interpolation[T]
	byPass  []stencil
	taps    []tap     // of the current pass; nil: it has no stencil
	weights []float64 // of the taps

	mean       runningMean[T]
	meanWeight float64 // its weight in the current pass

	base []float64 // of the inner points of the current line
	line struct {  // taps of the current line
		weights []float64
		offsets []int
	}
}

func newStencils[T array.Float](c *Chunk[T]) stencils[T] {
	return stencils[T]{interpolation: interpolation[T]{Chunk: c}, byPass: make([]stencil, len(c.Passes))}
}

// setBase sets base to b at the inner points of l, and returns how many they are.
func (s *stencils[T]) setBase(l *grid.Line) int {
	n := s.Grid.Inner(l)
	if cap(s.base) < l.N {
		s.base = make([]float64, l.N)
	}
	h := l.Half * s.Grid.Stride[l.Axis]
	for i, at := 0, l.Start; i < n; i, at = i+1, at+l.Inc {
		s.base[i] = (float64(s.Values[at-h]) + float64(s.Values[at+h])) * 0.5
	}
	return n
}

// Begin implements Predictor.
func (s *stencils[T]) Begin(p *grid.Pass) {
	s.taps, s.meanWeight = nil, 0
	st := &s.byPass[p.Index]
	if st.precision == 0 {
		return
	}
	s.taps = tapsOf(s.Grid, p)
	s.weights = s.weights[:0]
	for _, w := range st.weights {
		s.weights = append(s.weights, math.Ldexp(float64(w), -int(st.precision)))
	}
	if hasRunningMean(s.Grid, p) {
		s.meanWeight = s.weights[len(s.taps)]
		s.mean.begin(s.Grid, p)
	}
}

// Predict implements Predictor.
func (s *stencils[T]) Predict(dst []float64, l *grid.Line) {
	if s.taps == nil {
		s.interpolation.Predict(dst, l)
		return
	}
	n := s.setBase(l)
	if n < l.N {
		s.interpolation.Predict(dst, l) // the points that are not inner keep this
	}
	s.apply(dst[:n], l)
	if s.meanWeight != 0 {
		for i, m := range s.mean.next(l, s.Values, s.Values)[:n] {
			dst[i] += float64(s.meanWeight * m)
		}
	}
}

// apply evaluates the stencil at the first len(dst) points of l.
func (s *stencils[T]) apply(dst []float64, l *grid.Line) {
	// Away from the line's ends every tap is where it belongs, or off the grid
	// for the whole line.
	line := &s.line
	line.weights, line.offsets = line.weights[:0], line.offsets[:0]
	add := func(w float64, offset int) {
		line.weights, line.offsets = append(line.weights, w), append(line.offsets, offset)
	}
	from, to := 0, len(dst)
	inner := s.Grid.Rank - 1
	for k := range s.taps {
		t := &s.taps[k]
		w := s.weights[k]
		switch {
		case w == 0:
		case s.Grid.On(l, &t.by):
			f, e := s.Grid.Span(l, t.by[inner])
			from, to = max(from, f), min(to, e)
			add(w, t.index)
		case !t.causal:
			add(w, t.substitute)
		}
	}
	from = min(from, len(dst))
	to = max(from, to)
	kernel.Stencil(dst[from:to], s.base[from:to], s.Values, l.Start+from*l.Inc, l.Inc, line.weights, line.offsets)
	for i := range from {
		dst[i] = s.point(l, i)
	}
	for i := to; i < len(dst); i++ {
		dst[i] = s.point(l, i)
	}
}

// point evaluates the stencil at point i of l.
func (s *stencils[T]) point(l *grid.Line, i int) float64 {
	inner := s.Grid.Rank - 1
	at, c, b := l.Start+i*l.Inc, l.First[inner]+i*l.Step[inner], s.base[i]
	sum := b
	for k := range s.taps {
		t := &s.taps[k]
		index := t.index
		if e := c + t.by[inner]; e < 0 || e >= s.Grid.Shape[inner] || !s.Grid.On(l, &t.by) {
			if t.causal {
				continue
			}
			index = t.substitute
		}
		if w := s.weights[k]; w != 0 {
			sum += float64(w * (float64(s.Values[at+index]) - b))
		}
	}
	return sum
}
