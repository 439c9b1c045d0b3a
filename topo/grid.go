package topo

import (
	"context"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/morselcodec/morsel/formats/array"
)

// Connectivity says which cells are neighbours.
type Connectivity uint8

const (
	// FullConnectivity joins cells that share a face, edge or corner: 3^d−1
	// neighbours. It is the default.
	FullConnectivity Connectivity = iota
	// AxisConnectivity joins cells that share a face: 2d neighbours.
	AxisConnectivity
)

// dual returns the connectivity of the complement, by which a set and its
// complement never cross.
func (c Connectivity) dual() Connectivity {
	if c == FullConnectivity {
		return AxisConnectivity
	}
	return FullConnectivity
}

// grid walks a row-major array along its fastest dimension. Dimensions of
// size 1 have no neighbours and are dropped, so a row has a single cell only
// where the whole array has.
type grid struct {
	shape, stride []int
	cells         int
	conn          Connectivity
	ctx           context.Context // ends rows early
}

// stencil lists the neighbours of a cell as offsets of the linear index:
// before are negative, the nearest first; after are positive, likewise.
type stencil struct{ before, after []int }

// row is a run of cells along the fastest dimension.
type row struct {
	start, end          int // linear index, end excluded
	first, middle, last stencil
}

// at returns the neighbours of cell i of the row.
func (r *row) at(i int) *stencil {
	switch i {
	case r.start:
		return &r.first
	case r.end - 1:
		return &r.last
	}
	return &r.middle
}

// newGrid checks shape against the number of values.
func newGrid(ctx context.Context, shape []int, values int, conn Connectivity) (*grid, error) {
	n, err := array.CheckShape(shape)
	if err != nil {
		return nil, err
	}
	if n != int64(values) {
		return nil, fmt.Errorf("%w: %s wants %d values, found %d", array.ErrShape, array.FormatShape(shape), n, values)
	}
	if n > math.MaxInt32 {
		return nil, fmt.Errorf("%w: %s has %d cells, more than the 2^31-1 handled here; split it into blocks",
			array.ErrShape, array.FormatShape(shape), n)
	}
	if conn > AxisConnectivity {
		return nil, fmt.Errorf("topo: unknown connectivity %d", conn)
	}
	g := &grid{cells: values, conn: conn, ctx: ctx}
	for _, d := range shape {
		if d != 1 {
			g.shape = append(g.shape, d)
		}
	}
	if len(g.shape) == 0 {
		g.shape = []int{1}
	}
	g.stride = strides(g.shape)
	return g, nil
}

func strides(shape []int) []int {
	s := make([]int, len(shape))
	step := 1
	for k := len(shape) - 1; k >= 0; k-- {
		s[k] = step
		step *= shape[k]
	}
	return s
}

// rows yields every row in order. The row is reused: it is valid until the
// next one.
func (g *grid) rows() iter.Seq[*row] {
	return func(yield func(*row) bool) {
		if g.cells == 0 {
			return
		}
		outer := g.shape[:len(g.shape)-1]
		width := g.shape[len(outer)]
		at := make([]int, len(outer))
		var r row
		faces := -1
		checked := 0
		for start := 0; start < g.cells; start += width {
			if start-checked >= stopCells {
				if checked = start; g.stopped() {
					return
				}
			}
			if f := facesOf(at, outer); f != faces {
				faces = f
				r = g.newRow(at)
			}
			r.start, r.end = start, start+width
			if !yield(&r) {
				return
			}
			for k := len(at) - 1; k >= 0; k-- {
				if at[k]++; at[k] < outer[k] {
					break
				}
				at[k] = 0
			}
		}
	}
}

// facesOf encodes which faces of the grid a row lies on; rows with the same
// code have the same stencils.
func facesOf(at, outer []int) int {
	f := 0
	for k, c := range at {
		f *= 4
		if c == 0 {
			f |= 1
		}
		if c == outer[k]-1 {
			f |= 2
		}
	}
	return f
}

// stopCells is how many cells long loops look at between two questions whether
// anybody still waits for the result.
const stopCells = 1 << 16

// stopped reports whether nobody does. What is computed from then on is thrown
// away.
func (g *grid) stopped() bool { return g.ctx.Err() != nil }

// newRow makes the stencils of the row at the given outer coordinates.
func (g *grid) newRow(at []int) row {
	// All moves that stay on the grid in the outer dimensions, as linear
	// offset and number of axes moved along.
	type move struct{ offset, axes int }
	moves := []move{{}}
	for k, c := range at {
		for _, m := range moves[:len(moves):len(moves)] {
			if c > 0 {
				moves = append(moves, move{m.offset - g.stride[k], m.axes + 1})
			}
			if c < g.shape[k]-1 {
				moves = append(moves, move{m.offset + g.stride[k], m.axes + 1})
			}
		}
	}
	along := func(lo, hi int) (s stencil) {
		for _, m := range moves {
			for d := lo; d <= hi; d++ {
				axes := m.axes
				if d != 0 {
					axes++
				}
				if axes == 0 || g.conn == AxisConnectivity && axes > 1 {
					continue
				}
				if o := m.offset + d; o < 0 {
					s.before = append(s.before, o)
				} else {
					s.after = append(s.after, o)
				}
			}
		}
		slices.Sort(s.after)
		slices.SortFunc(s.before, func(a, b int) int { return b - a })
		return s
	}
	if g.shape[len(at)] == 1 {
		return row{first: along(0, 0)}
	}
	return row{first: along(0, 1), middle: along(-1, 1), last: along(-1, 0)}
}

// locator finds the stencil of any single cell.
type locator struct {
	g    *grid
	rows map[int]*row // by faces
	at   []int
	// Most cells touch no face: they share this one.
	inner *stencil
}

func newLocator(g *grid) *locator {
	return &locator{g: g, rows: map[int]*row{}, at: make([]int, len(g.shape)-1)}
}

// stencil returns the neighbours of cell i.
func (l *locator) stencil(i int) *stencil {
	g, touches := l.g, false
	rest := i
	for k := range l.at {
		c := rest / g.stride[k]
		rest -= c * g.stride[k]
		l.at[k] = c
		touches = touches || c == 0 || c == g.shape[k]-1
	}
	touches = touches || rest == 0 || rest == g.shape[len(l.at)]-1
	if !touches && l.inner != nil {
		return l.inner
	}
	f := facesOf(l.at, g.shape[:len(l.at)])
	r := l.rows[f]
	if r == nil {
		made := g.newRow(l.at)
		made.end = g.shape[len(l.at)]
		r = &made
		l.rows[f] = r
	}
	s := r.at(rest)
	if !touches {
		l.inner = s
	}
	return s
}
