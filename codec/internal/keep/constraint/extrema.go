package constraint

import "github.com/morselcodec/morsel/codec/internal/grid"

// Extrema holds what an archive says of the strict extrema of a chunk, each value
// compared with its 3^d−1 neighbours: which values are marked as extrema and, of
// those that the projection would make extrema though they are none, the witnesses.
type Extrema struct {
	*Graph
	offsets      []Direction // to the 3^d−1 neighbours, each direction followed by its opposite
	signed       int         // so many of them, the first, are those of edges with signs
	NeighboursIn grid.PerBorder[Neighbours]
	Mark         []uint8
	// Witness holds, for each kind, 1 + the number of the offset to each value's
	// witness, 0 for none. It is nil while there are no witnesses of the kind.
	Witness [2][]uint8
	list    []int // of possible witnesses
}

// The kinds of extrema. A mark is a bit 1<<kind, or 0; sets of kinds are such bits,
// too.
const (
	Minimum   = 0
	Maximum   = 1
	bothKinds = 1<<Minimum | 1<<Maximum
)

// NewExtrema returns the extrema of a graph, none marked. With signs, those of the
// graph's edges are known where extrema are coded.
func NewExtrema(gr *Graph, signs bool) *Extrema {
	x := &Extrema{Graph: gr, Mark: make([]uint8, gr.Grid.Size)}
	if signs {
		x.signed = 2 * len(gr.Dirs)
	}
	for _, d := range gr.directions(true) {
		x.offsets = append(x.offsets, d, Direction{Offset: Times(d.Offset, -1), Stride: -d.Stride, Nonzero: d.Nonzero})
	}
	x.NeighboursIn.Make = x.neighboursAt
	return x
}

// IsExtremum reports whether p, with neighbours nb, is a strict extremum of the
// kind where values have the given lattice indices. A value without neighbours is
// none.
func (x *Extrema) IsExtremum(kind int, index []int64, p int, nb *Neighbours) bool {
	has := false
	for _, stride := range nb.Strides {
		q := p + stride
		if x.State[q]&Ordinary == 0 {
			continue
		}
		if kind == Minimum && index[q] <= index[p] || kind == Maximum && index[q] >= index[p] {
			return false
		}
		has = true
	}
	return has
}

// eachExtremum calls f for every strict extremum in row-major order; f may change the
// index of p. The two neighbours along the last axis are enough to dismiss most values.
func (x *Extrema) eachExtremum(index []int64, f func(kind, p int, nb *Neighbours)) {
	x.Grid.Rows(func(at, n int, c *[grid.MaxRank]int) {
		before := uint8(Unknown)
		end := at + n - 1
		grid.Runs(n, x.Grid.Border(c), func(from, to int, b grid.Border) {
			var nb *Neighbours
			for p := at + from; p < at+to; p++ {
				after := x.signAhead(index, p, end)
				kinds := possibleBetween[before<<2|after]
				before = after
				if kinds == 0 || x.State[p]&Ordinary == 0 {
					continue
				}
				if nb == nil {
					nb = x.NeighboursIn.Of(b.Near())
				}
				for kind := range 2 {
					if kinds>>kind&1 == 1 && x.IsExtremum(kind, index, p, nb) {
						f(kind, p, nb)
					}
				}
				before = x.signAhead(index, p, end)
			}
		})
	})
}

// signAhead returns the sign of the edge from p along the last axis, in a row whose
// last value is at end.
func (x *Extrema) signAhead(index []int64, p, end int) uint8 {
	if p == end || x.State[p]&x.State[p+1]&Ordinary == 0 {
		return Unknown
	}
	return SignOf(index[p], index[p+1])
}

// possibleBetween holds the kinds of extremum that a value can be between two edges
// along an axis, by the sign of the edge that ends there and of the one that starts
// there.
var possibleBetween = [16]uint8{
	Falling<<2 | Rising: 1 << Minimum, Falling<<2 | Unknown: 1 << Minimum, Unknown<<2 | Rising: 1 << Minimum,
	Rising<<2 | Falling: 1 << Maximum, Rising<<2 | Unknown: 1 << Maximum, Unknown<<2 | Falling: 1 << Maximum,
	Unknown<<2 | Unknown: bothKinds,
}

// MarkExtrema marks the extrema of the original, given as lattice indices, and no
// others.
func (x *Extrema) MarkExtrema(original []int64) {
	clear(x.Mark)
	x.eachExtremum(original, func(kind, p int, _ *Neighbours) { x.Mark[p] = 1 << kind })
}

// Flatten moves each projected extremum that is not marked to its nearest neighbour, so
// that it is strict no more. No other value becomes an extremum by that: a minimum
// raised to its lowest neighbour is still no higher than any. And the bound holds: the
// original has a neighbour that is no higher, and even that one is decoded to at most ε
// above it. Values that are fixed or bisected stay.
func (x *Extrema) Flatten() {
	x.eachExtremum(x.Index, func(kind, p int, nb *Neighbours) {
		if x.State[p]&OfValues == Ordinary && x.Mark[p]>>kind&1 == 0 {
			x.flattenOne(kind, p, nb)
		}
	})
}

// flattenOne moves p to its nearest neighbour, unless a marked extremum has that one's
// index, and has to stay apart from p.
func (x *Extrema) flattenOne(kind, p int, nb *Neighbours) {
	extreme := -1
	for _, stride := range nb.Strides {
		q := p + stride
		if x.State[q]&Ordinary == 0 {
			continue
		}
		if extreme < 0 || kind == Minimum && x.Index[q] < x.Index[extreme] || kind == Maximum && x.Index[q] > x.Index[extreme] {
			extreme = q
		}
	}
	for _, stride := range nb.Strides {
		if q := p + stride; x.Mark[q] != 0 && x.Index[q] == x.Index[extreme] {
			return
		}
	}
	x.Index[p] = x.Index[extreme]
}
