package codec

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Splines of a degree that their points can carry are exact.
func TestInterpolationIsExactOnPolynomials(t *testing.T) {
	for n := 2; n < 40; n++ {
		g := newGrid([]int{n})
		for _, degree := range []int{0, 1} {
			v := make([]float64, n)
			for i := range v {
				v[i] = 3
				if degree == 1 {
					v[i] += 2 * float64(i)
				}
			}
			passes := g.passes([]int{0})
			for i := range passes {
				if degree == 1 && passes[i].level > 0 && (n-1)/passes[i].half < 2 {
					continue // one known point: only constants are possible
				}
				g.lines(&passes[i], func(l *line) {
					p := make([]float64, l.n)
					interpolate(p, &g, l, v)
					for k, at := 0, l.start; k < l.n; k, at = k+1, at+l.inc {
						if p[k] != v[at] {
							t.Errorf("n %d degree %d level %d: value %d is %v, interpolated %v", n, degree, l.level, at, v[at], p[k])
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
		row := newGrid([]int{1, n})
		column := newGrid([]int{n, 1})
		v := make([]float32, n)
		for i := range v {
			v[i] = rng.Float32()
		}
		got := map[bool][]float64{}
		for _, g := range []*grid{&row, &column} {
			passes := g.passes([]int{0, 1})
			for i := range passes {
				g.lines(&passes[i], func(l *line) {
					p := make([]float64, l.n)
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
