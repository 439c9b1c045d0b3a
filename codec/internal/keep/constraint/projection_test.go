package constraint

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/formats/array"
)

// Constraints that contradict each other or the bound are errors.
func TestContradictions(t *testing.T) {
	g := grid.New([]int{3, 3})
	type edge struct {
		from, to int
		sign     uint8
	}
	for name, edges := range map[string][]edge{
		"cycle":         {{0, 1, Rising}, {1, 4, Rising}, {0, 4, Falling}},
		"itself":        {{0, 1, Tied}, {1, 4, Tied}, {0, 4, Rising}},
		"out of bounds": {{0, 1, Rising}, {1, 2, Rising}, {2, 5, Rising}, {5, 8, Rising}, {4, 8, Falling}},
		"apart":         {{0, 3, Tied}, {3, 6, Tied}, {6, 7, Tied}},
	} {
		values := make([]float64, 9)
		values[7] = 5
		gr, l := NewGraph(&g, true, nil), quant.NewLattice[float64](array.Int16)
		SetIntervals(gr, &l, values, 2)
		gr.CompareIntervals()
		gr.AnyTie = true
		for _, e := range edges {
			for k, d := range gr.Dirs {
				if d.Stride == e.to-e.from {
					gr.Signs[k][e.from] = OpenEdge | e.sign
				}
			}
		}
		if err := new(Projection).Run(gr, nil); !errors.Is(err, errContradiction) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The projection gives every edge the sign of the original, leaves every value in
// its interval, and does not move what is in order already.
func TestProjectionKeepsOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	l := quant.NewLattice[float64](array.Int16)
	for trial := range 300 {
		shape := make([]int, 1+rng.IntN(3))
		for a := range shape {
			shape[a] = 1 + rng.IntN(7)
		}
		g := grid.New(shape)
		original, decoded := make([]int64, g.Size), make([]float64, g.Size)
		const eps = 3
		for i := range original {
			original[i] = int64(rng.IntN(8))
			decoded[i] = float64(original[i])
			if trial%10 > 0 {
				decoded[i] += float64(rng.IntN(2*eps+1) - eps)
			}
		}
		gr := NewGraph(&g, trial%2 == 0, nil)
		SetIntervals(gr, &l, decoded, eps)
		gr.CompareIntervals()
		gr.SetOpenSigns(original)
		var pr Projection
		pr.SetLimits(gr.Lo, gr.Hi)
		if err := pr.Run(gr, nil); err != nil {
			t.Fatal(err)
		}
		for i := range gr.Dirs {
			d := &gr.Dirs[i]
			gr.EachEdgeRun(d, func(start, n int) {
				for p := start; p < start+n; p++ {
					if SignOf(gr.Index[p], gr.Index[p+d.Stride]) != SignOf(original[p], original[p+d.Stride]) {
						t.Fatalf("%v: %v projected to %v, original %v", shape, decoded, gr.Index, original)
					}
				}
			})
		}
		for p, index := range gr.Index {
			if index < gr.Lo[p] || index > gr.Hi[p] || trial%10 == 0 && index != original[p] {
				t.Fatalf("%v: %v projected to %v", shape, decoded, gr.Index)
			}
		}
	}
}
