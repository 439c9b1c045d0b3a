package constraint

import (
	"github.com/morselcodec/morsel/codec/internal/grid"
)

// Graph knows how the values of a chunk compare with their neighbours, as
// far as a decoder can tell: from the intervals that the bound leaves to each
// value, and from what the archive says. Its arrays are laid out as the chunk;
// what lies beyond its ends is told by a border. Axes of extent 1 are left out.
type Graph struct {
	Grid grid.Grid // the axes that are left

	Index      []int64 // place of the decoded value on the lattice
	Lo, Hi     []int64 // where the original can be
	Bisections []uint8 // how often the archive bisects each interval, for the encoder; nil: never
	State      []uint8 // alive, pinned, narrowed, and what the projection notes
	Dirs       []Direction
	// sign is, for each direction, of the edge that starts at a value; one more
	// stands for all edges that start beyond the ends.
	Signs     [][]uint8
	OpenEdges int  // edges that the intervals leave open
	AnyTie    bool // some of them are tied

	Field    []int32 // the decoded values, see measure
	Smoothed []int32
	Work     []int32
}

// States of a value.
const (
	Ordinary = 1 // it has relations: it is finite and not fill
	Fixed    = 2 // it is known exactly
	// bisected: the archive says more of its interval than the bound does.
	Bisected = 4
	// constrained: it takes part in the projection.
	constrained = 8
	// witnessTied, shifted by a kind: what refutes it as an extremum is equal to it.
	witnessTied = 16
	// hasAbove: some extremum puts another value above it.
	hasAbove = 64
	// cache are the states that do not come from relations.
	OfValues = Ordinary | Fixed | Bisected
)

// What is known about an edge: whether its end is less than its start, equal
// to it or greater.
const (
	Falling = 0
	Tied    = 1
	Rising  = 2
	Unknown = 3
	// OpenEdge marks edges that the intervals leave open; until the
	// archive tells more, the rest is unknown.
	OpenEdge = 4
	SignMask = 3
)

// Squeeze returns the extents above 1, or a single one.
func Squeeze(shape []int) []int {
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

// NewGraph lays out a chunk whose values have the given states, nil for all
// alive. Only offsets along the axes become directions, or all, for full.
func NewGraph(g *grid.Grid, diagonals bool, state []uint8) *Graph {
	gr := &Graph{Grid: grid.New(Squeeze(g.Shape[:g.Rank])), State: state}
	gr.Grid.Watch = g.Watch
	n := gr.Grid.Size
	gr.Index, gr.Lo, gr.Hi = make([]int64, n), make([]int64, n), make([]int64, n)
	if gr.State == nil {
		gr.State = make([]uint8, n)
		for i := range gr.State {
			gr.State[i] = Ordinary
		}
	}
	gr.Dirs = gr.directions(diagonals)
	return gr
}

// EachRow calls f for each run of starts of edges of a direction.
func (r *Graph) EachRow(d *Direction, f func(at, n int)) {
	inner := r.Grid.Rank - 1
	ahead, behind := max(d.Offset[inner], 0), max(-d.Offset[inner], 0)
	r.Grid.Rows(func(at, n int, c *[grid.MaxRank]int) {
		for a, by := range d.Offset[:inner] {
			if to := c[a] + by; to < 0 || to >= r.Grid.Shape[a] {
				return
			}
		}
		f(at+behind, n-ahead-behind)
	})
}

// requireSign finds out what the intervals tell about every edge.
func (r *Graph) CompareIntervals() {
	r.OpenEdges, r.AnyTie = 0, false
	if r.Signs == nil {
		r.Signs = make([][]uint8, len(r.Dirs))
		for k := range r.Signs {
			r.Signs[k] = make([]uint8, r.Grid.Size+1)
		}
	}
	for k := range r.Dirs {
		s, off := r.Signs[k], r.Dirs[k].Stride
		for p := range s {
			s[p] = Unknown
		}
		r.EachRow(&r.Dirs[k], func(at, n int) {
			for p := at; p < at+n; p++ {
				q := p + off
				if r.State[p]&r.State[q]&Ordinary == 0 {
					continue
				}
				s[p] = r.SignByIntervals(p, q)
				if s[p] == Unknown {
					s[p] = OpenEdge | Unknown
					r.OpenEdges++
				}
			}
		})
	}
}

// SignByIntervals returns how q compares with p if their intervals tell, else unknown.
func (r *Graph) SignByIntervals(p, q int) uint8 {
	switch {
	case r.Hi[p] < r.Lo[q]:
		return Rising
	case r.Lo[p] > r.Hi[q]:
		return Falling
	case r.Lo[p] == r.Hi[p] && r.Lo[q] == r.Hi[q]:
		return Tied
	}
	return Unknown
}

// SignOf compares two keys.
func SignOf(from, to int64) uint8 {
	switch {
	case from < to:
		return Rising
	case from > to:
		return Falling
	}
	return Tied
}

// SetOpenSigns closes every open edge as the keys of the original say.
func (r *Graph) SetOpenSigns(original []int64) {
	for k, d := range r.Dirs {
		s := r.Signs[k]
		for p, v := range s {
			if v&OpenEdge != 0 {
				s[p] = OpenEdge | SignOf(original[p], original[p+d.Stride])
				r.AnyTie = r.AnyTie || s[p] == OpenEdge|Tied
			}
		}
	}
}
