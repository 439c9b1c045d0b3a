package constraint

import (
	"github.com/morselcodec/morsel/codec/internal/grid"
)

// Extrema holds what an archive says about the strict extrema of a chunk, each
// value compared with its 3^d−1 neighbours in it: which values are extrema,
// and, for values that the decoder would take for one, a neighbour that
// forbids it.
type Extrema struct {
	*Graph
	offsets    []Direction // the 3^d−1 places around a value, opposite ones in pairs
	signed     int         // how many of them, the first, are the ends of edges of known sign
	Neighbours grid.Bordered[Neighbours]
	Mark       []uint8
	// refuted gives the neighbour that forbids a minimum, and a maximum: 1 + the number
	// of its offset, 0 for none. It is nil while there is no such value.
	Witness [2][]uint8
	list    []int // for work
}

// The two kinds of extrema, as numbers and as marks.
const (
	Minimum   = 0
	Maximum   = 1
	bothKinds = 1<<Minimum | 1<<Maximum
)

// NewExtrema prepares for the values of r. With signs, those of r are taken for
// known.
func NewExtrema(r *Graph, signs bool) *Extrema {
	x := &Extrema{Graph: r, Mark: make([]uint8, r.Grid.Size)}
	if signs {
		x.signed = 2 * len(r.Dirs)
	}
	for _, d := range r.directions(true) {
		x.offsets = append(x.offsets, d, Direction{Offset: Times(d.Offset, -1), Stride: -d.Stride, Nonzero: d.Nonzero})
	}
	x.Neighbours.Make = x.neighboursAt
	return x
}

// IsExtremum reports whether p is a strict extremum of the kind in key.
func (x *Extrema) IsExtremum(kind int, key []int64, p int, r *Neighbours) bool {
	any := false
	for _, off := range r.Offsets {
		q := p + off
		if x.State[q]&Ordinary == 0 {
			continue
		}
		if kind == Minimum && key[q] <= key[p] || kind == Maximum && key[q] >= key[p] {
			return false
		}
		any = true
	}
	return any
}

// eachExtremum calls f for every strict extremum of key. f may change the key of p.
//
// Two neighbours along the last axis are enough to dismiss most values.
func (x *Extrema) eachExtremum(key []int64, f func(kind, p int, r *Neighbours)) {
	x.Grid.Rows(func(at, n int, c *[grid.MaxRank]int) {
		before := uint8(Unknown)
		end := at + n - 1
		grid.Runs(n, x.Grid.Border(c), func(from, to int, b grid.Border) {
			var r *Neighbours
			for p := at + from; p < at+to; p++ {
				after := x.signAhead(key, p, end)
				may := possibleBetween[before<<2|after]
				before = after
				if may == 0 || x.State[p]&Ordinary == 0 {
					continue
				}
				if r == nil {
					r = x.Neighbours.Of(b.Near())
				}
				for kind := range 2 {
					if may>>kind&1 == 1 && x.IsExtremum(kind, key, p, r) {
						f(kind, p, r)
					}
				}
				before = x.signAhead(key, p, end)
			}
		})
	})
}

// signAhead returns how key continues behind p along the last axis, whose row
// ends at end.
func (x *Extrema) signAhead(key []int64, p, end int) uint8 {
	if p == end || x.State[p]&x.State[p+1]&Ordinary == 0 {
		return Unknown
	}
	return SignOf(key[p], key[p+1])
}

// possibleBetween gives the kinds of extremum, bit by kind, that a value can be between
// two edges.
var possibleBetween = [16]uint8{
	Falling<<2 | Rising: 1 << Minimum, Falling<<2 | Unknown: 1 << Minimum, Unknown<<2 | Rising: 1 << Minimum,
	Rising<<2 | Falling: 1 << Maximum, Rising<<2 | Unknown: 1 << Maximum, Unknown<<2 | Falling: 1 << Maximum,
	Unknown<<2 | Unknown: bothKinds,
}

// directionOf marks the extrema of the original.
func (x *Extrema) MarkExtrema(original []int64) {
	clear(x.Mark)
	x.eachExtremum(original, func(kind, p int, _ *Neighbours) { x.Mark[p] = 1 << kind })
}

// Flatten takes out extrema that are not marked, by moving each to the nearest
// of its neighbours, so that it is strict no more. No other value becomes an
// extremum by that: a minimum raised to its lowest neighbour is still no higher
// than any. And the bound holds: the original has a neighbour that is no
// higher, and even that one is decoded to at most ε above it.
func (x *Extrema) Flatten() {
	x.eachExtremum(x.Index, func(kind, p int, r *Neighbours) {
		if x.State[p]&OfValues == Ordinary && x.Mark[p]>>kind&1 == 0 {
			x.flattenOne(kind, p, r)
		}
	})
}

// flattenOne moves p to its nearest neighbour, unless that one, too, has to stay
// apart from it.
func (x *Extrema) flattenOne(kind, p int, r *Neighbours) {
	nearest := -1
	for _, off := range r.Offsets {
		q := p + off
		if x.State[q]&Ordinary == 0 {
			continue
		}
		if nearest < 0 || kind == Minimum && x.Index[q] < x.Index[nearest] || kind == Maximum && x.Index[q] > x.Index[nearest] {
			nearest = q
		}
	}
	for _, off := range r.Offsets {
		if q := p + off; x.Mark[q] != 0 && x.Index[q] == x.Index[nearest] {
			return
		}
	}
	x.Index[p] = x.Index[nearest]
}
