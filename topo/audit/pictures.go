package audit

import (
	"fmt"
	"math"

	"github.com/morselcodec/morsel/topo"
)

// pictures is what the plots show, small whatever the size of the arrays.
type pictures struct {
	frame     frame
	section   *section
	histogram *histogram
	diagrams  []diagramPair
}

// section is the middle slice along the two fastest dimensions, thinned to at
// most maxSide cells a side; rank 1 has height 1. Special cells are NaN.
type section struct {
	width, height      int
	original, other    []float64
	stepX, stepY       int
	wholeX, wholeY     int
	lo, hi, worstError float64 // of the values shown, and of the whole difference
}

const (
	maxSide   = 512  // cells of a section along each side
	maxSeries = 4096 // cells of a section of rank 1
	maxDrawn  = 2000 // pairs of a diagram
	bins      = 61   // of the histogram; odd, so that one is around zero
)

// histogram counts differences other − original in bins from −limit to limit.
type histogram struct {
	limit  float64
	counts [bins]float64
}

// diagramPair is the most persistent part of two diagrams.
type diagramPair struct {
	dim             int
	original, other []topo.Pair
	hidden          int // pairs left out
}

// frame says in what terms pictures show values: less origin, over 10^tens.
// Float64 and the axes of plots have room for the differences of integers beyond
// 2^53 then, and for values at the ends of its range.
type frame struct {
	origin Value // 0 but for wide integers
	tens   int
}

// The largest magnitude of values that are shown as they are.
const (
	leastShown = 1e-100
	mostShown  = 1e100
)

func (f *fields[T]) frame() frame {
	switch {
	case f.levels != nil && f.values > 0:
		return frame{origin: Value(f.level(f.lo))}
	case f.top > mostShown || f.top < leastShown && f.top > 0:
		return frame{tens: int(math.Floor(math.Log10(f.top)))}
	}
	return frame{}
}

// over returns v/10^tens.
func (p frame) over(v float64) float64 {
	if p.tens == 0 {
		return v
	}
	half := p.tens / 2 // 10^tens need not be an ordinary number
	return v / math.Pow10(half) / math.Pow10(p.tens-half)
}

// scale is written beside differences, and beside values with the origin.
func (p frame) scale() string {
	if p.tens == 0 {
		return ""
	}
	return fmt.Sprintf(" / 1e%d", p.tens)
}

func (p frame) String() string {
	if p.origin.Hi == 0 {
		return p.scale()
	}
	return " − " + p.origin.String()
}

// draw gathers the pictures.
func (f *fields[T]) draw(r *Report, before, after []*topo.Diagram) {
	if len(f.x) == 0 {
		return
	}
	p := &r.pictures
	p.frame = f.frame()
	shown := func(v T) float64 {
		if f.levels != nil && v-v == 0 {
			return f.level(v).Minus(topo.Level(p.frame.origin))
		}
		return p.frame.over(float64(v))
	}
	worst := 2 * p.frame.over(math.Ldexp(f.worst.frac, f.worst.exp-1))
	p.section = f.section(shown, worst)
	if worst > 0 && !math.IsInf(worst, 0) {
		h := &histogram{limit: worst}
		for i, x := range f.x {
			if !f.special(i) {
				// In [−1, 1] first: the ends belong to the outer bins.
				t := f.gap(f.y[i], x).over(f.worst)
				h.counts[min(int((t+1)/2*bins), bins-1)]++
			}
		}
		p.histogram = h
	}
	for k := range before {
		d, e := before[k], after[k]
		top := func(pairs []topo.Pair) (some []topo.Pair) {
			for _, q := range pairs[:min(len(pairs), maxDrawn)] {
				some = append(some, topo.Pair{Birth: shown(T(q.Birth)), Death: shown(T(q.Death))})
			}
			return some
		}
		p.diagrams = append(p.diagrams, diagramPair{
			dim:      d.Dim,
			original: top(d.Pairs), other: top(e.Pairs),
			hidden: max(0, len(d.Pairs)-maxDrawn) + max(0, len(e.Pairs)-maxDrawn),
		})
	}
}

func (f *fields[T]) section(shown func(T) float64, worst float64) *section {
	rank := len(f.shape)
	s := &section{wholeX: f.shape[rank-1], wholeY: 1, stepX: 1, stepY: 1, lo: math.Inf(1), hi: math.Inf(-1), worstError: worst}
	limit := maxSeries
	start := 0
	if rank > 1 {
		limit = maxSide
		s.wholeY = f.shape[rank-2]
		block := len(f.x)
		for _, n := range f.shape[:rank-2] {
			block /= n
			start += n / 2 * block
		}
	}
	s.stepX = (s.wholeX + limit - 1) / limit
	s.stepY = (s.wholeY + limit - 1) / limit
	s.width = (s.wholeX + s.stepX - 1) / s.stepX
	s.height = (s.wholeY + s.stepY - 1) / s.stepY
	for y := 0; y < s.wholeY; y += s.stepY {
		for x := 0; x < s.wholeX; x += s.stepX {
			i := start + y*s.wholeX + x
			v, w := shown(f.x[i]), shown(f.y[i])
			if f.special(i) {
				v, w = math.NaN(), math.NaN()
			} else {
				s.lo, s.hi = min(s.lo, v), max(s.hi, v)
			}
			s.original, s.other = append(s.original, v), append(s.other, w)
		}
	}
	if s.lo > s.hi {
		s.lo, s.hi = math.NaN(), math.NaN()
	}
	return s
}

// difference is other − original.
func (s *section) difference() []float64 {
	d := make([]float64, len(s.original))
	for i, v := range s.original {
		d[i] = s.other[i] - v
	}
	return d
}
