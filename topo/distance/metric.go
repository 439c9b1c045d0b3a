package distance

import (
	"math"

	"github.com/morselcodec/morsel/topo"
)

// point is a pair of a diagram.
type point struct{ x, y float64 }

// metric measures between points, in multiples of unit. It is distances that
// are scaled and not coordinates: small ones would vanish beside a huge one.
type metric struct {
	norm   Norm
	unit   float64
	levels topo.Levels // that coordinates are indices of, or nil
}

// dist is the ground norm.
func (m *metric) dist(p, q point) float64 {
	if m.levels == nil { // as below, but inlined
		return m.length(math.Abs(p.x-q.x), math.Abs(p.y-q.y))
	}
	return m.length(math.Abs(m.levels.Minus(p.x, q.x)), math.Abs(m.levels.Minus(p.y, q.y)))
}

func (m *metric) length(dx, dy float64) float64 {
	if m.norm == LInf {
		return max(dx, dy) / m.unit
	}
	return hypot(dx, dy) / m.unit
}

// hypot keeps length small enough to be inlined.
//
//go:noinline
func hypot(dx, dy float64) float64 { return math.Hypot(dx, dy) }

// toDiagonal is the distance of a point from the diagonal. It is finite.
func (m *metric) toDiagonal(p point) float64 {
	half := math.Abs(m.levels.Minus(p.y, p.x)) / 2
	if math.IsInf(half, 1) {
		half = math.Abs(p.y/2 - p.x/2)
	}
	if m.norm == Euclidean {
		half = min(half*math.Sqrt2, math.MaxFloat64)
	}
	return half / m.unit
}

// toBox is the distance from p to the box [lo, hi].
func (m *metric) toBox(p, lo, hi point) float64 {
	if m.levels == nil { // as below, but inlined
		return m.length(max(lo.x-p.x, p.x-hi.x, 0), max(lo.y-p.y, p.y-hi.y, 0))
	}
	return m.length(max(m.levels.Minus(lo.x, p.x), m.levels.Minus(p.x, hi.x), 0), max(m.levels.Minus(lo.y, p.y), m.levels.Minus(p.y, hi.y), 0))
}

// raise returns d^p.
func raise(d, p float64) float64 {
	switch p {
	case 1:
		return d
	case 2:
		return d * d
	}
	return math.Pow(d, p)
}

// root returns the p-th root.
func root(s, p float64) float64 {
	switch p {
	case 1:
		return s
	case 2:
		return math.Sqrt(s)
	}
	return math.Pow(s, 1/p)
}

// unitFor returns a number near top by which to divide before raising to p, so
// that nothing that matters beside top over- or underflows. For the small
// powers it is a power of two, which rounds nothing.
func unitFor(top, p float64) float64 {
	if p > 2 {
		return top
	}
	_, exp := math.Frexp(top)
	return math.Ldexp(1, exp-1)
}

// powerNorm returns the p-th root of the sum of p-th powers.
func powerNorm(p float64, v ...float64) float64 {
	top := maxOf(v)
	if top == 0 || math.IsInf(top, 1) {
		return top
	}
	unit, sum := unitFor(top, p), 0.0
	for _, x := range v {
		sum += raise(x/unit, p)
	}
	return unit * root(sum, p)
}
