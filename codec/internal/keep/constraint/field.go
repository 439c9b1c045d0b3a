package constraint

import (
	"math"

	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/formats/array"
)

// fieldUnit is the number of units in ε that the field of contexts counts, and
// smoothShift the logarithm of the sum of the weights 1, 2, 1.
const (
	FieldUnit   = 32
	SmoothShift = 2
)

// SetField lays out the decoded values in units of ε/32, modulo 2³².
func SetField[T array.Float](gr *Graph, values []T, eps float64) {
	scale := FieldUnit / eps
	if gr.Field == nil {
		gr.Field = make([]int32, gr.Grid.Size)
	}
	for i, x := range values {
		gr.Field[i] = 0
		units := float64(float64(x) * scale)
		if math.Abs(units) < 1<<62 {
			gr.Field[i] = int32(int64(math.RoundToEven(units)))
		}
	}
}

// SetSmoothed smooths the field along every axis with weights 1, 2, 1, not divided
// by their sum. A neighbour that is missing counts as the value itself.
func (gr *Graph) SetSmoothed() {
	if gr.Smoothed == nil {
		gr.Smoothed, gr.Work = make([]int32, gr.Grid.Size), make([]int32, gr.Grid.Size)
	}
	copy(gr.Smoothed, gr.Field)
	inner := gr.Grid.Rank - 1
	for a, s := range gr.Grid.Stride[:gr.Grid.Rank] {
		m := gr.Smoothed
		gr.Grid.Rows(func(at, n int, c *[grid.MaxRank]int) {
			for p := at; p < at+n; p++ {
				i := c[a]
				if a == inner {
					i = p - at
				}
				before, after := p, p
				if i > 0 && gr.State[p-s]&Ordinary != 0 {
					before = p - s
				}
				if i < gr.Grid.Shape[a]-1 && gr.State[p+s]&Ordinary != 0 {
					after = p + s
				}
				gr.Work[p] = m[before] + 2*m[p] + m[after]
			}
		})
		gr.Smoothed, gr.Work = gr.Work, gr.Smoothed
	}
}
