package constraint

import (
	"errors"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/formats/array"
)

// Relations that contradict each other or the bound are errors.
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
