package predict

import (
	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/formats/array"
)

// interpolation is cubic interpolation along the pass's axis: of four known values
// where the grid has them, of three, two or one near its ends.
//
// With an estimate of each value it interpolates the difference from the
// estimate instead: estimate + cubic(values − estimate).
type interpolation[T array.Float] struct {
	*Chunk[T]
	work []float64
}

// Begin implements Predictor.
func (c *interpolation[T]) Begin(*grid.Pass) {}

// AddBlock implements Predictor.
func (c *interpolation[T]) AddBlock(*block.List) {}

// Predict implements Predictor.
func (c *interpolation[T]) Predict(dst []float64, l *grid.Line) {
	interpolate(dst, c.Grid, l, c.Values)
	if c.Estimate == nil {
		return
	}
	if cap(c.work) < len(dst) {
		c.work = make([]float64, len(dst))
	}
	work := c.work[:len(dst)]
	interpolate(work, c.Grid, l, c.Estimate)
	for i, at := 0, l.Start; i < len(dst); i, at = i+1, at+l.Inc {
		dst[i] += float64(c.Estimate[at]) - work[i]
	}
}

// interpolate sets dst[i] to the cubic of v along l.Axis at point i of l.
func interpolate[T array.Float](dst []float64, g *grid.Grid, l *grid.Line, v []T) {
	axis, h := l.Axis, l.Half*g.Stride[l.Axis]
	if axis != g.Rank-1 {
		Cubic(dst, v, l.Start, l.Inc, h, l.At[axis]/l.Half, (g.Shape[axis]-1)/l.Half)
		return
	}
	// Along the line itself the coordinate is 2i+1, and only the ends differ.
	last := (g.Shape[axis] - 1) / l.Half
	from := min(1, l.N)
	to := max(from, last/2-1)
	one := func(i int) { Cubic(dst[i:i+1], v, l.Start+i*l.Inc, l.Inc, h, 2*i+1, last) }
	for i := range from {
		one(i)
	}
	Cubic(dst[from:to], v, l.Start+from*l.Inc, l.Inc, h, 3, 6)
	for i := to; i < l.N; i++ {
		one(i)
	}
}

// Cubic interpolates at v[at], v[at+inc], ... whose coordinates along the axis, in
// units of half, are all u, an odd number, where 0 to last are on the grid and h is
// the difference in index for coordinate 1. Even coordinates are known.
func Cubic[T array.Float](dst []float64, v []T, at, inc, h, u, last int) {
	switch {
	case u+3 <= last && u >= 3:
		for i := range dst {
			a, b := float64(v[at-3*h]), float64(v[at-h])
			c, d := float64(v[at+h]), float64(v[at+3*h])
			dst[i] = (float64(9*(b+c)) - (a + d)) * (1.0 / 16)
			at += inc
		}
	case u+3 <= last:
		for i := range dst {
			b, c, d := float64(v[at-h]), float64(v[at+h]), float64(v[at+3*h])
			dst[i] = (float64(3*b) + float64(6*c) - d) * (1.0 / 8)
			at += inc
		}
	case u+1 <= last && u >= 3:
		for i := range dst {
			a, b, c := float64(v[at-3*h]), float64(v[at-h]), float64(v[at+h])
			dst[i] = (float64(3*c) + float64(6*b) - a) * (1.0 / 8)
			at += inc
		}
	case u+1 <= last:
		for i := range dst {
			dst[i] = (float64(v[at-h]) + float64(v[at+h])) * (1.0 / 2)
			at += inc
		}
	case u >= 5:
		for i := range dst {
			z, a, b := float64(v[at-5*h]), float64(v[at-3*h]), float64(v[at-h])
			dst[i] = (float64(15*b) - float64(10*a) + float64(3*z)) * (1.0 / 8)
			at += inc
		}
	case u >= 3:
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
