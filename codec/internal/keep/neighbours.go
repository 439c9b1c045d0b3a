package keep

import "github.com/morselcodec/morsel/codec/internal/grid"

// neighbours is what there is around values that have the same border.
type neighbours struct {
	offsets     []int       // in order
	number      []uint8     // of each among all offsets
	signed      int         // how many of them, the first, are the ends of edges of known sign
	edgesBehind []edgeStart // for each direction of known signs, the edge that ends there
}

func (x *extrema) neighboursAt(b grid.Border) *neighbours {
	r := &neighbours{}
	for i := range x.offsets {
		d := &x.offsets[i]
		if i < x.signed && i&1 == 1 {
			r.edgesBehind = append(r.edgesBehind, startAt(&x.grid, b, &d.offset))
		}
		if x.grid.Has(b, &d.offset) {
			r.offsets, r.number = append(r.offsets, d.stride), append(r.number, uint8(i))
			if i < x.signed {
				r.signed++
			}
		}
	}
	return r
}

// eachRun calls f for each run of values with the same ring.
func (x *extrema) eachRun(f func(at, n int, r *neighbours)) {
	x.grid.Rows(func(at, n int, c *[grid.MaxRank]int) {
		grid.Runs(n, x.grid.Border(c), func(from, to int, b grid.Border) { f(at+from, to-from, x.neighbours.Of(b.Near())) })
	})
}
