package keep

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
		"cycle":         {{0, 1, rising}, {1, 4, rising}, {0, 4, falling}},
		"itself":        {{0, 1, tied}, {1, 4, tied}, {0, 4, rising}},
		"out of bounds": {{0, 1, rising}, {1, 2, rising}, {2, 5, rising}, {5, 8, rising}, {4, 8, falling}},
		"apart":         {{0, 3, tied}, {3, 6, tied}, {6, 7, tied}},
	} {
		values := make([]float64, 9)
		values[7] = 5
		gr, l := newGraph(&g, true, nil), quant.NewLattice[float64](array.Int16)
		setIntervals(gr, &l, values, 2)
		gr.compareIntervals()
		gr.anyTie = true
		for _, e := range edges {
			for k, d := range gr.dirs {
				if d.stride == e.to-e.from {
					gr.signs[k][e.from] = openEdge | e.sign
				}
			}
		}
		if err := new(projection).run(gr, nil); !errors.Is(err, errContradiction) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
