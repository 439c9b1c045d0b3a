package keep

import (
	"github.com/morselcodec/morsel/codec/internal/grid"
)

// graph knows how the values of a chunk compare with their neighbours, as
// far as a decoder can tell: from the intervals that the bound leaves to each
// value, and from what the archive says. Its arrays are laid out as the chunk;
// what lies beyond its ends is told by a border. Axes of extent 1 are left out.
type graph struct {
	grid grid.Grid // the axes that are left

	index      []int64 // place of the decoded value on the lattice
	lo, hi     []int64 // where the original can be
	bisections []uint8 // how often the archive bisects each interval, for the encoder; nil: never
	state      []uint8 // alive, pinned, narrowed, and what the projection notes
	dirs       []direction
	// sign is, for each direction, of the edge that starts at a value; one more
	// stands for all edges that start beyond the ends.
	signs     [][]uint8
	openEdges int  // edges that the intervals leave open
	anyTie    bool // some of them are tied

	field    []int32 // the decoded values, see measure
	smoothed []int32
	work     []int32
}

// States of a value.
const (
	ordinary = 1 // it has relations: it is finite and not fill
	fixed    = 2 // it is known exactly
	// bisected: the archive says more of its interval than the bound does.
	bisected = 4
	// constrained: it takes part in the projection.
	constrained = 8
	// witnessTied, shifted by a kind: what refutes it as an extremum is equal to it.
	witnessTied = 16
	// hasAbove: some extremum puts another value above it.
	hasAbove = 64
	// cache are the states that do not come from relations.
	ofValues = ordinary | fixed | bisected
)

// What is known about an edge: whether its end is less than its start, equal
// to it or greater.
const (
	falling = 0
	tied    = 1
	rising  = 2
	unknown = 3
	// openEdge marks edges that the intervals leave open; until the
	// archive tells more, the rest is unknown.
	openEdge = 4
	signMask = 3
)

// squeeze returns the extents above 1, or a single one.
func squeeze(shape []int) []int {
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

// newGraph lays out a chunk whose values have the given states, nil for all
// alive. Only offsets along the axes become directions, or all, for full.
func newGraph(g *grid.Grid, diagonals bool, state []uint8) *graph {
	gr := &graph{grid: grid.New(squeeze(g.Shape[:g.Rank])), state: state}
	gr.grid.Watch = g.Watch
	n := gr.grid.Size
	gr.index, gr.lo, gr.hi = make([]int64, n), make([]int64, n), make([]int64, n)
	if gr.state == nil {
		gr.state = make([]uint8, n)
		for i := range gr.state {
			gr.state[i] = ordinary
		}
	}
	gr.dirs = gr.directions(diagonals)
	return gr
}

// eachRow calls f for each run of starts of edges of a direction.
func (r *graph) eachRow(d *direction, f func(at, n int)) {
	inner := r.grid.Rank - 1
	ahead, behind := max(d.offset[inner], 0), max(-d.offset[inner], 0)
	r.grid.Rows(func(at, n int, c *[grid.MaxRank]int) {
		for a, by := range d.offset[:inner] {
			if to := c[a] + by; to < 0 || to >= r.grid.Shape[a] {
				return
			}
		}
		f(at+behind, n-ahead-behind)
	})
}

// requireSign finds out what the intervals tell about every edge.
func (r *graph) compareIntervals() {
	r.openEdges, r.anyTie = 0, false
	if r.signs == nil {
		r.signs = make([][]uint8, len(r.dirs))
		for k := range r.signs {
			r.signs[k] = make([]uint8, r.grid.Size+1)
		}
	}
	for k := range r.dirs {
		s, off := r.signs[k], r.dirs[k].stride
		for p := range s {
			s[p] = unknown
		}
		r.eachRow(&r.dirs[k], func(at, n int) {
			for p := at; p < at+n; p++ {
				q := p + off
				if r.state[p]&r.state[q]&ordinary == 0 {
					continue
				}
				s[p] = r.signByIntervals(p, q)
				if s[p] == unknown {
					s[p] = openEdge | unknown
					r.openEdges++
				}
			}
		})
	}
}

// signByIntervals returns how q compares with p if their intervals tell, else unknown.
func (r *graph) signByIntervals(p, q int) uint8 {
	switch {
	case r.hi[p] < r.lo[q]:
		return rising
	case r.lo[p] > r.hi[q]:
		return falling
	case r.lo[p] == r.hi[p] && r.lo[q] == r.hi[q]:
		return tied
	}
	return unknown
}

// signOf compares two keys.
func signOf(from, to int64) uint8 {
	switch {
	case from < to:
		return rising
	case from > to:
		return falling
	}
	return tied
}

// setOpenSigns closes every open edge as the keys of the original say.
func (r *graph) setOpenSigns(original []int64) {
	for k, d := range r.dirs {
		s := r.signs[k]
		for p, v := range s {
			if v&openEdge != 0 {
				s[p] = openEdge | signOf(original[p], original[p+d.stride])
				r.anyTie = r.anyTie || s[p] == openEdge|tied
			}
		}
	}
}
