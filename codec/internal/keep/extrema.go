package keep

import (
	"math"

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

// neighbours is what there is around values that have the same border.
type neighbours struct {
	offsets     []int       // in order
	number      []uint8     // of each among all offsets
	signed      int         // how many of them, the first, are the ends of edges of known sign
	edgesBehind []edgeStart // for each direction of known signs, the edge that ends there
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

// candidacy are what is known of the neighbours of a value, for each kind
// of extremum: whether the value may be one, and whether it must be.
type candidacy struct {
	possible, sure [2]bool
	// least and greatest difference to a neighbour in the field, and their sum.
	least, greatest, sum int64
	count                int64
}

// edgeStart returns the surroundings of p, as far as it takes to see that it is no
// extremum.
func (x *extrema) candidacy(p int, r *neighbours) candidacy {
	l := candidacy{least: math.MaxInt64, greatest: math.MinInt64}
	not := x.ruledOut(p, r)
	if not == bothKinds {
		return l
	}
	var unsure uint8 // bit by kind
	lo, hi, at := x.lo[p], x.hi[p], x.field[p]
	for i, off := range r.offsets {
		q := p + off
		if x.state[q]&ordinary == 0 {
			continue
		}
		if i >= r.signed { // the signs of others have not excluded it
			if x.lo[q] <= hi {
				unsure |= 1 << minimum
			}
			if x.hi[q] >= lo {
				unsure |= 1 << maximum
			}
		}
		d := int64(x.field[q] - at)
		l.least, l.greatest = min(l.least, d), max(l.greatest, d)
		l.sum += d
		l.count++
	}
	if l.count == 0 {
		return l
	}
	for kind := range 2 {
		l.possible[kind] = not>>kind&1 == 0
		l.sure[kind] = l.possible[kind] && unsure>>kind&1 == 0
	}
	return l
}

// ruledOut returns which kinds of extremum p cannot be, bit by kind.
func (x *extrema) ruledOut(p int, r *neighbours) (not uint8) {
	for k := range r.edgesBehind {
		ahead, behind := x.signs[k][p]&signMask, x.signs[k][r.edgesBehind[k].from(p)]&signMask
		not |= ruledOutAtStart[ahead] | ruledOutAtEnd[behind]
	}
	lo, hi := x.lo[p], x.hi[p]
	for _, off := range r.offsets {
		if not == bothKinds {
			break
		}
		q := p + off
		if x.state[q]&ordinary == 0 {
			continue
		}
		not |= x.mark[q]
		switch {
		case x.hi[q] < lo:
			not |= 1 << minimum
		case x.lo[q] > hi:
			not |= 1 << maximum
		case lo == hi && x.lo[q] == x.hi[q]:
			not |= bothKinds
		}
	}
	return not
}

// Which kinds of extremum an edge rules out, at its start and at its end.
var (
	ruledOutAtStart = [4]uint8{falling: 1 << minimum, tied: bothKinds, rising: 1 << maximum}
	ruledOutAtEnd   = [4]uint8{falling: 1 << maximum, tied: bothKinds, rising: 1 << minimum}
)

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

// witnessed looks for extrema of the projected field that the original does not
// have, and for each names a neighbour that forbids it. It returns how many it
// found.
func (x *extrema) findWitnesses(original []int64) (found int) {
	x.eachExtremum(x.index, func(kind, p int, r *neighbours) {
		if x.mark[p]>>kind&1 == 1 {
			return
		}
		for _, i := range x.possibleWitnesses(kind, p, r) {
			q := p + r.offsets[i]
			if s := signOf(original[p], original[q]); s == tied || (s == falling) == (kind == minimum) {
				x.setWitness(kind, p, r.number[i], s == tied)
				found++
				break
			}
		}
	})
	return found
}

// setWitness notes that the neighbour at the offset of that number forbids p to be an
// extremum of the kind: as its equal, or from beyond.
func (x *extrema) setWitness(kind, p int, number uint8, equal bool) {
	if x.witness[kind] == nil {
		x.witness[kind] = make([]uint8, x.grid.Size)
	}
	x.witness[kind][p] = number + 1
	x.state[p] &^= witnessTied << kind
	if equal {
		x.state[p] |= witnessTied << kind
	}
}

// hasWitnesses reports whether any value is refuted.
func (x *extrema) hasWitnesses() bool { return x.witness[minimum] != nil || x.witness[maximum] != nil }

// possibleWitnesses lists the neighbours that may forbid p to be an extremum, by their
// place in the ring, those first that do so most likely: the least decoded ones for a minimum. The
// list is valid until the next call.
func (x *extrema) possibleWitnesses(kind, p int, r *neighbours) []int {
	list := x.list[:0]
	above := uint8(rising - 2*kind)
	for n, off := range r.offsets {
		q := p + off
		if x.state[q]&ordinary == 0 || x.signByIntervals(p, q) == above {
			continue
		}
		i := len(list)
		list = append(list, n)
		for i > 0 && x.likelier(kind, p, p+r.offsets[list[i]], p+r.offsets[list[i-1]]) {
			list[i], list[i-1] = list[i-1], list[i]
			i--
		}
	}
	x.list = list
	return list
}

func (x *extrema) likelier(kind, p, a, b int) bool {
	da, db := x.field[a]-x.field[p], x.field[b]-x.field[p]
	if kind == maximum {
		da, db = -da, -db
	}
	return da < db
}

// dropWitnesses drops all refutations.
func (x *extrema) dropWitnesses() { x.witness = [2][]uint8{} } // states do not matter without
