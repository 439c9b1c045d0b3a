package distance

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// network solves the transportation problem of two diagrams by the primal
// network simplex method. Nodes are the points of one diagram (rows, sources),
// those of the other (columns, sinks), and the diagonal, which every row can
// send to and every column can be served from: it is the root of the spanning
// tree and makes the first one, all to the diagonal, feasible. Edges may be
// added at any time; solve goes on from the tree it has.
//
// The tree is kept strongly feasible (Cunningham 1976: from every node some
// flow can be sent to the root), without which degenerate pivots may cycle.
type network struct {
	ctx         context.Context
	rows, nodes int
	root        int32

	// Arcs, from → to. Those of the tree carry flow; others carry none.
	from, to []int32
	cost     []float64
	next     int // where the search for an entering arc goes on

	// The tree. The arc of a node joins it to its parent, either way round.
	parent, arc, depth       []int32
	child, sibling, previous []int32 // lists of children, linked both ways; -1 ends
	flow                     []int32
	// potential of a row is its dual variable u, that of a column −v: tree arcs
	// cost potential[from] − potential[to], and none should cost less.
	potential []float64

	stack []int32
}

// newNetwork sends everything to the diagonal: row i at cost rowOut[i] a unit,
// column j at colOut[j].
func newNetwork(ctx context.Context, supply, capacity []int32, rowOut, colOut []float64) *network {
	n := len(supply) + len(capacity)
	g := &network{ctx: ctx, rows: len(supply), nodes: n, root: int32(n), potential: make([]float64, n+1)}
	for _, s := range []*[]int32{&g.parent, &g.arc, &g.depth, &g.child, &g.sibling, &g.previous, &g.flow} {
		*s = make([]int32, n+1)
	}
	for k := range g.child {
		g.child[k], g.sibling[k], g.previous[k] = -1, -1, -1
	}
	g.parent[n], g.arc[n] = -1, -1
	for k := range int32(n) {
		if i := int(k); i < g.rows {
			g.from, g.to, g.cost = append(g.from, k), append(g.to, g.root), append(g.cost, rowOut[i])
			g.flow[k] = supply[i]
		} else {
			g.from, g.to, g.cost = append(g.from, g.root), append(g.to, k), append(g.cost, colOut[i-g.rows])
			g.flow[k] = capacity[i-g.rows]
		}
		g.arc[k] = k
		g.attach(g.root, k)
		g.updatePotentials(k)
	}
	return g
}

// connect adds an edge from row i to column j.
func (g *network) connect(i, j int32, cost float64) {
	g.from, g.to, g.cost = append(g.from, i), append(g.to, int32(g.rows)+j), append(g.cost, cost)
}

// matchGreedily moves flow from the diagonal to edges, those that save most
// first: a start much nearer to the optimum. To be called before solve.
func (g *network) matchGreedily() {
	saving := func(e int32) float64 { return g.cost[g.from[e]] + g.cost[g.to[e]] - g.cost[e] }
	order := make([]int32, 0, len(g.cost)-g.nodes)
	for e := g.nodes; e < len(g.cost); e++ {
		order = append(order, int32(e))
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Or(cmp.Compare(saving(b), saving(a)), cmp.Compare(a, b)) })
	for _, e := range order {
		i, j := g.from[e], g.to[e]
		if g.parent[i] != g.root || g.parent[j] != g.root || g.flow[i] == 0 {
			continue
		}
		// Whichever runs out hangs on the other. Only arcs from rows to the
		// root may be left empty: the tree stays strongly feasible.
		below, above := j, i
		if g.flow[i] < g.flow[j] {
			below, above = i, j
		}
		g.flow[above] -= g.flow[below]
		g.detach(below)
		g.arc[below] = e
		g.attach(above, below)
	}
	for c := g.child[g.root]; c >= 0; c = g.sibling[c] {
		g.updatePotentials(c)
	}
}

// u and v are the dual variables of row i and column j.
func (g *network) u(i int) float64 { return g.potential[i] }
func (g *network) v(j int) float64 { return -g.potential[g.rows+j] }

// sum is the cost of the flow, from the arcs' own costs: without cancellation.
func (g *network) sum() float64 {
	s := 0.0
	for k := range g.nodes {
		s += float64(g.flow[k]) * g.cost[g.arc[k]]
	}
	return s
}

// maxPivotsPerArc ends a search that rounding keeps alive; the bounds of the
// result stay valid then. Solving takes a few pivots per node.
const maxPivotsPerArc = 64

