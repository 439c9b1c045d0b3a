package grid

import (
	"slices"
	"testing"
)

// Every value but the origin belongs to exactly one pass, and what a pass
// interpolates from was visited before.
func TestPassesCoverTheGrid(t *testing.T) {
	shapes := [][]int{{1}, {2}, {7}, {64}, {1, 1}, {5, 3}, {1, 9}, {16, 17}, {3, 1, 8}, {6, 7, 5}, {2, 3, 4, 5}, {3, 2, 1, 4, 3}}
	for _, shape := range shapes {
		g := New(shape)
		for o := range AxisOrders(len(shape)) {
			seen := make([]bool, g.Size)
			seen[0] = true
			passes := g.Passes(AxisOrder(len(shape), o))
			for i := range passes {
				p := &passes[i]
				var now []int
				g.Lines(p, func(l *Line) {
					for k, at := 0, l.Start; k < l.N; k, at = k+1, at+l.Inc {
						if seen[at] || slices.Contains(now, at) {
							t.Fatalf("%v order %d: index %d visited twice", shape, o, at)
						}
						h := p.Half * g.Stride[p.Axis]
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
	for rank := 1; rank <= MaxRank; rank++ {
		var last []int
		for i := range AxisOrders(rank) {
			o := AxisOrder(rank, i)
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
			if got := OrderIndex(o); got != i {
				t.Fatalf("order %v of rank %d has index %d, want %d", o, rank, got, i)
			}
		}
	}
}
