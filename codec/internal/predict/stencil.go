package predict

import (
	"math"

	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/kernel"
)

// A stencil predicts b + Σ wᵢ·(vᵢ − b), where b is the mean of the two nearest
// known values along the pass's axis and vᵢ are more values known by then: on
// the coarser lattice around the point, and on lines before it in its own
// pass. Its weights are fitted to the chunk and stored with it.
type Stencil struct {
	weights   []int32 // in units of 2^−precision, one for each tap
	Precision uint8   // 0: no stencil, the pass is interpolated
}

const maxPrecision = 24

// tap is a value that a stencil reads, as an offset in coordinates.
type tap struct {
	by     [grid.MaxRank]int
	near   [grid.MaxRank]int // stands in where by is off the grid, unless causal
	causal bool              // in the same pass: off the grid it counts as b
	index  int
	other  int // index of near
}

// tapsOf lists the values that the stencil of a pass reads, in the order of
// their weights.
func tapsOf(g *grid.Grid, p *grid.Pass) []tap {
	var list []tap
	add := func(by, near [grid.MaxRank]int, causal bool) {
		t := tap{by: by, near: near, causal: causal}
		for a := range g.Rank {
			t.index += by[a] * g.Stride[a]
			t.other += near[a] * g.Stride[a]
		}
		list = append(list, t)
	}
	var low, high, by [grid.MaxRank]int
	low[p.Axis], high[p.Axis] = -p.Half, p.Half
	add(low, low, false)
	far := 3
	if g.Rank < 3 {
		far = 5
	}
	for k := 3; k <= far; k += 2 {
		by[p.Axis] = -k * p.Half
		add(by, low, false)
		by[p.Axis] = k * p.Half
		add(by, high, false)
	}
	inner := g.Rank - 1
	for b := range g.Rank {
		if b == p.Axis {
			continue
		}
		for _, side := range [2][grid.MaxRank]int{low, high} {
			by = side
			for _, t := range [2]int{-1, 1} {
				by[b] = t * p.Step[b]
				add(by, side, false)
			}
		}
	}
	for b := range inner {
		by = [grid.MaxRank]int{}
		by[b] = -p.Step[b]
		add(by, by, true)
		for _, t := range [2]int{-1, 1} {
			by[inner] = t * p.Step[inner]
			add(by, by, true)
		}
	}
	return list
}

// gather calls f with the index distance from a point to the value of tap t,
// for each run of points of l for which it is the same. Points for which a
// causal tap is off the grid are left out.
func gather(g *grid.Grid, l *grid.Line, t *tap, f func(from, to, index int)) {
	from, to := 0, 0
	if g.On(l, &t.by) {
		from, to = g.Span(l, t.by[g.Rank-1])
	}
	if t.causal {
		if from < to {
			f(from, to, t.index)
		}
		return
	}
	if from >= to {
		f(0, l.N, t.other)
		return
	}
	if from > 0 {
		f(0, from, t.other)
	}
	f(from, to, t.index)
	if to < l.N {
		f(to, l.N, t.other)
	}
}

// Stencils predicts by interpolation or, in passes that have one, by a stencil.
type Stencils[T array.Float] struct {
	Cubic[T]
	Plans   []Stencil // by pass
	taps    []tap     // of the current pass
	weights []float64 // of the taps
	pass    *grid.Pass

	mean       sliceMean[T]
	meanWeight float64 // its weight in the current pass

	base []float64
	run  struct { // taps of the current line
		weights []float64
		offsets []int
	}
}

// centred sets base to b at the points of l that lie between two known values
// along the axis, and returns how many do: all of the line, or all but its last.
func (s *Stencils[T]) centred(l *grid.Line) int {
	n := l.N
	if l.Axis == s.Grid.Rank-1 {
		_, n = s.Grid.Span(l, l.Half)
	} else if l.At[l.Axis]+l.Half >= s.Grid.Shape[l.Axis] {
		return 0
	}
	if cap(s.base) < l.N {
		s.base = make([]float64, l.N)
	}
	h := l.Half * s.Grid.Stride[l.Axis]
	for i, at := 0, l.Start; i < n; i, at = i+1, at+l.Inc {
		s.base[i] = (float64(s.Values[at-h]) + float64(s.Values[at+h])) * 0.5
	}
	return n
}

