package constraint

import "github.com/morselcodec/morsel/codec/internal/grid"

// Neighbours is what there is around values that have the same border.
type Neighbours struct {
	Offsets     []int       // in order
	Number      []uint8     // of each among all offsets
	signed      int         // how many of them, the first, are the ends of edges of known sign
	edgesBehind []EdgeStart // for each direction of known signs, the edge that ends there
}

func (x *Extrema) neighboursAt(b grid.Border) *Neighbours {
	r := &Neighbours{}
	for i := range x.offsets {
		d := &x.offsets[i]
		if i < x.signed && i&1 == 1 {
			r.edgesBehind = append(r.edgesBehind, StartAt(&x.Grid, b, &d.Offset))
		}
		if x.Grid.Has(b, &d.Offset) {
			r.Offsets, r.Number = append(r.Offsets, d.Stride), append(r.Number, uint8(i))
			if i < x.signed {
				r.signed++
			}
		}
	}
	return r
}

// EachRun calls f for each run of values with the same ring.
func (x *Extrema) EachRun(f func(at, n int, r *Neighbours)) {
	x.Grid.Rows(func(at, n int, c *[grid.MaxRank]int) {
		grid.Runs(n, x.Grid.Border(c), func(from, to int, b grid.Border) { f(at+from, to-from, x.Neighbours.Of(b.Near())) })
	})
}
