package residual

import "github.com/morselcodec/morsel/codec/internal/grid"

// A neighbourhood keeps the magnitudes of the bins coded so far and sums those
// around the points of a line, for the contexts of the coders.
type neighbourhood struct {
	grid       *grid.Grid
	mags       []uint8               // magnitude of each point's bin
	signClass  []uint8               // sign class of each point's bin: 0 for bin 0, 1 below, 2 above; nil if not kept
	neighbours [sumKinds][]neighbour // of each sum
	pass       *grid.Pass            // that neighbours are for
	sums       [sumKinds][]uint16    // of the points of the current line; nil for those not asked for
}

// The sums of magnitudes, by whose they are.
const (
	sumCoarse = iota // ±half along the axis
	sumCross         // the same, moved by ±1 step along the last other axis
	sumAbove         // one step before along axes but the last, in this pass
	sumDiag          // one step before along the last axis but one, ±1 along the last
	sumKinds
)

// neighbour is where a neighbour lies from a point.
type neighbour struct {
	by    [grid.MaxRank]int // offset in coordinates
	index int               // the same as a difference in index
}

const (
	maxMagnitude  = 127
	maxNeighbours = grid.MaxRank // more than any sum has
)

func newNeighbourhood(g *grid.Grid, sums ...int) *neighbourhood {
	n := &neighbourhood{grid: g, mags: make([]uint8, g.Size)}
	for _, k := range sums {
		n.sums[k] = make([]uint16, g.LongestLine())
	}
	return n
}

// enter sums the neighbours of the points of l.
func (n *neighbourhood) enter(l *grid.Line) {
	if l.Pass != n.pass {
		n.list(l.Pass)
	}
	for k, sums := range n.sums {
		if sums != nil {
			n.sum(l, sums[:l.N], n.neighbours[k])
		}
	}
}

// sum sets dst to one of the sums.
func (n *neighbourhood) sum(l *grid.Line, dst []uint16, list []neighbour) {
	var whole, part [maxNeighbours]*neighbour // that exist for all points, and for some
	wholes, parts := 0, 0
	for i := range list {
		o := &list[i]
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

// list sets the neighbours for a pass.
func (n *neighbourhood) list(p *grid.Pass) {
	n.pass = p
	for k := range n.neighbours {
		n.neighbours[k] = n.neighbours[k][:0]
	}
	if p.Half == 0 {
		return // the origin has no neighbours
	}
	add := func(sum int, by [grid.MaxRank]int) {
		n.neighbours[sum] = append(n.neighbours[sum], neighbour{by, n.grid.Index(&by)})
	}
	inner := n.grid.Rank - 1
	other := inner // the last axis that is not the pass's
	if p.Axis == inner {
		other--
	}
	var by [grid.MaxRank]int
	for _, half := range [2]int{-p.Half, p.Half} {
		by[p.Axis] = half
		add(sumCoarse, by)
		for t := -1; other >= 0 && t <= 1; t += 2 {
			by[other] = t * p.Step[other]
			add(sumCross, by)
			by[other] = 0
		}
		by[p.Axis] = 0
	}
	for a := range inner {
		by[a] = -p.Step[a]
		add(sumAbove, by)
		for t := -1; a == inner-1 && t <= 1; t += 2 {
			by[inner] = t * p.Step[inner]
			add(sumDiag, by)
			by[inner] = 0
		}
		by[a] = 0
	}
}

// keep keeps the magnitude and the sign class of the bin of the point at index at,
// and returns the magnitude.
func (n *neighbourhood) keep(at int, q int64) uint8 {
	switch {
	case q == 0:
		return 0
	case q < 0:
		n.signClass[at] = 1
		q = max(q, -maxMagnitude)
		n.mags[at] = uint8(-q)
	default:
		n.signClass[at] = 2
		n.mags[at] = uint8(min(q, maxMagnitude))
	}
	return n.mags[at]
}
