package distance

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/morselcodec/morsel/topo"
)

// ErrDiagram marks a diagram with a coordinate that is not finite or not an index
// of its levels, and two of other dimensions or levels.
var ErrDiagram = errors.New("invalid persistence diagram")

// Norm is the ground norm, by which points of diagrams are apart.
type Norm uint8

const (
	// LInf is max(|Δbirth|, |Δdeath|); the diagonal is at half the persistence.
	LInf Norm = iota
	// Euclidean is √(Δbirth² + Δdeath²); the diagonal is at persistence/√2.
	Euclidean
)

// Options of [Bottleneck] and [Wasserstein]. A nil pointer means the
// zero value.
type Options struct {
	Norm Norm
	// FiniteOnly leaves the essential classes out. Otherwise they are matched
	// to each other in order of birth, at |Δbirth|, and the distance is
	// infinite unless there are equally many.
	FiniteOnly bool
	// MaxPairs, when positive, keeps only that many of the most persistent
	// pairs of each diagram. What that may change enters the bounds of the
	// result. The stability theorem holds for whole diagrams only.
	MaxPairs int
	// RelError is the relative error that [Wasserstein] may stop at once the
	// diagrams are too large to be solved exactly in one go (see there).
	// Zero means 0.01; negative means none: continue until it is exact.
	RelError float64
}

// Distance is a distance between two diagrams, in the unit of the fields. That of
// the whole diagrams lies in [Lower, Upper], and so does Value.
type Distance struct {
	Value, Lower, Upper float64
	// Dropped counts the pairs of both diagrams that MaxPairs left out.
	Dropped int
}

// Exact reports whether Value is the distance up to rounding.
func (d Distance) Exact() bool {
	return d.Lower == d.Upper || d.Upper-d.Lower <= 1e-9*math.Abs(d.Upper)
}

// RelError bounds the relative error of Value: |Value−true| ≤ RelError·true,
// up to rounding. It is +Inf where Lower is 0 and Upper is not.
func (d Distance) RelError() float64 {
	if d.Exact() {
		return 0
	}
	return max(d.Upper-d.Value, d.Value-d.Lower) / d.Lower
}

// comparison is two diagrams made ready: checked and truncated.
type comparison struct {
	metric
	ctx       context.Context
	a, b      []point
	dropA     []float64 // distances to the diagonal of what MaxPairs dropped
	dropB     []float64
	essential []float64 // |Δbirth| of the matched essential classes
	unequal   bool      // essential classes cannot be matched
	exp       int       // coordinates and distances are scaled by 2^-exp
}

func newComparison(ctx context.Context, d, e *topo.Diagram, o *Options) (*comparison, error) {
	if o.Norm > Euclidean {
		return nil, fmt.Errorf("distance: unknown norm %d", o.Norm)
	}
	c := &comparison{metric: metric{norm: o.Norm, unit: 1, levels: d.Levels}, ctx: ctx}
	if d.Dim != e.Dim {
		return nil, fmt.Errorf("%w: dimensions %d and %d cannot be compared", ErrDiagram, d.Dim, e.Dim)
	}
	if !slices.Equal(d.Levels, e.Levels) {
		return nil, fmt.Errorf("%w: the diagrams' tables of levels differ", ErrDiagram)
	}
	top := 0.0
	for i, g := range []*topo.Diagram{d, e} {
		most, err := check(g)
		if err != nil {
			return nil, fmt.Errorf("%w of diagram %d", err, i+1)
		}
		top = max(top, most)
	}
	if c.levels == nil && top < 0x1p-900 { // half of a subnormal number may be none
		c.exp = -1000
	}
	c.a, c.dropA = c.points(d, o.MaxPairs)
	c.b, c.dropB = c.points(e, o.MaxPairs)
	if o.FiniteOnly {
		return c, nil
	}
	if c.unequal = len(d.Essential) != len(e.Essential); c.unequal {
		return c, nil
	}
	x, y := slices.Sorted(slices.Values(d.Essential)), slices.Sorted(slices.Values(e.Essential))
	for i := range x {
		c.essential = append(c.essential, math.Abs(c.levels.Minus(math.Ldexp(x[i], -c.exp), math.Ldexp(y[i], -c.exp))))
	}
	return c, nil
}

// check returns the largest coordinate of d, and an error if one has no value.
func check(d *topo.Diagram) (top float64, err error) {
	bad := func(v float64) bool {
		top = max(top, math.Abs(v))
		return v-v != 0 || d.Levels != nil && (v != math.Trunc(v) || v < 0 || v >= float64(len(d.Levels)))
	}
	for _, p := range d.Pairs {
		if bad(p.Birth) || bad(p.Death) {
			return 0, fmt.Errorf("%w: pair (%v, %v) has no place (want finite values; essential classes are kept apart)",
				ErrDiagram, p.Birth, p.Death)
		}
	}
	for _, b := range d.Essential {
		if bad(b) {
			return 0, fmt.Errorf("%w: essential class of birth %v (want a finite value)", ErrDiagram, b)
		}
	}
	return top, nil
}

// points returns the pairs of d, the first most of them by persistence.
func (c *comparison) points(d *topo.Diagram, most int) (kept []point, dropped []float64) {
	all := make([]point, len(d.Pairs))
	for i, p := range d.Pairs {
		all[i] = point{math.Ldexp(p.Birth, -c.exp), math.Ldexp(p.Death, -c.exp)}
	}
	if most <= 0 || most >= len(all) {
		return all, nil
	}
	slices.SortStableFunc(all, func(p, q point) int {
		return cmp.Compare(c.toDiagonal(q), c.toDiagonal(p))
	})
	for _, p := range all[most:] {
		dropped = append(dropped, c.toDiagonal(p))
	}
	return all[:most], dropped
}

// stopped reports whether nobody waits for the distance any more. What is
// computed from then on is thrown away.
func (c *comparison) stopped() bool { return c.ctx.Err() != nil }

// result undoes the scaling.
func (c *comparison) result(value, lower, upper float64) Distance {
	s := func(v float64) float64 { return math.Ldexp(v, c.exp) }
	return Distance{Value: s(value), Lower: s(lower), Upper: s(upper), Dropped: len(c.dropA) + len(c.dropB)}
}

// infinite is the distance between diagrams whose essential classes differ in
// number.
func (c *comparison) infinite() Distance {
	inf := math.Inf(1)
	return Distance{Value: inf, Lower: inf, Upper: inf, Dropped: len(c.dropA) + len(c.dropB)}
}
