package audit

import (
	"math"

	"github.com/morselcodec/morsel/topo"
)

// pictures is what the plots show, small whatever the size of the arrays.
type pictures struct {
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

// draw gathers the pictures.
func (f *fields[T]) draw(r *Report, before, after []*topo.Diagram) {
	if len(f.x) == 0 {
		return
	}
	r.pictures.section = f.section(float64(r.MaxAbsError))
	if worst := float64(r.MaxAbsError); worst > 0 && !math.IsInf(worst, 0) {
		h := &histogram{limit: worst}
		for i, x := range f.x {
			if !f.special(i) {
				// In [−1, 1] first: the ends belong to the outer bins.
				t := (float64(f.y[i]) - float64(x)) / worst
				h.counts[min(int((t+1)/2*bins), bins-1)]++
			}
		}
		r.pictures.histogram = h
	}
	for k := range before {
		d, e := before[k], after[k]
		r.pictures.diagrams = append(r.pictures.diagrams, diagramPair{
			dim:      d.Dim,
			original: top(d.Pairs), other: top(e.Pairs),
			hidden: max(0, len(d.Pairs)-maxDrawn) + max(0, len(e.Pairs)-maxDrawn),
		})
	}
}

// top copies the pairs that are drawn, so that the diagram can go.
func top(pairs []topo.Pair) []topo.Pair {
	return append([]topo.Pair(nil), pairs[:min(len(pairs), maxDrawn)]...)
}

func (f *fields[T]) section(worst float64) *section {
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
			v, w := float64(f.x[i]), float64(f.y[i])
			if f.special(i) {
				v, w = math.NaN(), math.NaN()
			} else {
				s.lo, s.hi = min(s.lo, v), max(s.hi, v)
			}
			s.original, s.other = append(s.original, v), append(s.other, w)
		}
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
