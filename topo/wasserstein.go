package topo

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

const (
	// denseLimit is the number of pairs of points up to which all are weighed
	// against each other at once.
	denseLimit = 1 << 20
	// exactPoints is the number of points of the larger diagram up to which
	// Wasserstein is always exact.
	exactPoints = 10_000
	// nearest is how many neighbours a point starts with beyond denseLimit.
	nearest = 6
	// offers is how many missing neighbours a point may ask for in a round.
	offers = 4
)

// Wasserstein returns the p-Wasserstein distance, p ≥ 1: the p-th root of the
// least sum of p-th powers of distances over all ways to match the points of
// two diagrams to each other or to the diagonal. p = +Inf is [Bottleneck].
//
// It is exact, up to rounding, while the larger diagram has at most 10 000
// points, and whenever o.RelError is negative. For larger ones it stops as soon
// as the bounds of the result prove the relative error asked for.
func Wasserstein(d, e *Diagram, p float64, o *DistanceOptions) (Distance, error) {
	var opt DistanceOptions
	if o != nil {
		opt = *o
	}
	if math.IsInf(p, 1) {
		return Bottleneck(d, e, o)
	}
	if !(p >= 1) {
		return Distance{}, fmt.Errorf("topo: order %v of the Wasserstein distance (want 1 or more)", p)
	}
	c, err := newComparison(d, e, &opt)
	if err != nil {
		return Distance{}, err
	}
	if c.unequal {
		return c.infinite(), nil
	}
	tolerance := opt.RelError
	switch {
	case tolerance < 0 || max(len(c.a), len(c.b)) <= exactPoints:
		tolerance = 0
	case tolerance == 0:
		tolerance = 0.01
	}
	upper, lower := newMatching(c, p).solve(tolerance)

	essential := sumPowers(c.essential, p)
	root := func(s float64) float64 {
		switch p {
		case 1:
			return s
		case 2:
			return math.Sqrt(s)
		}
		return math.Pow(s, 1/p)
	}
	dropA, dropB := sumPowers(c.dropA, p), sumPowers(c.dropB, p)
	value := root(upper + essential)
	// Dropped points may all go to the diagonal; and they move each diagram by
	// no more than that.
	return c.result(value,
		max(root(essential), root(lower+essential)-root(dropA)-root(dropB)),
		max(value, root(upper+essential+dropA+dropB))), nil
}

func sumPowers(v []float64, p float64) float64 {
	s := 0.0
	for _, x := range v {
		s += raise(x, p)
	}
	return s
}

// matching is the least-cost matching of two point sets with multiplicities.
type matching struct {
	norm         Norm
	p            float64
	rows, cols   []point
	supply       []int32 // multiplicity of each row
	capacity     []int32 // and column
	rowOut, colD []float64
	tree         *kdTree // of cols
	edges        []edge
}

// edge may carry flow from a row to a column.
type edge struct{ row, col int32 }

func newMatching(c *comparison, p float64) *matching {
	m := &matching{norm: c.norm, p: p}
	m.rows, m.supply = distinct(c.a)
	m.cols, m.capacity = distinct(c.b)
	for _, q := range m.rows {
		m.rowOut = append(m.rowOut, raise(c.norm.toDiagonal(q), p))
	}
	for _, q := range m.cols {
		m.colD = append(m.colD, raise(c.norm.toDiagonal(q), p))
	}
	return m
}

// distinct sorts points, the most persistent first, and counts equal ones.
func distinct(pts []point) (out []point, count []int32) {
	sorted := slices.Clone(pts)
	slices.SortFunc(sorted, func(p, q point) int {
		return cmp.Or(cmp.Compare(math.Abs(q.y-q.x), math.Abs(p.y-p.x)), cmp.Compare(p.x, q.x), cmp.Compare(p.y, q.y))
	})
	for i, p := range sorted {
		if i > 0 && p == sorted[i-1] {
			count[len(count)-1]++
			continue
		}
		out, count = append(out, p), append(count, 1)
	}
	return out, count
}

// solve returns bounds of the least sum of powers whose p-th roots differ by
// a factor of at most 1+tolerance; they are equal where it is solved exactly.
func (m *matching) solve(tolerance float64) (upper, lower float64) {
	if len(m.rows)*len(m.cols) <= denseLimit {
		for i := range m.rows {
			for j := range m.cols {
				m.connect(int32(i), int32(j))
			}
		}
		t := m.transport()
		t.solve()
		s := m.sum(t)
		return s, s
	}
	m.tree = newKDTree(m.norm, m.cols, nil)
	return m.generate(tolerance)
}

