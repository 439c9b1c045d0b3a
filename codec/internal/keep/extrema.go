package keep

import (
	"github.com/morselcodec/morsel/codec/internal/grid"
)

// extrema holds what an archive says about the strict extrema of a chunk, each
// value compared with its 3^d−1 neighbours in it: which values are extrema,
// and, for values that the decoder would take for one, a neighbour that
// forbids it.
type extrema struct {
	*graph
	offsets    []direction // the 3^d−1 places around a value, opposite ones in pairs
	signed     int         // how many of them, the first, are the ends of edges of known sign
	neighbours grid.Bordered[neighbours]
	mark       []uint8
	// refuted gives the neighbour that forbids a minimum, and a maximum: 1 + the number
	// of its offset, 0 for none. It is nil while there is no such value.
	witness [2][]uint8
	list    []int // for work
}

// The two kinds of extrema, as numbers and as marks.
const (
	minimum   = 0
	maximum   = 1
	bothKinds = 1<<minimum | 1<<maximum
)

// newExtrema prepares for the values of r. With signs, those of r are taken for
// known.
func newExtrema(r *graph, signs bool) *extrema {
	x := &extrema{graph: r, mark: make([]uint8, r.grid.Size)}
	if signs {
		x.signed = 2 * len(r.dirs)
	}
	for _, d := range r.directions(true) {
		x.offsets = append(x.offsets, d, direction{offset: times(d.offset, -1), stride: -d.stride, nonzero: d.nonzero})
	}
	x.neighbours.Make = x.neighboursAt
	return x
}

// isExtremum reports whether p is a strict extremum of the kind in key.
func (x *extrema) isExtremum(kind int, key []int64, p int, r *neighbours) bool {
	any := false
	for _, off := range r.offsets {
		q := p + off
		if x.state[q]&ordinary == 0 {
			continue
		}
		if kind == minimum && key[q] <= key[p] || kind == maximum && key[q] >= key[p] {
			return false
		}
		any = true
	}
	return any
}

// eachExtremum calls f for every strict extremum of key. f may change the key of p.
//
// Two neighbours along the last axis are enough to dismiss most values.
func (x *extrema) eachExtremum(key []int64, f func(kind, p int, r *neighbours)) {
	x.grid.Rows(func(at, n int, c *[grid.MaxRank]int) {
		before := uint8(unknown)
		end := at + n - 1
		grid.Runs(n, x.grid.Border(c), func(from, to int, b grid.Border) {
			var r *neighbours
			for p := at + from; p < at+to; p++ {
				after := x.signAhead(key, p, end)
				may := possibleBetween[before<<2|after]
				before = after
				if may == 0 || x.state[p]&ordinary == 0 {
					continue
				}
				if r == nil {
					r = x.neighbours.Of(b.Near())
				}
				for kind := range 2 {
					if may>>kind&1 == 1 && x.isExtremum(kind, key, p, r) {
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
func (x *extrema) signAhead(key []int64, p, end int) uint8 {
	if p == end || x.state[p]&x.state[p+1]&ordinary == 0 {
		return unknown
	}
	return signOf(key[p], key[p+1])
}

// possibleBetween gives the kinds of extremum, bit by kind, that a value can be between
// two edges.
var possibleBetween = [16]uint8{
	falling<<2 | rising: 1 << minimum, falling<<2 | unknown: 1 << minimum, unknown<<2 | rising: 1 << minimum,
	rising<<2 | falling: 1 << maximum, rising<<2 | unknown: 1 << maximum, unknown<<2 | falling: 1 << maximum,
	unknown<<2 | unknown: bothKinds,
}

// directionOf marks the extrema of the original.
func (x *extrema) markExtrema(original []int64) {
	clear(x.mark)
	x.eachExtremum(original, func(kind, p int, _ *neighbours) { x.mark[p] = 1 << kind })
}

// flatten takes out extrema that are not marked, by moving each to the nearest
// of its neighbours, so that it is strict no more. No other value becomes an
// extremum by that: a minimum raised to its lowest neighbour is still no higher
// than any. And the bound holds: the original has a neighbour that is no
// higher, and even that one is decoded to at most ε above it.
func (x *extrema) flatten() {
	x.eachExtremum(x.index, func(kind, p int, r *neighbours) {
		if x.state[p]&ofValues == ordinary && x.mark[p]>>kind&1 == 0 {
			x.flattenOne(kind, p, r)
		}
	})
}

// flattenOne moves p to its nearest neighbour, unless that one, too, has to stay
// apart from it.
func (x *extrema) flattenOne(kind, p int, r *neighbours) {
	nearest := -1
	for _, off := range r.offsets {
		q := p + off
		if x.state[q]&ordinary == 0 {
			continue
		}
		if nearest < 0 || kind == minimum && x.index[q] < x.index[nearest] || kind == maximum && x.index[q] > x.index[nearest] {
			nearest = q
		}
	}
	for _, off := range r.offsets {
		if q := p + off; x.mark[q] != 0 && x.index[q] == x.index[nearest] {
			return
		}
	}
	x.index[p] = x.index[nearest]
}
