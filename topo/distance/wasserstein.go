package distance

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/morselcodec/morsel/topo"
)

const (
	// denseLimit is the number of pairs of points up to which all are weighed
	// against each other at once.
	denseLimit = 1 << 20
	// exactPoints is the number of points of the larger diagram up to which
	// Wasserstein is always exact.
	exactPoints = 10_000
	// nearest is how many neighbours a point beyond denseLimit starts with.
	nearest = 6
	// offers is how many missing edges a point may ask for in a round.
	offers = 4
)

// Wasserstein returns the p-Wasserstein distance, p ≥ 1: the p-th root of the
// least sum of p-th powers of distances over all ways to match the points of
// two diagrams to each other or to the diagonal. p = +Inf is [Bottleneck].
//
// It is exact, up to rounding, while the larger diagram has at most 10 000
// points, and whenever o.RelError is negative. For larger ones it stops as soon
// as the bounds of the result prove the relative error asked for. Errors are those
// of Bottleneck, and p below 1 or NaN.
func Wasserstein(ctx context.Context, d, e *topo.Diagram, p float64, o *Options) (Distance, error) {
	var opt Options
	if o != nil {
		opt = *o
	}
	if math.IsInf(p, 1) {
		return Bottleneck(ctx, d, e, o)
	}
	if !(p >= 1) {
		return Distance{}, fmt.Errorf("distance: order %v of the Wasserstein distance (want 1 or more)", p)
	}
	c, err := newComparison(ctx, d, e, &opt)
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
	lower, upper := c.wasserstein(p, tolerance)
	if err := ctx.Err(); err != nil {
		return Distance{}, err
	}
	whole := func(finite float64) float64 { return powerNorm(p, append(c.essential, finite)...) }
	value := whole(upper)
	// Dropped points may all go to the diagonal; and they move each diagram by
	// no more than that.
	dropped := slices.Concat(c.essential, []float64{upper}, c.dropA, c.dropB)
	return c.result(value,
		max(whole(0), whole(lower)-powerNorm(p, c.dropA...)-powerNorm(p, c.dropB...)),
		max(value, powerNorm(p, dropped...))), nil
}

// wasserstein returns bounds of the distance of the finite points.
func (c *comparison) wasserstein(p, tolerance float64) (lower, upper float64) {
	r := c.scale()
	if r == 0 || c.stopped() {
		return 0, 0
	}
	m := newMatching(c, p, r)
	upper, lower = m.solve(tolerance)
	return m.unit * root(lower, p), m.unit * root(upper, p)
}

// matching is the least-cost matching of two point sets with multiplicities.
type matching struct {
	metric
	ctx        context.Context
	p          float64
	ceiling    float64 // of costs to the diagonal; the best matching as a whole costs less
	rows, cols []point
	supply     []int32   // multiplicity of each row
	capacity   []int32   // and column
	rowOut     []float64 // cost of each row to the diagonal
	colOut     []float64 // and column
	tree       *kdTree   // of cols
	edges      []edge
}

// edge may carry flow from a row to a column.
type edge struct{ row, col int32 }

// newMatching takes its scale from r, somewhat above the bottleneck distance:
// the best matching costs no more than all points would at r each, and not much
// less than one. So nothing that matters over- or underflows.
func newMatching(c *comparison, p, r float64) *matching {
	m := &matching{metric: metric{c.norm, unitFor(r, p), c.levels}, ctx: c.ctx, p: p}
	m.ceiling = 2 * float64(len(c.a)+len(c.b)) * raise(r/m.unit, p)
	m.rows, m.supply = distinct(c.a)
	m.cols, m.capacity = distinct(c.b)
	m.rowOut, m.colOut = m.out(m.rows), m.out(m.cols)
	return m
}

// out returns the costs of points to the diagonal.
func (m *matching) out(pts []point) []float64 {
	costs := make([]float64, len(pts))
	for i, q := range pts {
		costs[i] = min(raise(m.toDiagonal(q), m.p), m.ceiling)
	}
	return costs
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
		m.connectAll()
		g := m.network()
		g.solve()
		return g.sum(), g.sum()
	}
	m.tree = newKDTree(m.metric, m.cols, nil)
	return m.generate(tolerance)
}

// maxRounds ends column generation that rounding keeps alive. It takes 3 to 6.
const maxRounds = 50

// generate solves by column generation: on few edges first, after which a k-d
// tree finds edges that the dual solution undercuts. If there are none the
// solution is optimal; otherwise the dual, lowered to what the tree found,
// still bounds the optimum from below.
func (m *matching) generate(tolerance float64) (upper, lower float64) {
	m.connectNearby()
	g := m.network()
	for range maxRounds {
		g.solve()
		if upper = g.sum(); m.ctx.Err() != nil {
			return upper, 0
		}
		bound, more := m.price(g)
		if !more {
			return upper, upper
		}
		lower = max(lower, min(bound, upper))
		if lower > 0 && upper <= lower*math.Pow(1+tolerance, m.p) {
			break
		}
	}
	return upper, lower
}

// connect adds an edge if it can be better than two ways to the diagonal.
func (m *matching) connect(i, j int32) {
	if m.cost(i, j) < m.rowOut[i]+m.colOut[j] {
		m.edges = append(m.edges, edge{i, j})
	}
}

func (m *matching) cost(i, j int32) float64 {
	return raise(m.dist(m.rows[i], m.cols[j]), m.p)
}

// connectAll adds every edge that can be of use.
func (m *matching) connectAll() {
	for i := range m.rows {
		for j := range m.cols {
			m.connect(int32(i), int32(j))
		}
	}
}

// network sets up the problem on the edges so far.
func (m *matching) network() *network {
	g := newNetwork(m.ctx, m.supply, m.capacity, m.rowOut, m.colOut)
	for _, e := range m.edges {
		g.connect(e.row, e.col, m.cost(e.row, e.col))
	}
	g.matchGreedily()
	return g
}

// tidy sorts the edges and drops duplicates.
func (m *matching) tidy() {
	slices.SortFunc(m.edges, func(a, b edge) int { return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.col, b.col)) })
	m.edges = slices.Compact(m.edges)
}

// price finds edges that the dual solution undercuts and adds them. It returns
// the value of the dual solution made feasible by lowering it to the best of
// them, a lower bound of the optimum, and whether there were any.
func (m *matching) price(g *network) (bound float64, more bool) {
	v := make([]float64, len(m.cols))
	for j := range v {
		v[j] = min(g.v(j), m.colOut[j])
		bound += float64(m.capacity[j]) * v[j]
	}
	m.tree.setWeights(v)
	best := make([]offer, 0, offers)
	for i, q := range m.rows {
		u := min(g.u(i), m.rowOut[i])
		// Differences of rounding are not worth an edge.
		slack := 0x1p-44 * (math.Abs(u) + m.rowOut[i])
		found := m.tree.cheapest(q, m.p, v, u-slack, best)
		for _, o := range found {
			g.connect(int32(i), o.id, m.cost(int32(i), o.id))
			more = true
		}
		if len(found) > 0 {
			u = found[0].price
		}
		bound += float64(m.supply[i]) * u
	}
	return bound, more
}
