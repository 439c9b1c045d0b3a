package keep

import (
	"slices"

	"github.com/morselcodec/morsel/codec/internal/grid"
)

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