// stopPivots is how many pivots are made between two questions whether anybody
// still waits for the result.
const stopPivots = 1 << 6

// solve pivots until no arc can lower the cost.
func (g *network) solve() {
	for n := range maxPivotsPerArc * len(g.cost) {
		if n%stopPivots == 0 && g.ctx.Err() != nil {
			return
		}
		e := g.entering()
		if e < 0 {
			return
		}
		g.pivot(e)
	}
}

// entering returns the arc of the most negative reduced cost in the first
// block of arcs that has any, or -1.
func (g *network) entering() int32 {
	const slack = 0x1p-46
	n := len(g.cost)
	block := max(16, int(math.Sqrt(float64(n))))
	best, least, seen := int32(-1), 0.0, 0
	for range n {
		e := g.next
		if g.next++; g.next == n {
			g.next = 0
		}
		c, pf, pt := g.cost[e], g.potential[g.from[e]], g.potential[g.to[e]]
		if r := c - pf + pt; r < least && r < -slack*(c+math.Abs(pf)+math.Abs(pt)) {
			best, least = int32(e), r
		}
		if seen++; seen == block {
			if best >= 0 {
				return best
			}
			seen = 0
		}
	}
	return best
}

// pivot brings arc e into the tree in exchange for the one on its cycle that
// runs empty.
func (g *network) pivot(e int32) {
	u, v := g.from[e], g.to[e]
	// Flow goes u → v, up from v to the join and down from there to u. Of the
	// arcs that run empty first, the last in this order from the join leaves.
	amount, leaving, uSide := int32(math.MaxInt32), int32(-1), false
	a, b := u, v
	for a != b {
		if g.depth[a] >= g.depth[b] {
			if g.upward(a) && g.flow[a] < amount {
				amount, leaving, uSide = g.flow[a], a, true
			}
			a = g.parent[a]
		} else {
			b = g.parent[b]
		}
	}
	join := a
	for b := v; b != join; b = g.parent[b] {
		if !g.upward(b) && g.flow[b] <= amount {
			amount, leaving, uSide = g.flow[b], b, false
		}
	}
	for a := u; a != join; a = g.parent[a] {
		if g.upward(a) {
			g.flow[a] -= amount
		} else {
			g.flow[a] += amount
		}
	}
	for b := v; b != join; b = g.parent[b] {
		if g.upward(b) {
			g.flow[b] += amount
		} else {
			g.flow[b] -= amount
		}
	}
	if uSide {
		g.reroot(u, v, leaving, e, amount)
	} else {
		g.reroot(v, u, leaving, e, amount)
	}
}

// upward reports whether the arc of node k leads to its parent.
func (g *network) upward(k int32) bool { return g.from[g.arc[k]] == k }

// reroot turns the subtree of node top round so that node k below it becomes
// its root, and hangs it under parent by arc e.
func (g *network) reroot(k, parent, top, e, flow int32) {
	for at := k; ; {
		up, upArc, upFlow := g.parent[at], g.arc[at], g.flow[at]
		g.detach(at)
		g.arc[at], g.flow[at] = e, flow
		g.attach(parent, at)
		if at == top {
			break
		}
		parent, at, e, flow = at, up, upArc, upFlow
	}
	g.updatePotentials(k)
}

// updatePotentials computes depth and potential of node k and all below it.
func (g *network) updatePotentials(k int32) {
	g.stack = append(g.stack[:0], k)
	for len(g.stack) > 0 {
		k := g.stack[len(g.stack)-1]
		g.stack = g.stack[:len(g.stack)-1]
		p, e := g.parent[k], g.arc[k]
		g.depth[k] = g.depth[p] + 1
		if g.from[e] == k {
			g.potential[k] = g.potential[p] + g.cost[e]
		} else {
			g.potential[k] = g.potential[p] - g.cost[e]
		}
		for c := g.child[k]; c >= 0; c = g.sibling[c] {
			g.stack = append(g.stack, c)
		}
	}
}

// attach makes k a child of p.
func (g *network) attach(p, k int32) {
	g.parent[k] = p
	first := g.child[p]
	g.child[p], g.sibling[k], g.previous[k] = k, first, -1
	if first >= 0 {
		g.previous[first] = k
	}
}

// detach removes k from its parent's children.
func (g *network) detach(k int32) {
	before, after := g.previous[k], g.sibling[k]
	if before >= 0 {
		g.sibling[before] = after
	} else {
		g.child[g.parent[k]] = after
	}
	if after >= 0 {
		g.previous[after] = before
	}
}