// Begin implements predictor.
func (s *Stencils[T]) Begin(p *grid.Pass) {
	s.pass = p
	s.taps, s.meanWeight = nil, 0
	plan := &s.Plans[p.Index]
	if plan.Precision == 0 {
		return
	}
	s.taps = tapsOf(s.Grid, p)
	s.weights = s.weights[:0]
	for _, w := range plan.weights {
		s.weights = append(s.weights, math.Ldexp(float64(w), -int(plan.Precision)))
	}
	if hasSliceMean(s.Grid, p) {
		s.meanWeight = s.weights[len(s.taps)]
		s.mean.Begin(s.Grid, p)
	}
}

// Predict implements predictor.
func (s *Stencils[T]) Predict(dst []float64, l *grid.Line) {
	if s.taps == nil {
		s.Cubic.Predict(dst, l)
		return
	}
	n := s.centred(l)
	if n < l.N {
		s.Cubic.Predict(dst, l) // the points at the end keep this
	}
	s.apply(dst[:n], l)
	if s.meanWeight != 0 {
		for i, m := range s.mean.next(l, s.Values, s.Values)[:n] {
			dst[i] += float64(s.meanWeight * m)
		}
	}
}

// apply evaluates the stencil at the first len(dst) points of l.
func (s *Stencils[T]) apply(dst []float64, l *grid.Line) {
	// Away from the line's ends every tap is where it belongs, or off the grid
	// for the whole line.
	run := &s.run
	run.weights, run.offsets = run.weights[:0], run.offsets[:0]
	add := func(w float64, offset int) {
		run.weights, run.offsets = append(run.weights, w), append(run.offsets, offset)
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
			add(w, t.other)
		}
	}
	from = min(from, len(dst))
	to = max(from, to)
	kernel.Stencil(dst[from:to], s.base[from:to], s.Values, l.Start+from*l.Inc, l.Inc, run.weights, run.offsets)
	for i := range from {
		dst[i] = s.point(l, i)
	}
	for i := to; i < len(dst); i++ {
		dst[i] = s.point(l, i)
	}
}

// point evaluates the stencil at point i of l.
func (s *Stencils[T]) point(l *grid.Line, i int) float64 {
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
			index = t.other
		}
		if w := s.weights[k]; w != 0 {
			sum += float64(w * (float64(s.Values[at+index]) - b))
		}
	}
	return sum
}

// CodeStencils codes or decodes the stencils of a walk: for each pass its
// precision, 0 without, then its weights.
func CodeStencils(rc *rangecoder.Coder, g *grid.Grid, passes []grid.Pass, plans []Stencil) {
	half := mixing.NewCounter(1 << 15)
	used, precision := half, newNumber(half)
	var sizes [8]number // of the first weights, and of all others
	for i := range sizes {
		sizes[i] = newNumber(half)
	}
	last := 0
	for i := range passes {
		plan := &plans[i]
		bit := rc.Code(bitio.Bit(plan.Precision > 0), used.P())
		used.Update(bit)
		if bit == 0 {
			plan.Precision = 0
			continue
		}
		last += int(precision.code(rc, int64(plan.Precision)-int64(last)))
		plan.Precision = uint8(min(max(last, 1), maxPrecision))
		n := len(tapsOf(g, &passes[i]))
		if hasSliceMean(g, &passes[i]) {
			n++
		}
		if plan.weights == nil {
			plan.weights = make([]int32, n)
		}
		for k := range n {
			plan.weights[k] = int32(sizes[min(k, len(sizes)-1)].code(rc, int64(plan.weights[k])))
		}
	}
}

// number codes signed integers with adaptive lengths.
type number struct {
	more [40]mixing.Counter
	sign mixing.Counter
}

func newNumber(half mixing.Counter) number {
	n := number{sign: half}
	for i := range n.more {
		n.more[i] = half
	}
	return n
}

// code codes v, |v| < 2³².
func (n *number) code(rc *rangecoder.Coder, v int64) int64 {
	m := uint64(max(v, -v))
	length := 0
	for length < 32 {
		bit := rc.Code(bitio.Bit(m>>length > 0), n.more[length].P())
		n.more[length].Update(bit)
		if bit == 0 {
			break
		}
		length++
	}
	if length == 0 {
		return 0
	}
	m = 1<<(length-1) | rc.CodeBits(m&(1<<(length-1)-1), length-1)
	negative := rc.Code(bitio.Bit(v < 0), n.sign.P())
	n.sign.Update(negative)
	if negative == 1 {
		return -int64(m)
	}
	return int64(m)
}
