package codec

// A neighbourhood keeps the magnitudes of the bins coded so far and sums those
// around the points of a line, the contexts of the residual's coders.
type neighbourhood struct {
	grid *grid
	mags []uint8 // magnitude of each point's bin
	sign []uint8 // its sign: 0 for bin 0, 1 below, 2 above; nil if nobody asks
	near [groups][]offset
	pass *pass // that near is for
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
	by    [maxRank]int
	index int // the same as an index distance
}

const (
	maxMagnitude = 127
	maxNear      = maxRank // more than any group has
)

func newNeighbourhood(g *grid, want ...int) *neighbourhood {
	n := &neighbourhood{grid: g, mags: make([]uint8, g.size)}
	for _, group := range want {
		n.sums[group] = make([]uint16, g.longestLine())
	}
	return n
}

// enter sums the neighbours of the points of l.
func (n *neighbourhood) enter(l *line) {
	if l.pass != n.pass {
		n.list(l.pass)
	}
	for g, sums := range n.sums {
		if sums != nil {
			n.sum(l, sums[:l.n], n.near[g])
		}
	}
}

// sum sets dst to the sums of one group.
func (n *neighbourhood) sum(l *line, dst []uint16, near []offset) {
	var whole, part [maxNear]*offset // that exist for all points, and for some
	wholes, parts := 0, 0
	for i := range near {
		o := &near[i]
		if !n.grid.on(l, &o.by) {
			continue
		}
		if from, to := n.grid.span(l, o.by[n.grid.rank-1]); from == 0 && to == l.n {
			whole[wholes] = o
			wholes++
		} else {
			part[parts] = o
			parts++
		}
	}
	m, at := n.mags, l.start
	switch {
	case wholes >= 4:
		a, b, c, d := whole[0].index, whole[1].index, whole[2].index, whole[3].index
		for i := range dst {
			dst[i] = uint16(m[at+a]) + uint16(m[at+b]) + uint16(m[at+c]) + uint16(m[at+d])
			at += l.inc
		}
		wholes -= 4
		copy(whole[:], whole[4:])
	case wholes >= 2:
		a, b := whole[0].index, whole[1].index
		for i := range dst {
			dst[i] = uint16(m[at+a]) + uint16(m[at+b])
			at += l.inc
		}
		wholes -= 2
		copy(whole[:], whole[2:])
	default:
		clear(dst)
	}
	for ; wholes >= 2; wholes -= 2 {
		a, b := whole[wholes-1].index, whole[wholes-2].index
		at := l.start
		for i := range dst {
			dst[i] += uint16(m[at+a]) + uint16(m[at+b])
			at += l.inc
		}
	}
	if wholes > 0 {
		part[parts] = whole[0]
		parts++
	}
	for _, o := range part[:parts] {
		from, to := n.grid.span(l, o.by[n.grid.rank-1])
		at := l.start + from*l.inc + o.index
		for i := from; i < to; i++ {
			dst[i] += uint16(m[at])
			at += l.inc
		}
	}
}

// list sets near for a pass.
func (n *neighbourhood) list(p *pass) {
	n.pass = p
	for g := range n.near {
		n.near[g] = n.near[g][:0]
	}
	if p.half == 0 {
		return // the origin has no neighbours
	}
	add := func(group int, by [maxRank]int) {
		o := offset{by: by}
		for a := range n.grid.rank {
			o.index += by[a] * n.grid.stride[a]
		}
		n.near[group] = append(n.near[group], o)
	}
	inner := n.grid.rank - 1
	side := inner
	if p.axis == inner {
		side--
	}
	var by [maxRank]int
	for _, half := range [2]int{-p.half, p.half} {
		by[p.axis] = half
		add(coarse, by)
		for t := -1; side >= 0 && t <= 1; t += 2 {
			by[side] = t * p.step[side]
			add(cross, by)
			by[side] = 0
		}
		by[p.axis] = 0
	}
	for a := range inner {
		by[a] = -p.step[a]
		add(above, by)
		for t := -1; a == inner-1 && t <= 1; t += 2 {
			by[inner] = t * p.step[inner]
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
