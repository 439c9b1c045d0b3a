package codec

import "slices"

// A look goes from the start of an edge to that of another one. Where that is
// beyond the ends of the chunk, it goes to the last of the signs, which is none.
type look struct {
	by       [maxRank]int
	at, mask int
}

func (l *look) from(p int) int { return p&l.mask + l.at }

// aim sets the look for starts with the given border.
func (l *look) aim(g *grid, b border) {
	l.at, l.mask = g.size, 0
	if g.has(b, &l.by) {
		l.at, l.mask = g.index(&l.by), -1
	}
}

// step is one edge of a path, walked backwards or not.
type step struct {
	look
	sign []uint8 // of its direction
	flip bool    // walked backwards
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

// template lists what the contexts of a direction look at.
type template struct {
	signs  []uint8 // of the direction
	off    int
	class  int
	shift  int     // scales the smooth field
	ends   [3]look // the edges of the same direction behind this one, the second one behind it, and before it
	before [3]look // the first of those, and some beside this one
	wide   []look  // more of them, diagonally before
	across []look  // those at both sides of this one
	paths  []path
}

// aimed returns the template for starts with the given border.
func (t *template) aimed(g *grid, b border) *template {
	c := *t
	c.wide, c.across, c.paths = slices.Clone(t.wide), slices.Clone(t.across), slices.Clone(t.paths)
	for _, looks := range [][]look{c.ends[:], c.before[:], c.wide, c.across} {
		for i := range looks {
			looks[i].aim(g, b)
		}
	}
	for i := range c.paths {
		for k := range c.paths[i].steps {
			c.paths[i].steps[k].aim(g, b)
		}
	}
	return &c
}

// maxWide is the number of edges that a template's wide part takes at most.
const maxWide = 6

func (c *signCoder) template(k int) *template {
	d := c.dirs[k]
	t := &template{signs: c.sign[k], off: d.off, class: d.class(k), shift: smoothShift * c.grid.rank}
	t.ends = [3]look{{by: times(d.by, -1)}, {by: times(d.by, -2)}, {by: d.by}}
	t.before = [3]look{t.ends[0], t.ends[0], t.ends[0]}
	n := 1
	for a := c.grid.rank - 1; a >= 0; a-- {
		if d.by[a] == 0 {
			t.across = append(t.across, look{by: toward(a, -1)}, look{by: toward(a, 1)})
		}
		if n < len(t.before) && (d.by[a] == 0 || d.axes > 1) {
			t.before[n] = look{by: toward(a, -1)}
			n++
		}
		for b := a + 1; b < c.grid.rank; b++ {
			back := toward(a, -1)
			t.wide = append(t.wide, look{by: plus(back, toward(b, -1))}, look{by: plus(back, toward(b, 1))})
		}
	}
	t.wide = t.wide[:min(len(t.wide), maxWide)]
	t.paths = append(c.squares(k), c.triangles(k)...)
	return t
}

// toward returns the offset of n steps along an axis.
func toward(axis, n int) (by [maxRank]int) {
	by[axis] = n
	return by
}

func plus(a, b [maxRank]int) [maxRank]int {
	for i, v := range b {
		a[i] += v
	}
	return a
}

func times(a [maxRank]int, n int) [maxRank]int {
	for i := range a {
		a[i] *= n
	}
	return a
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

func newStep(sign []uint8, by [maxRank]int, flip bool) step {
	return step{look: look{by: by}, sign: sign, flip: flip}
}

// squares lists the ways around an axis edge by the other edges of the unit
// squares it belongs to.
func (c *signCoder) squares(k int) []path {
	if c.dirs[k].axes > 1 {
		return nil
	}
	var list []path
	own, d := c.sign[k], c.dirs[k].by
	for b := range c.grid.rank {
		if b == k {
			continue
		}
		back, other := toward(b, -1), c.sign[b]
		list = append(list,
			walk(newStep(other, back, true), newStep(own, back, false), newStep(other, plus(d, back), false)),
			walk(newStep(other, [maxRank]int{}, false), newStep(own, toward(b, 1), false), newStep(other, d, true)))
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
			first, second := newStep(c.sign[i], [maxRank]int{}, false), newStep(c.sign[j], times(u.by, turn), false)
			if turn < 0 {
				first = newStep(c.sign[i], times(u.by, -1), true)
			}
			if back {
				second.by, second.flip = d.by, true
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
		raw := a.sign[a.from(p)]&signMask<<2 | b.sign[b.from(p)]&signMask
		if !w.two {
			raw = raw<<2 | c.sign[c.from(p)]&signMask
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
