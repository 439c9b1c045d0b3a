package keep

import (
	"slices"

	"github.com/morselcodec/morsel/codec/internal/grid"
)

// A look goes from the start of an edge to that of another one. Where that is
// beyond the ends of the chunk, it goes to the last of the signs, which is none.
type look struct{ at, mask int }

func (l *look) from(p int) int { return p&l.mask + l.at }

// lookFrom returns the look at an offset from values with the given border.
func lookFrom(g *grid.Grid, b grid.Border, by *[grid.MaxRank]int) look {
	if g.Has(b, by) {
		return look{g.Index(by), -1}
	}
	return look{g.Size, 0}
}

// step is one edge of a path.
type step struct {
	sign []uint8 // of its direction
	look
}

// path leads from the start of an edge to its end, in two steps or three.
type path struct {
	steps    [3]step
	two      bool
	outcomes *[64]outcome // by the steps' signs, 2 bits each
}

// route is a path from anywhere: for each step the direction, the offset to its start
// and whether it is walked backwards.
type route struct {
	sign     [][]uint8
	by       [][grid.MaxRank]int
	outcomes *[64]outcome
}

// outcome is what the signs along a path tell: the sign of the edge, noEdge for
// nothing, and the signs as the path goes, 2 bits each.
type outcome struct{ sign, digits uint8 }

func newRoute(steps ...edgeOf) route {
	w := route{outcomes: new([64]outcome)}
	for _, s := range steps {
		w.sign, w.by = append(w.sign, s.sign), append(w.by, s.by)
	}
	for raw := range w.outcomes {
		seen := uint8(0) // bit s: a step of sign s
		digits := uint8(0)
		for i, s := range steps {
			v := uint8(raw>>(2*(len(steps)-1-i))) & signMask
			if v != noEdge && s.back {
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

// edgeOf is an edge by its direction's signs and the offset to its start.
type edgeOf struct {
	sign []uint8
	by   [grid.MaxRank]int
	back bool // walked backwards
}

// template lists what the contexts of a direction look at, from values that have
// the same border.
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

// plan is what templates of a direction are made from.
type plan struct {
	template
	d                    direction
	before, wide, across [][grid.MaxRank]int
	routes               []route
	paths                grid.Bordered[[]path] // which look one step far
}

// aim returns the template of values with the given border.
func (p *plan) aim(g *grid.Grid, b grid.Border) *template {
	t := p.template
	for i, n := range [3]int{-1, -2, 1} {
		by := times(p.d.by, n)
		t.ends[i] = lookFrom(g, b, &by)
	}
	t.before = [3]look{t.ends[0], t.ends[0], t.ends[0]}
	for i := range p.before {
		t.before[i+1] = lookFrom(g, b, &p.before[i])
	}
	for i := range p.wide {
		t.wide = append(t.wide, lookFrom(g, b, &p.wide[i]))
	}
	for i := range p.across {
		t.across = append(t.across, lookFrom(g, b, &p.across[i]))
	}
	t.paths = *p.paths.Of(b.Near())
	return &t
}

// lead returns the paths from values with the given border.
func (p *plan) lead(g *grid.Grid, b grid.Border) *[]path {
	paths := make([]path, len(p.routes))
	for i, w := range p.routes {
		paths[i] = path{two: len(w.by) == 2, outcomes: w.outcomes}
		for k := range w.by {
			paths[i].steps[k] = step{w.sign[k], lookFrom(g, b, &w.by[k])}
		}
	}
	return &paths
}

// maxWide is the number of edges that a template's wide part takes at most.
const maxWide = 6

func (c *signCoder) plan(k int) *plan {
	d := c.dirs[k]
	p := &plan{d: d, template: template{signs: c.sign[k], off: d.off, class: d.class(k), shift: smoothShift * c.grid.Rank}}
	for a := c.grid.Rank - 1; a >= 0; a-- {
		back := toward(a, -1)
		if d.by[a] == 0 {
			p.across = append(p.across, back, toward(a, 1))
		}
		if len(p.before) < 2 && (d.by[a] == 0 || d.axes > 1) {
			p.before = append(p.before, back)
		}
		for b := a + 1; b < c.grid.Rank; b++ {
			p.wide = append(p.wide, plus(back, toward(b, -1)), plus(back, toward(b, 1)))
		}
	}
	p.wide = p.wide[:min(len(p.wide), maxWide)]
	p.routes = append(c.squares(k), c.triangles(k)...)
	p.paths.Make = func(b grid.Border) *[]path { return p.lead(&c.grid, b) }
	return p
}

// toward returns the offset of n steps along an axis.
func toward(axis, n int) (by [grid.MaxRank]int) {
	by[axis] = n
	return by
}

func plus(a, b [grid.MaxRank]int) [grid.MaxRank]int {
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

// squares lists the routes around an axis edge by the other edges of the unit
// squares it belongs to.
func (c *signCoder) squares(k int) []route {
	if c.dirs[k].axes > 1 {
		return nil
	}
	var list []route
	own, d := c.sign[k], c.dirs[k].by
	for b := range c.grid.Rank {
		if b == k {
			continue
		}
		back, other := toward(b, -1), c.sign[b]
		list = append(list,
			newRoute(edgeOf{other, back, true}, edgeOf{own, back, false}, edgeOf{other, plus(d, back), false}),
			newRoute(edgeOf{other, [grid.MaxRank]int{}, false}, edgeOf{own, toward(b, 1), false}, edgeOf{other, d, true}))
	}
	return list
}

// triangles lists the routes of two edges, of earlier directions first.
func (c *signCoder) triangles(k int) []route {
	if len(c.dirs) == c.grid.Rank {
		return nil // axes make none
	}
	type ranked struct {
		route
		rank int
	}
	var list []ranked
	d := c.dirs[k]
	for i, u := range c.dirs {
		for _, turn := range [2]int{1, -1} {
			j, back := c.find(plus(d.by, times(u.by, -turn)))
			if j < 0 {
				continue
			}
			first, second := edgeOf{sign: c.sign[i]}, edgeOf{c.sign[j], times(u.by, turn), back}
			if turn < 0 {
				first.by, first.back = times(u.by, -1), true
			}
			if back {
				second.by = d.by
			}
			list = append(list, ranked{newRoute(first, second), i + j})
		}
	}
	slices.SortStableFunc(list, func(a, b ranked) int { return a.rank - b.rank })
	routes := make([]route, len(list))
	for i, w := range list {
		routes[i] = w.route
	}
	return routes
}

// find returns the direction by, or the one opposite to it.
func (c *signCoder) find(by [grid.MaxRank]int) (k int, back bool) {
	var minus [grid.MaxRank]int
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
