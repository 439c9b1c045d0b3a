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
	paths               grid.Bordered[[]path] // by border one step wide
}

// at returns the context for starts with the border b.
func (p *directionContext) at(g *grid.Grid, b grid.Border) *signContext {
	c := p.signContext
	for i, n := range [3]int{-1, -2, 1} {
		by := constraint.Times(p.d.Offset, n)
		c.along[i] = constraint.StartAt(g, b, &by)
	}
	c.near3 = [3]constraint.EdgeStart{c.along[0], c.along[0], c.along[0]}
	for i := range p.near3 {
		c.near3[i+1] = constraint.StartAt(g, b, &p.near3[i])
	}
	for i := range p.wide {
		c.wide = append(c.wide, constraint.StartAt(g, b, &p.wide[i]))
	}
	for i := range p.across {
		c.across = append(c.across, constraint.StartAt(g, b, &p.across[i]))
	}
	c.paths = *p.paths.Of(b.Near())
	return &c
}

// pathsAt returns the paths from starts with the border b.
func (p *directionContext) pathsAt(g *grid.Grid, b grid.Border) *[]path {
	paths := make([]path, len(p.shapes))
	for i, shape := range p.shapes {
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
	p := &directionContext{d: d, signContext: signContext{signs: c.Signs[k], stride: d.Stride, dirClass: dirClass(k, &d), shift: constraint.SmoothShift * c.Grid.Rank}}
	for a := c.Grid.Rank - 1; a >= 0; a-- {
		back := constraint.Steps(a, -1)
		if d.Offset[a] == 0 {
			p.across = append(p.across, back, constraint.Steps(a, 1))
		}
		if len(p.near3) < 2 && (d.Offset[a] == 0 || d.Nonzero > 1) {
			p.near3 = append(p.near3, back)
		}
		for b := a + 1; b < c.Grid.Rank; b++ {
			p.wide = append(p.wide, constraint.Sum(back, constraint.Steps(b, -1)), constraint.Sum(back, constraint.Steps(b, 1)))
		}
	}
	p.wide = p.wide[:min(len(p.wide), maxWide)]
	p.shapes = append(c.squares(k), c.triangles(k)...)
	p.paths.Make = func(b grid.Border) *[]path { return p.pathsAt(&c.Grid, b) }
	return p
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
