package keep

import (
	"slices"

	"github.com/morselcodec/morsel/codec/internal/grid"
)

// A look goes from the start of an edge to that of another one. Where that is
// beyond the ends of the chunk, it goes to the last of the signs, which is none.
type edgeStart struct{ offset, mask int }

func (l *edgeStart) from(p int) int { return p&l.mask + l.offset }

// startAt returns the look at an offset from values with the given border.
func startAt(g *grid.Grid, b grid.Border, by *[grid.MaxRank]int) edgeStart {
	if g.Has(b, by) {
		return edgeStart{g.Index(by), -1}
	}
	return edgeStart{g.Size, 0}
}

// step is one edge of a path.
type step struct {
	signs []uint8 // of its direction
	edgeStart
}

// path leads from the start of an edge to its end, in two steps or three.
type path struct {
	steps    [3]step
	two      bool
	outcomes *[64]outcome // by the steps' signs, 2 bits each
}

// pathShape is a path from anywhere: for each step the direction, the offset to its start
// and whether it is walked backwards.
type pathShape struct {
	signs    [][]uint8
	starts   [][grid.MaxRank]int
	outcomes *[64]outcome
}

// outcome is what the signs along a path tell: the sign of the edge, unknown for
// nothing, and the signs as the path goes, 2 bits each.
type outcome struct{ sign, signs uint8 }

func newPathShape(steps ...pathEdge) pathShape {
	shape := pathShape{outcomes: new([64]outcome)}
	for _, s := range steps {
		shape.signs, shape.starts = append(shape.signs, s.signs), append(shape.starts, s.start)
	}
	for raw := range shape.outcomes {
		seen := uint8(0) // bit s: a step of sign s
		digits := uint8(0)
		for i, s := range steps {
			v := uint8(raw>>(2*(len(steps)-1-i))) & signMask
			if v != unknown && s.backward {
				v = 2 - v
			}
			seen |= 1 << v
			digits = digits<<2 | v
		}
		told := outcome{unknown, digits}
		switch seen {
		case 1 << tied:
			told.sign = tied
		case 1 << rising, 1<<rising | 1<<tied:
			told.sign = rising
		case 1 << falling, 1<<falling | 1<<tied:
			told.sign = falling
		}
		shape.outcomes[raw] = told
	}
	return shape
}

// pathEdge is an edge by its direction's signs and the offset to its start.
type pathEdge struct {
	signs    []uint8
	start    [grid.MaxRank]int
	backward bool // walked backwards
}

// signContext lists what the contexts of a direction look at, from values that have
// the same border.
type signContext struct {
	signs    []uint8 // of the direction
	stride   int
	dirClass int
	shift    int          // scales the smooth field
	along    [3]edgeStart // the edges of the same direction behind this one, the second one behind it, and before it
	near3    [3]edgeStart // the first of those, and some beside this one
	wide     []edgeStart  // more of them, diagonally before
	across   []edgeStart  // those at both sides of this one
	paths    []path
}

// directionContext is what templates of a direction are made from.
type directionContext struct {
	signContext
	d                   direction
	near3, wide, across [][grid.MaxRank]int
	shapes              []pathShape
	paths               grid.Bordered[[]path] // which look one step far
}

// at returns the template of values with the given border.
func (p *directionContext) at(g *grid.Grid, b grid.Border) *signContext {
	c := p.signContext
	for i, n := range [3]int{-1, -2, 1} {
		by := times(p.d.offset, n)
		c.along[i] = startAt(g, b, &by)
	}
	c.near3 = [3]edgeStart{c.along[0], c.along[0], c.along[0]}
	for i := range p.near3 {
		c.near3[i+1] = startAt(g, b, &p.near3[i])
	}
	for i := range p.wide {
		c.wide = append(c.wide, startAt(g, b, &p.wide[i]))
	}
	for i := range p.across {
		c.across = append(c.across, startAt(g, b, &p.across[i]))
	}
	c.paths = *p.paths.Of(b.Near())
	return &c
}

// pathsAt returns the paths from values with the given border.
func (p *directionContext) pathsAt(g *grid.Grid, b grid.Border) *[]path {
	paths := make([]path, len(p.shapes))
	for i, shape := range p.shapes {
		paths[i] = path{two: len(shape.starts) == 2, outcomes: shape.outcomes}
		for k := range shape.starts {
			paths[i].steps[k] = step{shape.signs[k], startAt(g, b, &shape.starts[k])}
		}
	}
	return &paths
}

// maxWide is the number of edges that a template's wide part takes at most.
const maxWide = 6

