package distance

import (
	"context"
	"math"
	"slices"

	"github.com/morselcodec/morsel/topo"
)

// Bottleneck returns the bottleneck distance: the least r for which the points
// of two diagrams can be matched, to each other or to the diagonal, with no
// pair further apart than r. It is exact for diagrams of any size (up to
// rounding of the coordinates' differences) unless o.MaxPairs truncates them.
//
// By the stability theorem (Cohen-Steiner, Edelsbrunner and Harer 2007) it is at
// most max|f−g| for the diagrams of two fields f and g (L∞ norm, nothing
// truncated). Errors match [ErrDiagram], or are of the options or the context.
func Bottleneck(ctx context.Context, d, e *topo.Diagram, o *Options) (Distance, error) {
	var opt Options
	if o != nil {
		opt = *o
	}
	c, err := newComparison(ctx, d, e, &opt)
	if err != nil {
		return Distance{}, err
	}
	if c.unequal {
		return c.infinite(), nil
	}
	value := c.bottleneck()
	if err := ctx.Err(); err != nil {
		return Distance{}, err
	}
	// Dropping points moves each diagram by at most the largest distance
	// dropped; sending them to the diagonal shows the upper bound.
	drop := max(maxOf(c.dropA), maxOf(c.dropB))
	lower, upper := value, value
	if drop > 0 {
		lower, upper = max(0, value-maxOf(c.dropA)-maxOf(c.dropB)), max(value, drop)
	}
	for _, b := range c.essential {
		value, lower, upper = max(value, b), max(lower, b), max(upper, b)
	}
	return c.result(value, lower, upper), nil
}

func maxOf(v []float64) float64 {
	m := 0.0
	for _, x := range v {
		m = max(m, x)
	}
	return m
}

// bottleneck searches the least feasible radius of the finite points.
func (c *comparison) bottleneck() float64 {
	s := newBottleneckSearch(c)
	// Every point goes to the diagonal or to another point, so the nearest of
	// those bounds from below; often it is attained.
	lo := s.lowerBound()
	if s.feasible(lo) {
		return lo
	}
	// All to the diagonal always works. Come down to a bracket (lo, hi] by
	// galloping up from below.
	hi := s.allToDiagonal()
	for step := max(lo, hi*0x1p-40, math.SmallestNonzeroFloat64); lo+step < hi; step *= 2 {
		if s.feasible(lo + step) {
			hi = lo + step
			break
		}
		lo += step
	}
	for {
		if radii := s.candidates(lo, hi); radii != nil {
			// The answer is one of them, the last at the latest.
			i, n := 0, len(radii)-1
			for i < n {
				if m := (i + n) / 2; s.feasible(radii[m]) {
					n = m
				} else {
					i = m + 1
				}
			}
			return radii[i]
		}
		mid := lo + (hi-lo)/2
		if mid <= lo || mid >= hi {
			return hi
		}
		if s.feasible(mid) {
			hi = mid
		} else {
			lo = mid
		}
	}
}

// scale returns a radius that is feasible and no more than 16 times the
// bottleneck distance.
func (c *comparison) scale() float64 {
	s := newBottleneckSearch(c)
	r := s.lowerBound()
	if r == 0 {
		return c.bottleneck()
	}
	for r *= 4; !s.feasible(r); r *= 16 { // infeasible ones take longer
	}
	return min(r, s.allToDiagonal())
}

// bottleneckSearch decides whether a radius is feasible. Points within it of
// the diagonal need no partner. By the theorem of Mendelsohn and Dulmage, a
// matching that saturates both sides exists if there is one for either, so each
// side is decided alone.
type bottleneckSearch struct {
	ctx    context.Context
	ab, ba *saturation
}

func newBottleneckSearch(c *comparison) *bottleneckSearch {
	return &bottleneckSearch{c.ctx, newSaturation(c.metric, c.a, c.b), newSaturation(c.metric, c.b, c.a)}
}

func (s *bottleneckSearch) feasible(r float64) bool {
	return s.ctx.Err() != nil || s.ab.feasible(r) && s.ba.feasible(r)
}

func (s *bottleneckSearch) lowerBound() float64 {
	return max(s.ab.lowerBound(), s.ba.lowerBound())
}

// allToDiagonal is the largest distance to the diagonal, which is feasible.
func (s *bottleneckSearch) allToDiagonal() float64 {
	return max(maxOf(s.ab.diagonal), maxOf(s.ba.diagonal))
}

// maxCandidates bounds the radii gathered for the last part of the search.
const maxCandidates = 1 << 18

// candidates returns, ascending, every distance in (lo, hi] that can be the
// answer, or nil when there are too many.
func (s *bottleneckSearch) candidates(lo, hi float64) []float64 {
	radii := []float64{hi}
	for _, c := range []*saturation{s.ab, s.ba} {
		for i, p := range c.from {
			d := c.diagonal[i]
			if d <= lo {
				continue
			}
			if d <= hi {
				radii = append(radii, d)
			}
			all := c.tree.within(0, p, lo, hi, func(_ int32, d float64) bool {
				radii = append(radii, d)
				return len(radii) <= maxCandidates
			})
			if !all || len(radii) > maxCandidates {
				return nil
			}
		}
	}
	slices.Sort(radii)
	return slices.Compact(radii)
}
