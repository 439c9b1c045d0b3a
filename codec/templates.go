package codec

import "slices"

// step is one edge of a path, seen from the start of the edge that it goes
// round: that of a direction, at an offset, walked backwards or not.
type step struct {
	sign []uint8
	at   int
	flip bool // walked backwards
}

// path leads from the start of an edge to its end, in two steps or three.
type path struct {
	steps    [3]step
	two      bool
	outcomes *[64]outcome // by the steps' signs, 2 bits each
}

// outcome is what the signs along a path tell: the sign of the edge, noEdge for
// nothing, and the signs as the path goes, 2 bits each.
type outcome struct{ sign, digits uint8 }

// walk makes a path.
func walk(steps ...step) path {
	w := path{two: len(steps) == 2, outcomes: new([64]outcome)}
	copy(w.steps[:], steps)
	for raw := range w.outcomes {
		seen := uint8(0) // bit s: a step of sign s
		digits := uint8(0)
		for i, s := range steps {
			v := uint8(raw>>(2*(len(steps)-1-i))) & signMask
			if v != noEdge && s.flip {
				v = 2 - v
			}
			seen |= 1 << v
			digits = digits<<2 | v
		}
		o := outcome{noEdge, digits}
		switch seen {
		case 1 << tied:
			o.sign = tied
		case 1 << rising, 1<<rising | 1<<tied:
			o.sign = rising
		case 1 << falling, 1<<falling | 1<<tied:
			o.sign = falling
		}
		w.outcomes[raw] = o
	}
	return w
}

// template lists what the contexts of a direction look at, as offsets from
// the start of an edge.
type template struct {
	signs  []uint8 // of the direction
	off    int
	class  int
	shift  int    // scales the smooth field
	before [3]int // edges of the same direction: behind this one, and beside it
	wide   []int  // more of them, diagonally before
	across []int  // axes to both sides
	paths  []path
}

// maxWide is the number of edges that a template's wide part takes at most.
const maxWide = 6

func (c *signCoder) template(k int) *template {
	d := c.dirs[k]
	t := &template{signs: c.sign[k], off: d.off, class: d.class(k), shift: smoothShift * c.grid.rank, before: [3]int{-d.off, -d.off, -d.off}}
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
			walk(step{other, -s, true}, step{own, -s, false}, step{other, off - s, false}),
			walk(step{other, 0, false}, step{own, s, false}, step{other, off, true}))
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
			first, second := step{c.sign[i], 0, false}, step{c.sign[j], turn * u.off, false}
			if turn < 0 {
				first = step{c.sign[i], -u.off, true}
			}
			if back {
				second.at, second.flip = d.off, true
			}
			list = append(list, way{walk(first, second), i + j})
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
	for i := range t.paths {
		w := &t.paths[i]
		a, b, c := &w.steps[0], &w.steps[1], &w.steps[2]
		raw := a.sign[p+a.at]&signMask<<2 | b.sign[p+b.at]&signMask
		if !w.two {
			raw = raw<<2 | c.sign[p+c.at]&signMask
		}
		o := w.outcomes[raw&63]
		if o.sign != noEdge {
			return o.sign, 0
		}
		if i < 4 {
			around = around<<6 | uint32(o.digits)
		}
	}
	return noEdge, around
}
