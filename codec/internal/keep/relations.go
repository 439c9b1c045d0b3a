package keep

import (
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/formats/array"
)

// relations knows how the values of a chunk compare with their neighbours, as
// far as a decoder can tell: from the intervals that the bound leaves to each
// value, and from what the archive says. Its arrays are laid out as the chunk;
// what lies beyond its ends is told by a border. Axes of extent 1 are left out.
type relations struct {
	grid grid.Grid // the axes that are left

	key    []int64 // place of the decoded value on the lattice
	lo, hi []int64 // where the original can be
	state  []uint8 // alive, pinned, narrowed, and what the projection notes
	dirs   []direction
	// sign is, for each direction, of the edge that starts at a value; one more
	// stands for all edges that start beyond the ends.
	sign  [][]uint8
	open  int  // edges that the intervals leave open
	level bool // some of them are tied

	field  []int32 // the decoded values, see measure
	smooth []int32
	work   []int32
}

// direction is where the other end of an edge lies.
type direction struct {
	by  [grid.MaxRank]int // per axis, −1 to 1; the first that is not 0 is 1
	off int
	// axes counts those that are not 0.
	axes int
}

// States of a value.
const (
	alive  = 1 // it has relations: it is finite and not fill
	pinned = 2 // it is known exactly
	// narrowed: the archive says more of its interval than the bound does.
	narrowed = 4
	// related: it takes part in the projection.
	related = 8
	// equalled, shifted by a kind: what refutes it as an extremum is equal to it.
	equalled = 16
	// touched: some extremum puts another value above it.
	touched = 64
	// known are the states that do not come from relations.
	known = alive | pinned | narrowed
)

// What is known about an edge: whether its end is less than its start, equal
// to it or greater.
const (
	falling = 0
	tied    = 1
	rising  = 2
	noEdge  = 3
	// openEdge marks edges that the intervals leave open; until the
	// archive tells more, the rest is noEdge.
	openEdge = 4
	signMask = 3
)

// extended returns the extents above 1, or a single one.
func extended(shape []int) []int {
	var left []int
	for _, n := range shape {
		if n > 1 {
			left = append(left, n)
		}
	}
	if len(left) == 0 {
		left = []int{1}
	}
	return left
}

// newRelations lays out a chunk whose values have the given states, nil for all
// alive. Only offsets along the axes become directions, or all, for full.
func newRelations(g *grid.Grid, full bool, state []uint8) *relations {
	r := &relations{grid: grid.New(extended(g.Shape[:g.Rank])), state: state}
	r.grid.Watch = g.Watch
	n := r.grid.Size
	r.key, r.lo, r.hi = make([]int64, n), make([]int64, n), make([]int64, n)
	if r.state == nil {
		r.state = make([]uint8, n)
		for i := range r.state {
			r.state[i] = alive
		}
	}
	r.dirs = r.directions(full)
	return r
}

// directions lists the axes in order, then the diagonals, those of fewer axes
// first and otherwise in lexicographic order.
func (r *relations) directions(full bool) []direction {
	rank := r.grid.Rank
	var list []direction
	total := 1
	for range rank {
		total *= 3
	}
	for axes := 1; axes <= rank; axes++ {
		for n := total - 1; n > total/2; n-- {
			d := direction{}
			for a, m := rank-1, n; a >= 0; a, m = a-1, m/3 {
				d.by[a] = m%3 - 1
				if d.by[a] != 0 {
					d.axes++
				}
			}
			if d.axes == axes {
				d.off = r.grid.Index(&d.by)
				list = append(list, d)
			}
		}
		if !full {
			break
		}
	}
	return list
}

// set fills keys and intervals with what decoded values leave open.
func set[T array.Float](r *relations, l *quant.Lattice[T], values []T, eps float64) {
	for p, s := range r.state {
		if s&narrowed != 0 {
			r.state[p] = s &^ (narrowed | pinned)
		}
	}
	for from := 0; from < len(values); {
		to := from
		for to < len(values) && r.state[to]&known == alive {
			to++
		}
		l.Places(r.key[from:to], values[from:to])
		l.Around(r.lo[from:to], r.hi[from:to], values[from:to], eps)
		if to < len(values) {
			if r.state[to]&pinned != 0 {
				l.Places(r.key[to:to+1], values[to:])
				r.lo[to], r.hi[to] = r.key[to], r.key[to]
			}
			to++
		}
		from = to
	}
}

// edges calls f for each run of starts of edges of a direction.
func (r *relations) edges(d *direction, f func(at, n int)) {
	inner := r.grid.Rank - 1
	ahead, behind := max(d.by[inner], 0), max(-d.by[inner], 0)
	r.grid.Rows(func(at, n int, c *[grid.MaxRank]int) {
		for a, by := range d.by[:inner] {
			if to := c[a] + by; to < 0 || to >= r.grid.Shape[a] {
				return
			}
		}
		f(at+behind, n-ahead-behind)
	})
}

// compare finds out what the intervals tell about every edge.
func (r *relations) compare() {
	r.open, r.level = 0, false
	if r.sign == nil {
		r.sign = make([][]uint8, len(r.dirs))
		for k := range r.sign {
			r.sign[k] = make([]uint8, r.grid.Size+1)
		}
	}
	for k := range r.dirs {
		s, off := r.sign[k], r.dirs[k].off
		for p := range s {
			s[p] = noEdge
		}
		r.edges(&r.dirs[k], func(at, n int) {
			for p := at; p < at+n; p++ {
				q := p + off
				if r.state[p]&r.state[q]&alive == 0 {
					continue
				}
				s[p] = r.closed(p, q)
				if s[p] == noEdge {
					s[p] = openEdge | noEdge
					r.open++
				}
			}
		})
	}
}

// closed returns how q compares with p if their intervals tell, else noEdge.
func (r *relations) closed(p, q int) uint8 {
	switch {
	case r.hi[p] < r.lo[q]:
		return rising
	case r.lo[p] > r.hi[q]:
		return falling
	case r.lo[p] == r.hi[p] && r.lo[q] == r.hi[q]:
		return tied
	}
	return noEdge
}

// signBetween compares two keys.
func signBetween(from, to int64) uint8 {
	switch {
	case from < to:
		return rising
	case from > to:
		return falling
	}
	return tied
}

// tell closes every open edge as the keys of the original say.
func (r *relations) tell(original []int64) {
	for k, d := range r.dirs {
		s := r.sign[k]
		for p, v := range s {
			if v&openEdge != 0 {
				s[p] = openEdge | signBetween(original[p], original[p+d.off])
				r.level = r.level || s[p] == openEdge|tied
			}
		}
	}
}
