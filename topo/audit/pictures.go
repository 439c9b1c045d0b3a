package audit

import (
	"math"

	"github.com/morselcodec/morsel/topo"
)

// Pictures is what is drawn of a comparison, small whatever the size of the
// arrays.
type Pictures struct {
	Scale     Scale      // of all values here
	Slice     Slice      // of the arrays
	Histogram *Histogram // of the errors; nil where there is none or an infinite one
	Diagrams  []DiagramPair
}

// Slice is the middle plane along the two fastest dimensions, thinned to at most
// 512 cells a side; of rank 1 it is the line, of at most 4096 cells and height 1.
// Special values are NaN.
type Slice struct {
	Width, Height   int       // cells shown
	Original, Other []float64 // row-major
	StepX, StepY    int       // one cell in so many is shown
	WholeX, WholeY  int       // cells of the plane
	Lo, Hi          float64   // of the original's values shown; NaN where there are none
	WorstError      float64   // of the whole arrays
}

const (
	maxSide   = 512  // cells of a slice along each side
	maxSeries = 4096 // cells of a slice of rank 1
	maxDrawn  = 2000 // pairs of a diagram
	bins      = 61   // of the histogram; odd, so that one is around zero
)

// Histogram counts the differences other − original in bins of one width from
// −Limit to Limit.
type Histogram struct {
	Limit  float64
	Counts [bins]float64
}

// DiagramPair is the persistence diagrams of one dimension of homology: the 2000
// most persistent pairs of each.
type DiagramPair struct {
	Dim             int
	Original, Other []topo.Pair
	Hidden          int // pairs left out, of both
}

// Scale says how values are shown: less Offset, over 10^Exponent. Float64 and the
// axes of plots have room for the differences of integers beyond 2^53 then, and
// for values at the ends of its range.
type Scale struct {
	Offset   Value // 0 but for wide integers
	Exponent int
}

// The largest magnitude of values that are shown as they are.
const (
	leastShown = 1e-100
	mostShown  = 1e100
)

func (f *fields[T]) scale() Scale {
	switch {
	case f.levels != nil && f.values > 0:
		return Scale{Offset: Value(f.level(f.lo))}
	case f.top > mostShown || f.top < leastShown && f.top > 0:
		return Scale{Exponent: int(math.Floor(math.Log10(f.top)))}
	}
	return Scale{}
}

// over returns v/10^Exponent.
func (s Scale) over(v float64) float64 {
	if s.Exponent == 0 {
		return v
	}
	half := s.Exponent / 2 // 10^Exponent need not be an ordinary number
	return v / math.Pow10(half) / math.Pow10(s.Exponent-half)
}

// pictures are nil where there are no values.
func (f *fields[T]) pictures(before, after []*topo.Diagram) *Pictures {
	if len(f.x) == 0 {
		return nil
	}
	p := &Pictures{Scale: f.scale()}
	shown := func(v T) float64 {
		if f.levels != nil && v-v == 0 {
			return f.level(v).Minus(topo.Level(p.Scale.Offset))
		}
		return p.Scale.over(float64(v))
	}
	worst := 2 * p.Scale.over(math.Ldexp(f.worst.frac, f.worst.exp-1))
	p.Slice = f.slice(shown, worst)
	if worst > 0 && !math.IsInf(worst, 0) {
		h := &Histogram{Limit: worst}
		for i, x := range f.x {
			if !f.special(i) {
				// In [−1, 1] first: the ends belong to the outer bins.
				t := f.gap(f.y[i], x).over(f.worst)
				h.Counts[min(int((t+1)/2*bins), bins-1)]++
			}
		}
		p.Histogram = h
	}
	for k := range before {
		d, e := before[k], after[k]
		top := func(pairs []topo.Pair) (some []topo.Pair) {
			for _, q := range pairs[:min(len(pairs), maxDrawn)] {
				some = append(some, topo.Pair{Birth: shown(T(q.Birth)), Death: shown(T(q.Death))})
			}
			return some
		}
		p.Diagrams = append(p.Diagrams, DiagramPair{
			Dim:      d.Dim,
			Original: top(d.Pairs), Other: top(e.Pairs),
			Hidden: max(0, len(d.Pairs)-maxDrawn) + max(0, len(e.Pairs)-maxDrawn),
		})
	}
	return p
}

func (f *fields[T]) slice(shown func(T) float64, worst float64) Slice {
	rank := len(f.shape)
	s := Slice{WholeX: f.shape[rank-1], WholeY: 1, Lo: math.Inf(1), Hi: math.Inf(-1), WorstError: worst}
	limit := maxSeries
	start := 0
	if rank > 1 {
		limit = maxSide
		s.WholeY = f.shape[rank-2]
		block := len(f.x)
		for _, n := range f.shape[:rank-2] {
			block /= n
			start += n / 2 * block
		}
	}
	s.StepX = (s.WholeX + limit - 1) / limit
	s.StepY = (s.WholeY + limit - 1) / limit
	s.Width = (s.WholeX + s.StepX - 1) / s.StepX
	s.Height = (s.WholeY + s.StepY - 1) / s.StepY
	for y := 0; y < s.WholeY; y += s.StepY {
		for x := 0; x < s.WholeX; x += s.StepX {
			i := start + y*s.WholeX + x
			v, w := shown(f.x[i]), shown(f.y[i])
			if f.special(i) {
				v, w = math.NaN(), math.NaN()
			} else {
				s.Lo, s.Hi = min(s.Lo, v), max(s.Hi, v)
			}
			s.Original, s.Other = append(s.Original, v), append(s.Other, w)
		}
	}
	if s.Lo > s.Hi {
		s.Lo, s.Hi = math.NaN(), math.NaN()
	}
	return s
}