// generate solves by column generation: on few edges first, after which a k-d
// tree finds edges that the dual solution undercuts. If there are none the
// solution is optimal; otherwise the dual, lowered to what the tree found,
// still bounds the optimum from below.
func (m *matching) generate(tolerance float64) (upper, lower float64) {
	m.connectNearest()
	upper = math.Inf(1)
	for {
		t := m.transport()
		t.solve()
		upper = min(upper, m.sum(t))
		bound, more := m.price(t)
		if !more {
			return upper, upper
		}
		lower = max(lower, min(bound, upper))
		if lower > 0 && upper <= lower*math.Pow(1+tolerance, m.p) {
			return upper, lower
		}
	}
}

// connect adds an edge if it can be better than two ways to the diagonal.
func (m *matching) connect(i, j int32) {
	if m.cost(i, j) < m.rowOut[i]+m.colD[j] {
		m.edges = append(m.edges, edge{i, j})
	}
}

func (m *matching) cost(i, j int32) float64 {
	return raise(m.norm.dist(m.rows[i], m.cols[j]), m.p)
}

// connectNearest joins every point to some of its nearest on the other side.
func (m *matching) connectNearest() {
	inf := math.Inf(1)
	best := make([]offer, 0, nearest)
	none := make([]float64, max(len(m.rows), len(m.cols)))
	m.tree.setWeights(none)
	for i, q := range m.rows {
		for _, o := range m.tree.cheapest(q, 1, none, inf, best) {
			m.connect(int32(i), o.id)
		}
	}
	back := newKDTree(m.norm, m.rows, nil)
	back.setWeights(none)
	for j, q := range m.cols {
		for _, o := range back.cheapest(q, 1, none, inf, best) {
			m.connect(o.id, int32(j))
		}
	}
	m.tidy()
}

// transport sets up the problem on the edges so far.
func (m *matching) transport() *transport {
	l := edgeList{first: make([]int32, len(m.rows)+1)}
	for _, e := range m.edges {
		l.first[e.row+1]++
		l.from, l.to = append(l.from, e.row), append(l.to, e.col)
		l.cost = append(l.cost, m.cost(e.row, e.col)-m.colD[e.col])
	}
	for i := range m.rows {
		l.first[i+1] += l.first[i]
	}
	return newTransport(m.supply, m.capacity, m.rowOut, l)
}

// tidy sorts the edges and drops duplicates.
func (m *matching) tidy() {
	slices.SortFunc(m.edges, func(a, b edge) int { return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.col, b.col)) })
	m.edges = slices.Compact(m.edges)
}

// sum is the cost of a solution, from its flow: without cancellation.
func (m *matching) sum(t *transport) float64 {
	s := 0.0
	for e, f := range t.flow {
		if f > 0 {
			s += float64(f) * m.cost(t.edges.from[e], t.edges.to[e])
		}
	}
	for i, f := range t.idle {
		s += float64(f) * m.rowOut[i]
	}
	for j, f := range t.capacity {
		s += float64(f) * m.colD[j]
	}
	return s
}

// price finds edges that the dual solution undercuts and adds them. It returns
// the value of the dual solution made feasible by lowering it to the best of
// them, a lower bound of the optimum, and whether there were any.
func (m *matching) price(t *transport) (bound float64, more bool) {
	v := make([]float64, len(m.cols)) // with respect to columns' true costs
	for j := range v {
		v[j] = t.v[j] + m.colD[j]
		bound += float64(m.capacity[j]) * v[j]
	}
	m.tree.setWeights(v)
	known := len(m.edges)
	best := make([]offer, 0, offers)
	for i, q := range m.rows {
		u := t.u[i]
		// Differences of rounding are not worth an edge.
		slack := 0x1p-44 * (math.Abs(u) + m.rowOut[i])
		found := m.tree.cheapest(q, m.p, v, u-slack, best)
		for _, o := range found {
			m.edges = append(m.edges, edge{int32(i), o.id})
		}
		if len(found) > 0 {
			u = found[0].price
		}
		bound += float64(m.supply[i]) * u
	}
	m.tidy()
	return bound, len(m.edges) > known // rounding may ask for known ones again
}
