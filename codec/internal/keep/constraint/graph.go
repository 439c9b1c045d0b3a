package constraint

import "github.com/morselcodec/morsel/codec/internal/grid"

// Graph is a chunk as a graph: its vertices are the values, each with a lattice index,
// an interval and a state, and its edges join neighbours in certain directions, each
// with a sign. It knows what a decoder knows: what follows from the intervals, and
// what the archive states. Its arrays are laid out as the chunk, row-major; axes of
// extent 1 are left out.
type Graph struct {
	Grid grid.Grid // the axes of extent above 1

	Index      []int64 // lattice index κ of the decoded value
	Lo, Hi     []int64 // the interval of lattice indices that holds the original, both ends in it
	Bisections []uint8 // how often each interval is bisected; set by the encoder alone, nil: never
	State      []uint8 // flags: Ordinary, Fixed, Bisected, and what the projection notes
	Dirs       []Direction
	// Signs holds for each direction the sign of the edge that starts at each value,
	// with OpenEdge; one more stands for all edges that start outside the chunk.
	Signs     [][]uint8
	OpenEdges int  // how many edges the intervals leave open
	AnyTie    bool // the sign of some open edge is Tied

	Field    []int32 // F, see SetField
	Smoothed []int32 // M, see SetSmoothed
	work     []int32
}

// States of a value.
const (
	Ordinary = 1 // it is finite and not fill, and takes part
	Fixed    = 2 // its interval is one index
	// Bisected: the archive says more of its interval than the bound does.
	Bisected = 4
	// constrained: some constraint is about it.
	constrained = 8
	// witnessTied, shifted by a kind of extremum: the witness against it is equal
	// to it.
	witnessTied = 16
	// hasAbove: a mark or a witness puts another value above it.
	hasAbove = 64
	// OfValues are the flags that do not come from constraints.
	OfValues = Ordinary | Fixed | Bisected
)

// Signs of edges, by how the end compares with the start.
const (
	Falling = 0
	Tied    = 1
	Rising  = 2
	Unknown = 3 // there is no edge or, with OpenEdge, its sign is not coded yet
	// OpenEdge is added to the sign of an edge that the intervals leave open, and
	// SignMask takes the sign alone.
	OpenEdge = 4
	SignMask = 3
)

// Squeeze returns the extents above 1 of a shape, or a single 1 if there are none.
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

// NewGraph returns the graph of a chunk whose values have the given states, nil for all
// ordinary; the graph keeps the slice. Its directions are those of the axes, with
// diagonals all others, too. Indices, intervals and signs are not set yet.
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

// EachEdgeRun calls f for each run of n values from index start on at which edges of a
// direction start.
func (gr *Graph) EachEdgeRun(d *Direction, f func(start, n int)) {
	inner := gr.Grid.Rank - 1
	ahead, behind := max(d.Offset[inner], 0), max(-d.Offset[inner], 0)
	gr.Grid.Rows(func(start, n int, c *[grid.MaxRank]int) {
		for a, step := range d.Offset[:inner] {
			if c1 := c[a] + step; c1 < 0 || c1 >= gr.Grid.Shape[a] {
				return
			}
		}
		f(start+behind, n-ahead-behind)
	})
}

// CompareIntervals sets the sign of every edge to what the intervals say, and counts
// those that they leave open.
func (gr *Graph) CompareIntervals() {
	gr.OpenEdges, gr.AnyTie = 0, false
	if gr.Signs == nil {
		gr.Signs = make([][]uint8, len(gr.Dirs))
		for k := range gr.Signs {
			gr.Signs[k] = make([]uint8, gr.Grid.Size+1)
		}
	}
	for k := range gr.Dirs {
		signs, stride := gr.Signs[k], gr.Dirs[k].Stride
		for p := range signs {
			signs[p] = Unknown
		}
		gr.EachEdgeRun(&gr.Dirs[k], func(at, n int) {
			for p := at; p < at+n; p++ {
				q := p + stride
				if gr.State[p]&gr.State[q]&Ordinary == 0 {
					continue
				}
				signs[p] = gr.SignByIntervals(p, q)
				if signs[p] == Unknown {
					signs[p] = OpenEdge | Unknown
					gr.OpenEdges++
				}
			}
		})
	}
}

// SignByIntervals returns the sign of the edge from p to q if their intervals tell it,
// else Unknown.
func (gr *Graph) SignByIntervals(p, q int) uint8 {
	switch {
	case gr.Hi[p] < gr.Lo[q]:
		return Rising
	case gr.Lo[p] > gr.Hi[q]:
		return Falling
	case gr.Lo[p] == gr.Hi[p] && gr.Lo[q] == gr.Hi[q]:
		return Tied
	}
	return Unknown
}

// SignOf returns the sign of an edge between two lattice indices.
func SignOf(from, to int64) uint8 {
	switch {
	case from < to:
		return Rising
	case from > to:
		return Falling
	}
	return Tied
}

// SetOpenSigns gives every open edge the sign that it has between the lattice indices
// of the original.
func (gr *Graph) SetOpenSigns(original []int64) {
	for k, d := range gr.Dirs {
		signs := gr.Signs[k]
		for p, sign := range signs {
			if sign&OpenEdge != 0 {
				signs[p] = OpenEdge | SignOf(original[p], original[p+d.Stride])
				gr.AnyTie = gr.AnyTie || signs[p] == OpenEdge|Tied
			}
		}
	}
}
