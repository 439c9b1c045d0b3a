package coder

import (
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/keep/constraint"
)

// signContext lists the edges whose signs or differences are context of an edge of one
// direction, from starts with one border.
type signContext struct {
	signs    []uint8 // of all edges of the direction
	stride   int
	dirClass int
	shift    int                     // of differences of the smoothed field
	along    [3]constraint.EdgeStart // the edges that start one step and two steps before along the direction, and one behind
	near3    [3]constraint.EdgeStart // the first of these, and two more before the edge along axes
	wide     []constraint.EdgeStart  // up to six, before it along two axes
	across   []constraint.EdgeStart  // the side edges
	paths    []path
}

// directionContext is what the contexts of a direction are made of.
type directionContext struct {
	signContext
	d                   constraint.Direction
	near3, wide, across [][grid.MaxRank]int
	shapes              []pathShape
	paths               grid.PerBorder[[]path] // by border one step wide
}

// at returns the context for starts with the border b.
func (dc *directionContext) at(g *grid.Grid, b grid.Border) *signContext {
	sc := dc.signContext
	for i, n := range [3]int{-1, -2, 1} {
		offset := constraint.Times(dc.d.Offset, n)
		sc.along[i] = constraint.StartAt(g, b, &offset)
	}
	sc.near3 = [3]constraint.EdgeStart{sc.along[0], sc.along[0], sc.along[0]}
	for i := range dc.near3 {
		sc.near3[i+1] = constraint.StartAt(g, b, &dc.near3[i])
	}
	for i := range dc.wide {
		sc.wide = append(sc.wide, constraint.StartAt(g, b, &dc.wide[i]))
	}
	for i := range dc.across {
		sc.across = append(sc.across, constraint.StartAt(g, b, &dc.across[i]))
	}
	sc.paths = *dc.paths.Of(b.Near())
	return &sc
}

// pathsAt returns the paths from starts with the border b.
func (dc *directionContext) pathsAt(g *grid.Grid, b grid.Border) *[]path {
	paths := make([]path, len(dc.shapes))
	for i, shape := range dc.shapes {
		paths[i] = path{two: len(shape.starts) == 2, outcomes: shape.outcomes}
		for k := range shape.starts {
			paths[i].steps[k] = step{shape.signs[k], constraint.StartAt(g, b, &shape.starts[k])}
		}
	}
	return &paths
}

// maxWide is the most edges of wide.
const maxWide = 6

// directionContext returns that of the k-th direction.
func (c *signCoder) directionContext(k int) *directionContext {
	d := c.Dirs[k]
	dc := &directionContext{d: d, signContext: signContext{signs: c.Signs[k], stride: d.Stride, dirClass: dirClass(k, &d), shift: constraint.SmoothShift * c.Grid.Rank}}
	for a := c.Grid.Rank - 1; a >= 0; a-- {
		back := constraint.Steps(a, -1)
		if d.Offset[a] == 0 {
			dc.across = append(dc.across, back, constraint.Steps(a, 1))
		}
		if len(dc.near3) < 2 && (d.Offset[a] == 0 || d.Nonzero > 1) {
			dc.near3 = append(dc.near3, back)
		}
		for b := a + 1; b < c.Grid.Rank; b++ {
			dc.wide = append(dc.wide, constraint.Sum(back, constraint.Steps(b, -1)), constraint.Sum(back, constraint.Steps(b, 1)))
		}
	}
	dc.wide = dc.wide[:min(len(dc.wide), maxWide)]
	dc.shapes = append(c.squares(k), c.triangles(k)...)
	dc.paths.Make = func(b grid.Border) *[]path { return dc.pathsAt(&c.Grid, b) }
	return dc
}

// dirClass returns the class of the k-th direction, by which contexts differ.
func dirClass(k int, d *constraint.Direction) int {
	switch d.Nonzero {
	case 1:
		return min(k, 4)
	case 2:
		for _, n := range d.Offset {
			if n < 0 {
				return 6
			}
		}
		return 5
	}
	return 7
}
