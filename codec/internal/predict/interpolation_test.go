package predict

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/grid"
)

// Splines of a degree that their points can carry are exact.
func TestInterpolationIsExactOnPolynomials(t *testing.T) {
	for n := 2; n < 40; n++ {
		g := grid.New([]int{n})
		for _, degree := range []int{0, 1} {
			v := make([]float64, n)
			for i := range v {
				v[i] = 3
				if degree == 1 {
					v[i] += 2 * float64(i)
				}
			}
			passes := g.Passes([]int{0})
			for i := range passes {
				if degree == 1 && passes[i].Level > 0 && (n-1)/passes[i].Half < 2 {
					continue // one known point: only constants are possible
				}
				g.Lines(&passes[i], func(l *grid.Line) {
					p := make([]float64, l.N)
					interpolate(p, &g, l, v)
					for k, at := 0, l.Start; k < l.N; k, at = k+1, at+l.Inc {
						if p[k] != v[at] {
							t.Errorf("n %d degree %d level %d: value %d is %v, interpolated %v", n, degree, l.Level, at, v[at], p[k])
						}
					}
				})
			}
		}
	}
}

// Away from the line's own axis and along it, the spline is the same function.
func TestInterpolationIsTheSameAlongEveryAxis(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for n := 2; n < 30; n++ {
		row := grid.New([]int{1, n})
		column := grid.New([]int{n, 1})
		v := make([]float32, n)
		for i := range v {
			v[i] = rng.Float32()
		}
		got := map[bool][]float64{}
		for _, g := range []*grid.Grid{&row, &column} {
			passes := g.Passes([]int{0, 1})
			for i := range passes {
				g.Lines(&passes[i], func(l *grid.Line) {
					p := make([]float64, l.N)
					interpolate(p, g, l, v)
					got[g == &row] = append(got[g == &row], p...)
				})
			}
		}
		if !slices.Equal(got[true], got[false]) {
			t.Errorf("n %d: %v along the last axis, %v along the first", n, got[true], got[false])
		}
	}
}
