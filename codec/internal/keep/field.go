package keep

import (
	"math"

	"github.com/morselcodec/morsel/codec/internal/grid"
)

// fieldUnit is the number of units in ε that the field of contexts counts, and
// smoothShift the logarithm of the sum of the weights 1, 2, 1.
const (
	fieldUnit   = 32
	smoothShift = 2
)

// setField lays out the decoded values in units of ε/32, modulo 2³².
func (t *chunk[T]) setField() {
	scale := fieldUnit / t.eps
	if t.field == nil {
		t.field = make([]int32, t.grid.Size)
	}
	for i, x := range t.values {
		t.field[i] = 0
		units := float64(float64(x) * scale)
		if math.Abs(units) < 1<<62 {
			t.field[i] = int32(int64(math.RoundToEven(units)))
		}
	}
}

// setSmoothed smooths the field along every axis with weights 1, 2, 1, not divided
// by their sum. A neighbour that is missing counts as the value itself.
func (t *chunk[T]) setSmoothed() {
	if t.smoothed == nil {
		t.smoothed, t.work = make([]int32, t.grid.Size), make([]int32, t.grid.Size)
	}
	copy(t.smoothed, t.field)
	inner := t.grid.Rank - 1
	for a, s := range t.grid.Stride[:t.grid.Rank] {
		m := t.smoothed
		t.grid.Rows(func(at, n int, c *[grid.MaxRank]int) {
			for p := at; p < at+n; p++ {
				i := c[a]
				if a == inner {
					i = p - at
				}
				before, after := p, p
				if i > 0 && t.state[p-s]&ordinary != 0 {
					before = p - s
				}
				if i < t.grid.Shape[a]-1 && t.state[p+s]&ordinary != 0 {
					after = p + s
				}
				t.work[p] = m[before] + 2*m[p] + m[after]
			}
		})
		t.smoothed, t.work = t.work, t.smoothed
	}
}
