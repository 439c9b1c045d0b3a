package constraint

import "github.com/morselcodec/morsel/codec/internal/grid"

// Neighbours says where the neighbours of values with the same border are; those
// that are not ordinary are among them.
type Neighbours struct {
	Strides     []int       // from a value to each neighbour in the chunk
	Number      []uint8     // of each one's offset
	signed      int         // so many of them, the first, are those of edges with signs
	edgesBehind []EdgeStart // for each direction with signs, the edge that ends at the value
}

// neighboursAt returns the neighbours of values with the border b.
func (x *Extrema) neighboursAt(b grid.Border) *Neighbours {
	nb := &Neighbours{}
	for i := range x.offsets {
		d := &x.offsets[i]
		if i < x.signed && i&1 == 1 {
			nb.edgesBehind = append(nb.edgesBehind, StartAt(&x.Grid, b, &d.Offset))
		}
		if x.Grid.Has(b, &d.Offset) {
			nb.Strides, nb.Number = append(nb.Strides, d.Stride), append(nb.Number, uint8(i))
			if i < x.signed {
				nb.signed++
			}
		}
	}
	return nb
}

// EachRun calls f for each run of n values, from index at on, with the same neighbours.
func (x *Extrema) EachRun(f func(at, n int, nb *Neighbours)) {
	x.Grid.Rows(func(at, n int, c *[grid.MaxRank]int) {
		grid.Runs(n, x.Grid.Border(c), func(from, to int, b grid.Border) { f(at+from, to-from, x.NeighboursIn.Of(b.Near())) })
	})
}
