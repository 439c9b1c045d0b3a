package keep

import (
	"math"

	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/formats/array"
)

// fieldUnit is the number of units in ε that the field of contexts counts, and
// smoothShift the logarithm of the sum of the weights 1, 2, 1.
const (
	fieldUnit   = 32
	smoothShift = 2
)

// setField lays out the decoded values in units of ε/32, modulo 2³².
func setField[T array.Float](gr *graph, values []T, eps float64) {
	scale := fieldUnit / eps
	if gr.field == nil {
		gr.field = make([]int32, gr.grid.Size)
	}
	for i, x := range values {
		gr.field[i] = 0
		units := float64(float64(x) * scale)
		if math.Abs(units) < 1<<62 {
			gr.field[i] = int32(int64(math.RoundToEven(units)))
		}
	}
}

// setSmoothed smooths the field along every axis with weights 1, 2, 1, not divided
// by their sum. A neighbour that is missing counts as the value itself.
func (gr *graph) setSmoothed() {
	if gr.smoothed == nil {
		gr.smoothed, gr.work = make([]int32, gr.grid.Size), make([]int32, gr.grid.Size)
	}
	copy(gr.smoothed, gr.field)
	inner := gr.grid.Rank - 1
	for a, s := range gr.grid.Stride[:gr.grid.Rank] {
		m := gr.smoothed
		gr.grid.Rows(func(at, n int, c *[grid.MaxRank]int) {
			for p := at; p < at+n; p++ {
				i := c[a]
				if a == inner {
					i = p - at
				}
				before, after := p, p
				if i > 0 && gr.state[p-s]&ordinary != 0 {
					before = p - s
				}
				if i < gr.grid.Shape[a]-1 && gr.state[p+s]&ordinary != 0 {
					after = p + s
				}
				gr.work[p] = m[before] + 2*m[p] + m[after]
			}
		})
		gr.smoothed, gr.work = gr.work, gr.smoothed
	}
}
