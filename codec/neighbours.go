package codec

// A neighbourhood keeps the magnitudes of the bins coded so far and sums those
// around the points of a line, the contexts of the residual's coders.
type neighbourhood struct {
	grid *grid
	mags []uint8 // magnitude of each point's bin, and above it its sign
	want [groups]bool
	near []offset
	pass *pass // that near is for
	sums [groups][]uint16
}

// Groups of neighbours whose magnitudes are summed.
const (
	coarse = iota // ±half along the axis
	cross         // the same, moved by ±1 step along another axis
	above         // one step before along axes but the last, in this pass
	diag          // diagonally before, in this pass
	groups
)

// offset is a neighbour's place relative to a point, in coordinates.
type offset struct {
	group int
	by    [maxRank]int
	index int // the same as an index distance
}

const (
	magMask  = 0x7f // largest magnitude that is kept
	signFlag = 0x80 // set for negative bins
)

func newNeighbourhood(g *grid, want ...int) *neighbourhood {
	n := &neighbourhood{grid: g, mags: make([]uint8, g.size)}
	for _, group := range want {
		n.want[group] = true
		n.sums[group] = make([]uint16, g.shape[g.rank-1])
	}
	return n
}

// enter sums the neighbours of the points of l.
func (n *neighbourhood) enter(l *line) {
	if l.pass != n.pass {
		n.list(l.pass)
	}
	for _, s := range n.sums {
		if s != nil {
			clear(s[:l.n])
		}
	}
	for i := range n.near {
		n.sum(l, &n.near[i])
	}
}

// list sets near for a pass.
func (n *neighbourhood) list(p *pass) {
	n.pass = p
	n.near = n.near[:0]
	if p.half == 0 {
		return // the origin has no neighbours
	}
	add := func(group int, by [maxRank]int) {
		if !n.want[group] {
			return
		}
		o := offset{group: group, by: by}
		for a := range n.grid.rank {
			o.index += by[a] * n.grid.stride[a]
		}
		n.near = append(n.near, o)
	}
	var by [maxRank]int
	// around adds the offset moved both ways along the axes from first on.
	around := func(group, first int) {
		for b := first; b < n.grid.rank; b++ {
			if b == p.axis && group == cross {
				continue
			}
			for _, t := range [2]int{-1, 1} {
				by[b] = t * p.step[b]
				add(group, by)
			}
			by[b] = 0
		}
	}
	for _, s := range [2]int{-1, 1} {
		by[p.axis] = s * p.half
		add(coarse, by)
		around(cross, 0)
		by[p.axis] = 0
	}
	for a := range n.grid.rank {
		by[a] = -p.step[a]
		if a != n.grid.rank-1 {
			add(above, by)
		}
		around(diag, a+1)
		by[a] = 0
	}
}

// sum adds the magnitudes of one neighbour to its group.
func (n *neighbourhood) sum(l *line, o *offset) {
	if !n.grid.on(l, &o.by) {
		return
	}
	from, to := n.grid.span(l, o.by[n.grid.rank-1])
	dst := n.sums[o.group][from:to]
	at := l.start + from*l.inc + o.index
	for i := range dst {
		dst[i] += uint16(n.mags[at] & magMask)
		at += l.inc
	}
}

// magnitude returns what is kept of a bin.
func magnitude(q int64) uint8 {
	if q < 0 {
		if q < -magMask {
			return magMask | signFlag
		}
		return uint8(-q) | signFlag
	}
	return uint8(min(q, magMask))
}

// signOf returns 0 for the magnitude of bin 0, 1 below and 2 above it.
func signOf(m uint8) int {
	switch {
	case m == 0:
		return 0
	case m&signFlag != 0:
		return 1
	}
	return 2
}
