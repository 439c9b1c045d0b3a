package coder

import (
	"slices"

	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/keep/constraint"
)

// step is one edge of a path.
type step struct {
	signs []uint8 // of its direction
	constraint.EdgeStart
}

// path leads from the start of an edge to its end along two or three other edges.
type path struct {
	steps    [3]step
	two      bool         // steps, else three
	outcomes *[64]outcome // by the steps' signs, 2 bits each
}

// pathShape is a path from anywhere: of each step the signs of its direction and
// the offset to the start of its edge.
type pathShape struct {
	signs    [][]uint8
	starts   [][grid.MaxRank]int
	outcomes *[64]outcome
}

// outcome is what the signs along a path tell: the sign of the edge, Unknown for
// nothing, and as context the signs as the path goes, 2 bits each.
type outcome struct{ sign, signs uint8 }

// newPathShape returns the path along the given edges.
func newPathShape(steps ...pathEdge) pathShape {
	shape := pathShape{outcomes: new([64]outcome)}
	for _, s := range steps {
		shape.signs, shape.starts = append(shape.signs, s.signs), append(shape.starts, s.start)
	}
	for raw := range shape.outcomes {
		seen := uint8(0) // bit s: a step of sign s
		digits := uint8(0)
		for i, s := range steps {
			v := uint8(raw>>(2*(len(steps)-1-i))) & constraint.SignMask
			if v != constraint.Unknown && s.backward {
				v = 2 - v
			}
			seen |= 1 << v
			digits = digits<<2 | v
		}
		told := outcome{constraint.Unknown, digits}
		switch seen {
		case 1 << constraint.Tied:
			told.sign = constraint.Tied
		case 1 << constraint.Rising, 1<<constraint.Rising | 1<<constraint.Tied:
			told.sign = constraint.Rising
		case 1 << constraint.Falling, 1<<constraint.Falling | 1<<constraint.Tied:
			told.sign = constraint.Falling
		}
		shape.outcomes[raw] = told
	}
	return shape
}

// pathEdge is an edge by its direction's signs and the offset to its start.
type pathEdge struct {
	signs    []uint8
	start    [grid.MaxRank]int
	backward bool // followed from its end to its start
}

// squares lists the paths around an edge along an axis by the other edges of the unit
// squares that it belongs to.
func (c *signCoder) squares(k int) []pathShape {
	if c.Dirs[k].Nonzero > 1 {
		return nil
	}
	var list []pathShape
	own, d := c.Signs[k], c.Dirs[k].Offset
	for b := range c.Grid.Rank {
		if b == k {
			continue
		}
		back, other := constraint.Steps(b, -1), c.Signs[b]
		list = append(list,
			newPathShape(pathEdge{other, back, true}, pathEdge{own, back, false}, pathEdge{other, constraint.Sum(d, back), false}),
			newPathShape(pathEdge{other, [grid.MaxRank]int{}, false}, pathEdge{own, constraint.Steps(b, 1), false}, pathEdge{other, d, true}))
	}
	return list
}

// triangles lists the paths of two edges, those of earlier directions first.
func (c *signCoder) triangles(k int) []pathShape {
	if len(c.Dirs) == c.Grid.Rank {
		return nil // axes make none
	}
	type ranked struct {
		pathShape
		rank int
	}
	var list []ranked
	d := c.Dirs[k]
	for i, u := range c.Dirs {
		for _, turn := range [2]int{1, -1} {
			j, back := c.directionOf(constraint.Sum(d.Offset, constraint.Times(u.Offset, -turn)))
			if j < 0 {
				continue
			}
			first, second := pathEdge{signs: c.Signs[i]}, pathEdge{c.Signs[j], constraint.Times(u.Offset, turn), back}
			if turn < 0 {
				first.start, first.backward = constraint.Times(u.Offset, -1), true
			}
			if back {
				second.start = d.Offset
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

// directionOf returns the number of the direction with an offset, or of the
// opposite one, and −1 if there is neither.
func (c *signCoder) directionOf(offset [grid.MaxRank]int) (k int, back bool) {
	var opposite [grid.MaxRank]int
	for a, v := range offset {
		opposite[a] = -v
	}
	for k, d := range c.Dirs {
		switch d.Offset {
		case offset:
			return k, false
		case opposite:
			return k, true
		}
	}
	return -1, false
}

// implied returns what known signs tell about the edge from p by transitivity,
// Unknown for nothing, and then the signs along its first four paths as context.
func (sc *signContext) implied(p int) (sign uint8, along uint32) {
	for i := range sc.paths {
		path := &sc.paths[i]
		a, b, c := &path.steps[0], &path.steps[1], &path.steps[2]
		raw := a.signs[a.From(p)]&constraint.SignMask<<2 | b.signs[b.From(p)]&constraint.SignMask
		if !path.two {
			raw = raw<<2 | c.signs[c.From(p)]&constraint.SignMask
		}
		told := path.outcomes[raw&63]
		if told.sign != constraint.Unknown {
			return told.sign, 0
		}
		if i < 4 {
			along = along<<6 | uint32(told.signs)
		}
	}
	return constraint.Unknown, along
}
