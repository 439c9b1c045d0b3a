package distance

import (
	"cmp"
	"math"
	"slices"
)

// kdTree finds points of the plane near a query. Points can be taken out and
// put back all at once, and may carry weights.
type kdTree struct {
	metric
	pts   []point
	ids   []int32 // points of node n are ids[n.lo:n.hi], live ones first
	nodes []kdNode
}

type kdNode struct {
	min, max point
	lo, hi   int32
	left     int32 // right is left+1; 0 marks a leaf
	parent   int32
	live     int32   // points not taken
	weight   float64 // upper bound of the weights below
}

const kdLeaf = 8

// newKDTree holds the points of pts whose numbers are in ids, which it keeps
// and reorders; nil means all.
func newKDTree(m metric, pts []point, ids []int32) *kdTree {
	if ids == nil {
		ids = make([]int32, len(pts))
		for i := range ids {
			ids[i] = int32(i)
		}
	}
	t := &kdTree{metric: m, pts: pts, ids: ids, nodes: make([]kdNode, 1, 1+len(ids)/(kdLeaf/4))}
	t.nodes[0] = kdNode{hi: int32(len(ids)), parent: -1}
	for n := 0; n < len(t.nodes); n++ { // split appends the children
		t.split(n)
	}
	return t
}

// split bounds node n and halves it along its longer side.
func (t *kdTree) split(n int) {
	node := &t.nodes[n]
	in := t.ids[node.lo:node.hi]
	node.live = int32(len(in))
	if len(in) == 0 {
		return
	}
	lo, hi := t.pts[in[0]], t.pts[in[0]]
	for _, id := range in {
		p := t.pts[id]
		lo = point{min(lo.x, p.x), min(lo.y, p.y)}
		hi = point{max(hi.x, p.x), max(hi.y, p.y)}
	}
	node.min, node.max = lo, hi
	if len(in) <= kdLeaf {
		return
	}
	if hi.x-lo.x >= hi.y-lo.y {
		slices.SortFunc(in, func(a, b int32) int { return cmp.Or(cmp.Compare(t.pts[a].x, t.pts[b].x), cmp.Compare(a, b)) })
	} else {
		slices.SortFunc(in, func(a, b int32) int { return cmp.Or(cmp.Compare(t.pts[a].y, t.pts[b].y), cmp.Compare(a, b)) })
	}
	mid := (node.lo + node.hi) / 2
	node.left = int32(len(t.nodes))
	l, h := node.lo, node.hi // node moves when nodes grows
	t.nodes = append(t.nodes, kdNode{lo: l, hi: mid, parent: int32(n)}, kdNode{lo: mid, hi: h, parent: int32(n)})
}

// restore puts every point back.
func (t *kdTree) restore() {
	for i := range t.nodes {
		t.nodes[i].live = t.nodes[i].hi - t.nodes[i].lo
	}
}

// take removes one live point within r of p and returns it, or -1.
func (t *kdTree) take(p point, r float64) int32 { return t.takeBelow(0, p, r) }

func (t *kdTree) takeBelow(n int32, p point, r float64) int32 {
	node := &t.nodes[n]
	if node.live == 0 || t.toBox(p, node.min, node.max) > r {
		return -1
	}
	if node.left != 0 {
		id := t.takeBelow(node.left, p, r)
		if id < 0 {
			id = t.takeBelow(node.left+1, p, r)
		}
		if id >= 0 {
			node.live--
		}
		return id
	}
	for i := node.lo; i < node.lo+node.live; i++ {
		id := t.ids[i]
		if t.dist(p, t.pts[id]) <= r {
			node.live--
			last := node.lo + node.live
			t.ids[i], t.ids[last] = t.ids[last], id
			return id
		}
	}
	return -1
}

// within calls f with every point, taken or not, at distance d in (above, r]
// of p until f is false.
func (t *kdTree) within(n int32, p point, above, r float64, f func(id int32, d float64) bool) bool {
	node := &t.nodes[n]
	if node.lo == node.hi || t.toBox(p, node.min, node.max) > r {
		return true
	}
	if node.left != 0 {
		return t.within(node.left, p, above, r, f) && t.within(node.left+1, p, above, r, f)
	}
	for _, id := range t.ids[node.lo:node.hi] {
		if d := t.dist(p, t.pts[id]); d > above && d <= r && !f(id, d) {
			return false
		}
	}
	return true
}

// setWeights prepares [kdTree.cheapest].
func (t *kdTree) setWeights(w []float64) {
	for n := len(t.nodes) - 1; n >= 0; n-- {
		node := &t.nodes[n]
		node.weight = math.Inf(-1)
		if node.left != 0 {
			node.weight = max(t.nodes[node.left].weight, t.nodes[node.left+1].weight)
			continue
		}
		for _, id := range t.ids[node.lo:node.hi] {
			node.weight = max(node.weight, w[id])
		}
	}
}

// offer is a point with its price.
type offer struct {
	id    int32
	price float64
}

// cheapest collects into best, cheapest first, up to cap(best) points with the
// least price dist(p, ·)^power − w[·], of those with a price below limit.
func (t *kdTree) cheapest(p point, power float64, w []float64, limit float64, best []offer) []offer {
	return t.cheapestBelow(0, p, power, w, limit, best[:0])
}

func (t *kdTree) cheapestBelow(n int32, p point, power float64, w []float64, limit float64, best []offer) []offer {
	node := &t.nodes[n]
	if node.left == 0 {
		for _, id := range t.ids[node.lo:node.hi] {
			price := raise(t.dist(p, t.pts[id]), power) - w[id]
			if len(best) == cap(best) && price >= best[len(best)-1].price || price >= limit {
				continue
			}
			if len(best) < cap(best) {
				best = append(best, offer{})
			}
			i := len(best) - 1
			for ; i > 0 && best[i-1].price > price; i-- {
				best[i] = best[i-1]
			}
			best[i] = offer{id, price}
		}
		return best
	}
	near, far := node.left, node.left+1
	least := func(n int32) float64 {
		c := &t.nodes[n]
		return raise(t.toBox(p, c.min, c.max), power) - c.weight
	}
	ln, lf := least(near), least(far)
	if lf < ln {
		near, far, ln, lf = far, near, lf, ln
	}
	useful := func(price float64) bool {
		return price < limit && (len(best) < cap(best) || price < best[len(best)-1].price)
	}
	if useful(ln) {
		best = t.cheapestBelow(near, p, power, w, limit, best)
	}
	if useful(lf) {
		best = t.cheapestBelow(far, p, power, w, limit, best)
	}
	return best
}
