package distance

import "math"

// The edges to begin with, beyond what can be listed: every point is joined to
// its nearest on the other side, which is where it goes in similar diagrams,
// and to where the mass around it goes. The latter comes from the same problem
// between clusters of points (multiscale transport, Mérigot 2011, Schmitzer
// 2016).

// connectNearby adds the edges to begin with.
func (m *matching) connectNearby() {
	rowTree := newKDTree(m.metric, m.rows, nil)
	m.connectNearest(rowTree)

	coarse := &matching{metric: m.metric, ctx: m.ctx, p: m.p, ceiling: m.ceiling}
	var rows, cols [][]int32
	coarse.rows, coarse.supply, rows = rowTree.clusters(m.supply)
	coarse.cols, coarse.capacity, cols = m.tree.clusters(m.capacity)
	coarse.rowOut, coarse.colOut = m.out(coarse.rows), m.out(coarse.cols)
	if len(coarse.rows)*len(coarse.cols) <= denseLimit {
		coarse.connectAll()
	} else {
		coarse.tree = newKDTree(m.metric, coarse.cols, nil)
		coarse.connectNearby()
	}
	g := coarse.network()
	g.solve()
	for k := range g.nodes {
		from, to := g.from[g.arc[k]], g.to[g.arc[k]]
		if g.flow[k] == 0 || from == g.root || to == g.root {
			continue
		}
		for _, i := range rows[from] {
			for _, j := range cols[int(to)-g.rows] {
				m.connect(i, j)
			}
		}
	}
	m.tidy()
}

// connectNearest joins every point to some of its nearest on the other side.
func (m *matching) connectNearest(rowTree *kdTree) {
	best := make([]offer, 0, nearest)
	flat := make([]float64, max(len(m.rows), len(m.cols)))
	m.tree.setWeights(flat)
	for i, q := range m.rows {
		for _, o := range m.tree.cheapest(q, 1, flat, math.Inf(1), best) {
			m.connect(int32(i), o.id)
		}
	}
	rowTree.setWeights(flat)
	for j, q := range m.cols {
		for _, o := range rowTree.cheapest(q, 1, flat, math.Inf(1), best) {
			m.connect(o.id, int32(j))
		}
	}
}

// clusters returns the mean of every leaf's points, how many they are, and the
// points.
func (t *kdTree) clusters(count []int32) (mean []point, n []int32, of [][]int32) {
	for _, node := range t.nodes {
		if node.left != 0 || node.lo == node.hi {
			continue
		}
		in := t.ids[node.lo:node.hi]
		var q point
		var total int32
		for _, id := range in {
			total += count[id]
			w := float64(count[id]) / float64(total)
			q.x, q.y = (1-w)*q.x+w*t.pts[id].x, (1-w)*q.y+w*t.pts[id].y
		}
		if t.levels != nil {
			q = point{math.Round(q.x), math.Round(q.y)}
		}
		mean, n, of = append(mean, q), append(n, total), append(of, in)
	}
	return mean, n, of
}
