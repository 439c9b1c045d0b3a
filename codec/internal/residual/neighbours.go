package residual

import "github.com/morselcodec/morsel/codec/internal/grid"

// A neighbourhood keeps the magnitudes of the bins coded so far and sums those
// around the points of a line, the contexts of the residual's coders.
type neighbourhood struct {
	grid *grid.Grid
	mags []uint8 // magnitude of each point's bin
	sign []uint8 // its sign: 0 for bin 0, 1 below, 2 above; nil if nobody asks
	near [groups][]offset
	pass *grid.Pass // that near is for
	sums [groups][]uint16
}

// Groups of neighbours whose magnitudes are summed.
const (
	coarse = iota // ±half along the axis
	cross         // the same, moved by ±1 step along the last other axis
	above         // one step before along axes but the last, in this pass
	diag          // one step before along the last axis but one, ±1 along the last
	groups
)

// offset is a neighbour's place relative to a point, in coordinates.
type offset struct {
	by    [grid.MaxRank]int
	index int // the same as an index distance
}

const (
	maxMagnitude = 127
	maxNear      = grid.MaxRank // more than any group has
)

func newNeighbourhood(g *grid.Grid, want ...int) *neighbourhood {
	n := &neighbourhood{grid: g, mags: make([]uint8, g.Size)}
	for _, group := range want {
		n.sums[group] = make([]uint16, g.LongestLine())
	}
	return n
}

// enter sums the neighbours of the points of l.
func (n *neighbourhood) enter(l *grid.Line) {
	if l.Pass != n.pass {
		n.list(l.Pass)
	}
	for g, sums := range n.sums {
		if sums != nil {
			n.sum(l, sums[:l.N], n.near[g])
		}
	}
}

// sum sets dst to the sums of one group.
func (n *neighbourhood) sum(l *grid.Line, dst []uint16, near []offset) {
	var whole, part [maxNear]*offset // that exist for all points, and for some
	wholes, parts := 0, 0
	for i := range near {
		o := &near[i]
		if !n.grid.On(l, &o.by) {
			continue
		}
		if from, to := n.grid.Span(l, o.by[n.grid.Rank-1]); from == 0 && to == l.N {
			whole[wholes] = o
			wholes++
		} else {
			part[parts] = o
			parts++
		}
	}
	m, at := n.mags, l.Start
	switch {
	case wholes >= 4:
		a, b, c, d := whole[0].index, whole[1].index, whole[2].index, whole[3].index
		for i := range dst {
			dst[i] = uint16(m[at+a]) + uint16(m[at+b]) + uint16(m[at+c]) + uint16(m[at+d])
			at += l.Inc
		}
		wholes -= 4
		copy(whole[:], whole[4:])
	case wholes >= 2:
		a, b := whole[0].index, whole[1].index
		for i := range dst {
			dst[i] = uint16(m[at+a]) + uint16(m[at+b])
			at += l.Inc
		}
		wholes -= 2
		copy(whole[:], whole[2:])
	default:
		clear(dst)
	}
	for ; wholes >= 2; wholes -= 2 {
		a, b := whole[wholes-1].index, whole[wholes-2].index
		at := l.Start
		for i := range dst {
			dst[i] += uint16(m[at+a]) + uint16(m[at+b])
			at += l.Inc
		}
	}
	if wholes > 0 {
		part[parts] = whole[0]
		parts++
	}
	for _, o := range part[:parts] {
		from, to := n.grid.Span(l, o.by[n.grid.Rank-1])
		at := l.Start + from*l.Inc + o.index
		for i := from; i < to; i++ {
			dst[i] += uint16(m[at])
			at += l.Inc
		}
	}
}

// list sets near for a pass.
func (n *neighbourhood) list(p *grid.Pass) {
	n.pass = p
	for g := range n.near {
		n.near[g] = n.near[g][:0]
	}
	if p.Half == 0 {
		return // the origin has no neighbours
	}
	add := func(group int, by [grid.MaxRank]int) {
		o := offset{by: by}
		for a := range n.grid.Rank {
			o.index += by[a] * n.grid.Stride[a]
		}
		n.near[group] = append(n.near[group], o)
	}
	inner := n.grid.Rank - 1
	side := inner
	if p.Axis == inner {
		side--
	}
	var by [grid.MaxRank]int
	for _, half := range [2]int{-p.Half, p.Half} {
		by[p.Axis] = half
		add(coarse, by)
		for t := -1; side >= 0 && t <= 1; t += 2 {
			by[side] = t * p.Step[side]
			add(cross, by)
			by[side] = 0
		}
		by[p.Axis] = 0
	}
	for a := range inner {
		by[a] = -p.Step[a]
		add(above, by)
		for t := -1; a == inner-1 && t <= 1; t += 2 {
			by[inner] = t * p.Step[inner]
			add(diag, by)
			by[inner] = 0
		}
		by[a] = 0
	}
}

// keep remembers the bin of the point at index at, and returns its magnitude.
func (n *neighbourhood) keep(at int, q int64) uint8 {
	switch {
	case q == 0:
		return 0
	case q < 0:
		n.sign[at] = 1
		q = max(q, -maxMagnitude)
		n.mags[at] = uint8(-q)
	default:
		n.sign[at] = 2
		n.mags[at] = uint8(min(q, maxMagnitude))
	}
	return n.mags[at]
}
