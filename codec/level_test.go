package codec

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Every value but the origin belongs to exactly one pass, and what a pass
// interpolates from was visited before.
func TestPassesCoverTheGrid(t *testing.T) {
	shapes := [][]int{{1}, {2}, {7}, {64}, {1, 1}, {5, 3}, {1, 9}, {16, 17}, {3, 1, 8}, {6, 7, 5}, {2, 3, 4, 5}, {3, 2, 1, 4, 3}}
	for _, shape := range shapes {
		g := newGrid(shape)
		for o := range axisOrders(len(shape)) {
			seen := make([]bool, g.size)
			seen[0] = true
			passes := g.passes(axisOrder(len(shape), o))
			for i := range passes {
				p := &passes[i]
				var now []int
				g.lines(p, func(l *line) {
					for k, at := 0, l.start; k < l.n; k, at = k+1, at+l.inc {
						if seen[at] || slices.Contains(now, at) {
							t.Fatalf("%v order %d: index %d visited twice", shape, o, at)
						}
						h := p.half * g.stride[p.axis]
						if !seen[at-h] {
							t.Fatalf("%v order %d: index %d before its neighbour", shape, o, at)
						}
						now = append(now, at)
					}
				})
				for _, at := range now {
					seen[at] = true
				}
			}
			if i := slices.Index(seen, false); i >= 0 {
				t.Fatalf("%v order %d: index %d never visited", shape, o, i)
			}
		}
	}
}

func TestAxisOrdersAreThePermutations(t *testing.T) {
	for rank := 1; rank <= maxRank; rank++ {
		var last []int
		for i := range axisOrders(rank) {
			o := axisOrder(rank, i)
			sorted := slices.Sorted(slices.Values(o))
			for a := range rank {
				if sorted[a] != a {
					t.Fatalf("order %d of rank %d is %v", i, rank, o)
				}
			}
			if last != nil && slices.Compare(last, o) >= 0 {
				t.Fatalf("order %d of rank %d: %v after %v", i, rank, o, last)
			}
			last = o
			if got := orderIndex(o); got != i {
				t.Fatalf("order %v of rank %d has index %d, want %d", o, rank, got, i)
			}
		}
	}
}

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