func (c *signCoder) directionContext(k int) *directionContext {
	d := c.dirs[k]
	p := &directionContext{d: d, signContext: signContext{signs: c.signs[k], stride: d.stride, dirClass: d.class(k), shift: smoothShift * c.grid.Rank}}
	for a := c.grid.Rank - 1; a >= 0; a-- {
		back := steps(a, -1)
		if d.offset[a] == 0 {
			p.across = append(p.across, back, steps(a, 1))
		}
		if len(p.near3) < 2 && (d.offset[a] == 0 || d.nonzero > 1) {
			p.near3 = append(p.near3, back)
		}
		for b := a + 1; b < c.grid.Rank; b++ {
			p.wide = append(p.wide, sum(back, steps(b, -1)), sum(back, steps(b, 1)))
		}
	}
	p.wide = p.wide[:min(len(p.wide), maxWide)]
	p.shapes = append(c.squares(k), c.triangles(k)...)
	p.paths.Make = func(b grid.Border) *[]path { return p.pathsAt(&c.grid, b) }
	return p
}

// steps returns the offset of n steps along an axis.
func steps(axis, n int) (by [grid.MaxRank]int) {
	by[axis] = n
	return by
}

func sum(a, b [grid.MaxRank]int) [grid.MaxRank]int {
	for i, v := range b {
		a[i] += v
	}
	return a
}

func times(a [grid.MaxRank]int, n int) [grid.MaxRank]int {
	for i := range a {
		a[i] *= n
	}
	return a
}

// class returns which contexts the k-th direction has.
func (d *direction) class(k int) int {
	switch d.nonzero {
	case 1:
		return min(k, 4)
	case 2:
		for _, b := range d.offset {
			if b < 0 {
				return 6
			}
		}
		return 5
	}
	return 7
}

// squares lists the routes around an axis edge by the other edges of the unit
// squares it belongs to.
func (c *signCoder) squares(k int) []pathShape {
	if c.dirs[k].nonzero > 1 {
		return nil
	}
	var list []pathShape
	own, d := c.signs[k], c.dirs[k].offset
	for b := range c.grid.Rank {
		if b == k {
			continue
		}
		back, other := steps(b, -1), c.signs[b]
		list = append(list,
			newPathShape(pathEdge{other, back, true}, pathEdge{own, back, false}, pathEdge{other, sum(d, back), false}),
			newPathShape(pathEdge{other, [grid.MaxRank]int{}, false}, pathEdge{own, steps(b, 1), false}, pathEdge{other, d, true}))
	}
	return list
}

// triangles lists the routes of two edges, of earlier directions first.
func (c *signCoder) triangles(k int) []pathShape {
	if len(c.dirs) == c.grid.Rank {
		return nil // axes make none
	}
	type ranked struct {
		pathShape
		rank int
	}
	var list []ranked
	d := c.dirs[k]
	for i, u := range c.dirs {
		for _, turn := range [2]int{1, -1} {
			j, back := c.directionOf(sum(d.offset, times(u.offset, -turn)))
			if j < 0 {
				continue
			}
			first, second := pathEdge{signs: c.signs[i]}, pathEdge{c.signs[j], times(u.offset, turn), back}
			if turn < 0 {
				first.start, first.backward = times(u.offset, -1), true
			}
			if back {
				second.start = d.offset
			}
			list = append(list, ranked{newPathShape(first, second), i + j})
		}
	}
	slices.SortStableFunc(list, func(a, b ranked) int { return a.rank - b.rank })
	routes := make([]pathShape, len(list))
	for i, s := range list {
		routes[i] = s.pathShape
	}
	return routes
}

// directionOf returns the direction by, or the one opposite to it.
func (c *signCoder) directionOf(by [grid.MaxRank]int) (k int, back bool) {
	var minus [grid.MaxRank]int
	for a, v := range by {
		minus[a] = -v
	}
	for k, d := range c.dirs {
		switch d.offset {
		case by:
			return k, false
		case minus:
			return k, true
		}
	}
	return -1, false
}

// implied returns what known edges tell about the one at p by transitivity,
// unknown for nothing, and the signs on its first paths as context.
func (t *signContext) implied(p int) (sign uint8, along uint32) {
	for i := range t.paths {
		path := &t.paths[i]
		a, b, c := &path.steps[0], &path.steps[1], &path.steps[2]
		raw := a.signs[a.from(p)]&signMask<<2 | b.signs[b.from(p)]&signMask
		if !path.two {
			raw = raw<<2 | c.signs[c.from(p)]&signMask
		}
		told := path.outcomes[raw&63]
		if told.sign != unknown {
			return told.sign, 0
		}
		if i < 4 {
			along = along<<6 | uint32(told.signs)
		}
	}
	return unknown, along
}
