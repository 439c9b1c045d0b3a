package constraint

import (
	"math"

	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/formats/array"
)

// FieldUnits is how many units of the field make ε, and SmoothShift the logarithm
// to base 2 of the sum of the smoothing weights 1, 2, 1.
const (
	FieldUnits  = 32
	SmoothShift = 2
)

// SetField sets the field F to the decoded values in units of ε/32, modulo 2³²;
// values far from 0 count as 0.
func SetField[T array.Float](gr *Graph, values []T, eps float64) {
	scale := FieldUnits / eps
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

// SetSmoothed sets the smoothed field M: F weighted with 1, 2, 1 along one axis
// after the other, not divided by the sum of the weights. A missing neighbour
// counts as the value itself.
func (gr *Graph) SetSmoothed() {
	if gr.Smoothed == nil {
		gr.Smoothed, gr.work = make([]int32, gr.Grid.Size), make([]int32, gr.Grid.Size)
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
				gr.work[p] = m[before] + 2*m[p] + m[after]
			}
		})
		gr.Smoothed, gr.work = gr.work, gr.Smoothed
	}
}
