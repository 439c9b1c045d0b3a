package codec

import "slices"

// step is one edge of a path, seen from the start of the edge that it goes
// round: that of a direction, at an offset, walked backwards or not.
type step struct {
	sign []uint8
	at   int
	flip uint8 // 2 for backwards: the sign is flip − sign
}

// path leads from the start of an edge to its end.
type path []step

// template lists what the contexts of a direction look at, as offsets from
// the start of an edge.
type template struct {
	class  int
	before [3]int // edges of the same direction: behind this one, and beside it
	wide   []int  // more of them, diagonally before
	across []int  // axes to both sides
	paths  []path
}

// maxWide is the number of edges that a template's wide part takes at most.
const maxWide = 6

func (c *signCoder) template(k int) *template {
	d := c.dirs[k]
	t := &template{class: d.class(k), before: [3]int{-d.off, -d.off, -d.off}}
	n := 1
	for a := c.grid.rank - 1; a >= 0; a-- {
		if d.by[a] == 0 {
			t.across = append(t.across, c.stride[a])
		}
		if n < len(t.before) && (d.by[a] == 0 || d.axes > 1) {
			t.before[n] = -c.stride[a]
			n++
		}
		for b := a + 1; b < c.grid.rank; b++ {
			t.wide = append(t.wide, -c.stride[a]-c.stride[b], -c.stride[a]+c.stride[b])
		}
	}
	t.wide = t.wide[:min(len(t.wide), maxWide)]
	t.paths = append(c.squares(k), c.triangles(k)...)
	return t
}

// class returns which contexts the k-th direction has.
func (d *direction) class(k int) int {
	switch d.axes {
	case 1:
		return min(k, 4)
	case 2:
		for _, b := range d.by {
			if b < 0 {
				return 6
			}
		}
		return 5
	}
	return 7
}

// squares lists the ways around an axis edge by the other edges of the unit
// squares it belongs to.
func (c *signCoder) squares(k int) []path {
	if c.dirs[k].axes > 1 {
		return nil
	}
	var list []path
	own, off := c.sign[k], c.dirs[k].off
	for b := range c.grid.rank {
		if b == k {
			continue
		}
		s, other := c.stride[b], c.sign[b]
		list = append(list,
			path{{other, -s, 2}, {own, -s, 0}, {other, off - s, 0}},
			path{{other, 0, 0}, {own, s, 0}, {other, off, 2}})
	}
	return list
}

// triangles lists the ways of two edges, of earlier directions first.
func (c *signCoder) triangles(k int) []path {
	if len(c.dirs) == c.grid.rank {
		return nil // axes make none
	}
	type way struct {
		path
		rank int
	}
	var list []way
	d := c.dirs[k]
	for i, u := range c.dirs {
		for _, turn := range [2]int{1, -1} {
			var rest [maxRank]int
			for a := range rest {
				rest[a] = d.by[a] - turn*u.by[a]
			}
			j, back := c.find(rest)
			if j < 0 {
				continue
			}
			first, second := step{c.sign[i], 0, 0}, step{c.sign[j], turn * u.off, 0}
			if turn < 0 {
				first = step{c.sign[i], -u.off, 2}
			}
			if back {
				second.at, second.flip = d.off, 2
			}
			list = append(list, way{path{first, second}, i + j})
		}
	}
	slices.SortStableFunc(list, func(a, b way) int { return a.rank - b.rank })
	paths := make([]path, len(list))
	for i, w := range list {
		paths[i] = w.path
	}
	return paths
}

// find returns the direction by, or the one opposite to it.
func (c *signCoder) find(by [maxRank]int) (k int, back bool) {
	var minus [maxRank]int
	for a, v := range by {
		minus[a] = -v
	}
	for k, d := range c.dirs {
		switch d.by {
		case by:
			return k, false
		case minus:
			return k, true
		}
	}
	return -1, false
}

// implied returns what known edges tell about the one at p by transitivity,
// noEdge for nothing, and the signs on its first paths as context.
func (t *template) implied(p int) (sign uint8, around uint32) {
	for i, way := range t.paths {
		seen := uint8(0) // bit s: a step of sign s
		digits := uint32(0)
		for _, s := range way {
			v := s.sign[p+s.at] & signMask
			if v != noEdge && s.flip != 0 {
				v = s.flip - v
			}
			seen |= 1 << v
			digits = digits<<2 | uint32(v)
		}
		if i < 4 {
			around = around<<6 | digits
		}
		switch seen {
		case 1 << tied:
			return tied, 0
		case 1 << rising, 1<<rising | 1<<tied:
			return rising, 0
		case 1 << falling, 1<<falling | 1<<tied:
			return falling, 0
		}
	}
	return noEdge, around
}
