package predict

import (
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/formats/array"
)

// Predictor estimates the points of a line from reconstructed values known
// before the line's pass. Its arithmetic is float64 in a fixed order, so that
// encoder and decoder agree to the last bit on every machine.
type Predictor[T array.Float] interface {
	Begin(p *grid.Pass) // called before the lines of a pass
	Predict(dst []float64, l *grid.Line)
}

// Cubic is multilevel interpolation along the pass's axis (SZ3's spline): of
// four known neighbours where the grid has them, of three, two or one near its
// ends.
//
// With a guide, an estimate of the whole chunk, it interpolates the difference
// from the guide instead: guide + cubic(values − guide).
type Cubic[T array.Float] struct {
	Grid   *grid.Grid
	Values []T
	Guide  []T // nil, or one estimate for each value
	work   []float64
}

func (c *Cubic[T]) Begin(*grid.Pass) {}

func (c *Cubic[T]) Predict(dst []float64, l *grid.Line) {
	interpolate(dst, c.Grid, l, c.Values)
	if c.Guide == nil {
		return
	}
	if cap(c.work) < len(dst) {
		c.work = make([]float64, len(dst))
	}
	work := c.work[:len(dst)]
	interpolate(work, c.Grid, l, c.Guide)
	for i, at := 0, l.Start; i < len(dst); i, at = i+1, at+l.Inc {
		dst[i] += float64(c.Guide[at]) - work[i]
	}
}

// interpolate sets dst[i] to the spline of v along l.axis at point i of l.
func interpolate[T array.Float](dst []float64, g *grid.Grid, l *grid.Line, v []T) {
	axis, h := l.Axis, l.Half*g.Stride[l.Axis]
	if axis != g.Rank-1 {
		Spline(dst, v, l.Start, l.Inc, h, l.At[axis]/l.Half, (g.Shape[axis]-1)/l.Half)
		return
	}
	// Along the line itself the coordinate is 2i+1, and only the ends differ.
	last := (g.Shape[axis] - 1) / l.Half
	from := min(1, l.N)
	to := max(from, last/2-1)
	one := func(i int) { Spline(dst[i:i+1], v, l.Start+i*l.Inc, l.Inc, h, 2*i+1, last) }
	for i := range from {
		one(i)
	}
	Spline(dst[from:to], v, l.Start+from*l.Inc, l.Inc, h, 3, 6)
	for i := to; i < l.N; i++ {
		one(i)
	}
}

// Spline interpolates at v[at], v[at+inc], ... whose coordinates along the axis
// are all k, an odd number, where 0 to last are on the grid and h is the index
// distance of coordinate 1. Even coordinates are known.
func Spline[T array.Float](dst []float64, v []T, at, inc, h, k, last int) {
	switch {
	case k+3 <= last && k >= 3:
		for i := range dst {
			a, b := float64(v[at-3*h]), float64(v[at-h])
			c, d := float64(v[at+h]), float64(v[at+3*h])
			dst[i] = (float64(9*(b+c)) - (a + d)) * (1.0 / 16)
			at += inc
		}
	case k+3 <= last:
		for i := range dst {
			b, c, d := float64(v[at-h]), float64(v[at+h]), float64(v[at+3*h])
			dst[i] = (float64(3*b) + float64(6*c) - d) * (1.0 / 8)
			at += inc
		}
	case k+1 <= last && k >= 3:
		for i := range dst {
			a, b, c := float64(v[at-3*h]), float64(v[at-h]), float64(v[at+h])
			dst[i] = (float64(3*c) + float64(6*b) - a) * (1.0 / 8)
			at += inc
		}
	case k+1 <= last:
		for i := range dst {
			dst[i] = (float64(v[at-h]) + float64(v[at+h])) * (1.0 / 2)
			at += inc
		}
	case k >= 5:
		for i := range dst {
			z, a, b := float64(v[at-5*h]), float64(v[at-3*h]), float64(v[at-h])
			dst[i] = (float64(15*b) - float64(10*a) + float64(3*z)) * (1.0 / 8)
			at += inc
		}
	case k >= 3:
		for i := range dst {
			a, b := float64(v[at-3*h]), float64(v[at-h])
			dst[i] = (float64(3*b) - a) * (1.0 / 2)
			at += inc
		}
	default:
		for i := range dst {
			dst[i] = float64(v[at-h])
			at += inc
		}
	}
}
