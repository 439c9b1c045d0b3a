package codec

import (
	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
	"github.com/morselcodec/morsel/formats"
)

// A stencil predicts b + Σ wᵢ·(vᵢ − b), where b is the mean of the two nearest
// known values along the pass's axis and vᵢ are more values known by then: on
// the coarser lattice around the point, and on lines before it in its own
// pass. Its weights are fitted to the chunk and stored with it.
type stencil struct {
	weights   []int32 // in units of 2^−precision, one for each tap
	precision uint8   // 0: no stencil, the pass is interpolated
}

const maxPrecision = 24

// tap is a value that a stencil reads, as an offset in coordinates.
type tap struct {
	by     [maxRank]int
	near   [maxRank]int // stands in where by is off the grid, unless causal
	causal bool         // in the same pass: off the grid it counts as b
	index  int
	other  int // index of near
}

// taps lists the values that the stencil of a pass reads, in the order of
// their weights.
func (g *grid) taps(p *pass) []tap {
	var list []tap
	add := func(by, near [maxRank]int, causal bool) {
		t := tap{by: by, near: near, causal: causal}
		for a := range g.rank {
			t.index += by[a] * g.stride[a]
			t.other += near[a] * g.stride[a]
		}
		list = append(list, t)
	}
	var low, high, by [maxRank]int
	low[p.axis], high[p.axis] = -p.half, p.half
	add(low, low, false)
	far := 3
	if g.rank < 3 {
		far = 5
	}
	for k := 3; k <= far; k += 2 {
		by[p.axis] = -k * p.half
		add(by, low, false)
		by[p.axis] = k * p.half
		add(by, high, false)
	}
	inner := g.rank - 1
	for b := range g.rank {
		if b == p.axis {
			continue
		}
		for _, side := range [2][maxRank]int{low, high} {
			by = side
			for _, t := range [2]int{-1, 1} {
				by[b] = t * p.step[b]
				add(by, side, false)
			}
		}
	}
	for b := range inner {
		by = [maxRank]int{}
		by[b] = -p.step[b]
		add(by, by, true)
		for _, t := range [2]int{-1, 1} {
			by[inner] = t * p.step[inner]
			add(by, by, true)
		}
	}
	return list
}

// on reports whether the offset leads from a point of l to the grid along all
// axes but the last.
func (g *grid) on(l *line, by *[maxRank]int) bool {
	for a := range g.rank - 1 {
		if k := l.at[a] + by[a]; k < 0 || k >= g.shape[a] {
			return false
		}
	}
	return true
}

// span returns the points of l from which the offset stays on the grid along
// the last axis.
func (g *grid) span(l *line, by int) (from, to int) {
	inner := g.rank - 1
	first, step, n := l.first[inner]+by, l.step[inner], g.shape[inner]
	to = l.n
	for from < to && first+from*step < 0 {
		from++
	}
	for from < to && first+(to-1)*step >= n {
		to--
	}
	return from, to
}

// gather calls f with the index distance from a point to the value of tap t,
// for each run of points of l for which it is the same. Points for which a
// causal tap is off the grid are left out.
func (g *grid) gather(l *line, t *tap, f func(from, to, index int)) {
	from, to := 0, 0
	if g.on(l, &t.by) {
		from, to = g.span(l, t.by[g.rank-1])
	}
	if t.causal {
		if from < to {
			f(from, to, t.index)
		}
		return
	}
	if from >= to {
		f(0, l.n, t.other)
		return
	}
	if from > 0 {
		f(0, from, t.other)
	}
	f(from, to, t.index)
	if to < l.n {
		f(to, l.n, t.other)
	}
}

// stencils predicts by interpolation or, in passes that have one, by a stencil.
type stencils[T formats.Float] struct {
	cubic[T]
	plans []stencil // by pass
	taps  []tap     // of the current pass
	pass  *pass
	base  []float64
}

// centred sets base to b at the points of l that lie between two known values
// along the axis, and returns how many do: all of the line, or all but its last.
func (s *stencils[T]) centred(l *line) int {
	n := l.n
	if l.axis == s.grid.rank-1 {
		_, n = s.grid.span(l, l.half)
	} else if l.at[l.axis]+l.half >= s.grid.shape[l.axis] {
		return 0
	}
	if cap(s.base) < l.n {
		s.base = make([]float64, l.n)
	}
	h := l.half * s.grid.stride[l.axis]
	for i, at := 0, l.start; i < n; i, at = i+1, at+l.inc {
		s.base[i] = (float64(s.values[at-h]) + float64(s.values[at+h])) * 0.5
	}
	return n
}

// begin implements predictor.
func (s *stencils[T]) begin(p *pass) {
	s.pass = p
	s.taps = nil
	if s.plans[p.index].precision > 0 {
		s.taps = s.grid.taps(p)
	}
}

// predict implements predictor.
func (s *stencils[T]) predict(dst []float64, l *line) {
	if s.taps == nil {
		s.cubic.predict(dst, l)
		return
	}
	n := s.centred(l)
	if n < l.n {
		s.cubic.predict(dst, l) // the points at the end keep this
	}
	copy(dst, s.base[:n])
	plan := &s.plans[l.index]
	unit := 1 / float64(int(1)<<plan.precision)
	for k := range s.taps {
		if plan.weights[k] == 0 {
			continue
		}
		w := float64(plan.weights[k]) * unit
		s.grid.gather(l, &s.taps[k], func(from, to, index int) {
			to = min(to, n)
			at := l.start + from*l.inc + index
			for i := from; i < to; i++ {
				dst[i] += float64(w * (float64(s.values[at]) - s.base[i]))
				at += l.inc
			}
		})
	}
}

// codeStencils codes or decodes the stencils of a walk: for each pass its
// precision, 0 without, then its weights.
func codeStencils(rc *rangecoder.Coder, g *grid, passes []pass, plans []stencil) {
	half := mixing.NewCounter(1 << 15)
	used, precision := half, newNumber(half)
	var sizes [8]number // of the first weights, and of all others
	for i := range sizes {
		sizes[i] = newNumber(half)
	}
	last := 0
	for i := range passes {
		plan := &plans[i]
		bit := rc.Code(bitOf(plan.precision > 0), used.P())
		used.Update(bit)
		if bit == 0 {
			plan.precision = 0
			continue
		}
		last += int(precision.code(rc, int64(plan.precision)-int64(last)))
		plan.precision = uint8(min(max(last, 1), maxPrecision))
		n := len(g.taps(&passes[i]))
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
		bit := rc.Code(bitOf(m>>length > 0), n.more[length].P())
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
	negative := rc.Code(bitOf(v < 0), n.sign.P())
	n.sign.Update(negative)
	if negative == 1 {
		return -int64(m)
	}
	return int64(m)
}
