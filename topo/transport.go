package topo

import "math"

// transport solves the transportation problem of two diagrams by successive
// shortest paths with potentials (Dijkstra's algorithm on reduced costs, as
// Jonker and Volgenant do for assignments). Rows are the distinct points of
// one diagram with their multiplicities, columns those of the other. A row may
// send to its own diagonal without limit; a column may stay unused. Costs are
// relative to all columns unused, so an edge costs dist^p minus the column's
// distance to the diagonal.
type transport struct {
	supply, capacity []int32   // left of each row, column
	direct           []float64 // a row's cost to the diagonal
	edges            edgeList
	flow             []int32   // of each edge
	idle             []int32   // sent to the diagonal, of each row
	into             [][]int32 // edges with flow into each column
	// Dual variables: u ≤ direct, v ≤ 0, u+v ≤ cost; tight where there is flow,
	// and v = 0 where capacity is left.
	u, v []float64

	search
}

// edgeList holds edges by row: those of row i are first[i]:first[i+1].
type edgeList struct {
	first    []int32
	from, to []int32
	cost     []float64
}

// search is the state of one shortest path tree.
type search struct {
	epoch            int32
	rowSeen, colSeen []int32
	rowDist, colDist []float64
	rowVia, colVia   []int32 // edge by which each was reached, or -1
	rows, cols       []int32 // settled
	queue            []reach
	best             float64 // length of the shortest path to an end
	bestRow, bestCol int32   // that end: a column, or (−1) the row's diagonal
}

// reach is a column in the priority queue.
type reach struct {
	dist float64
	col  int32
}

func newTransport(supply, capacity []int32, direct []float64, edges edgeList) *transport {
	n, m := len(supply), len(capacity)
	t := &transport{
		supply: append([]int32(nil), supply...), capacity: append([]int32(nil), capacity...),
		direct: direct, edges: edges, flow: make([]int32, len(edges.to)), idle: make([]int32, n),
		into: make([][]int32, m), u: make([]float64, n), v: make([]float64, m),
		search: search{
			rowSeen: make([]int32, n), rowDist: make([]float64, n), rowVia: make([]int32, n),
			colSeen: make([]int32, m), colDist: make([]float64, m), colVia: make([]int32, m),
		},
	}
	for i := range t.u {
		t.u[i] = direct[i]
		for e := edges.first[i]; e < edges.first[i+1]; e++ {
			t.u[i] = min(t.u[i], edges.cost[e])
		}
	}
	return t
}

// solve sends all supply.
func (t *transport) solve() {
	for i := range t.supply {
		for t.supply[i] > 0 {
			t.shortestPath(int32(i))
			t.raiseDuals()
			t.send(int32(i))
		}
	}
}

// shortestPath searches from row i to the nearest end.
func (t *transport) shortestPath(i int32) {
	t.epoch++
	t.rows, t.cols, t.queue = t.rows[:0], t.cols[:0], t.queue[:0]
	t.best, t.bestCol = math.Inf(1), -1
	t.settleRow(i, 0, -1)
	for len(t.queue) > 0 {
		next := t.pop()
		if next.dist >= t.best {
			return
		}
		if next.dist > t.colDist[next.col] {
			continue // reached again on a shorter path
		}
		t.cols = append(t.cols, next.col)
		for _, e := range t.into[next.col] {
			if r := t.edges.from[e]; t.rowSeen[r] != t.epoch {
				t.settleRow(r, next.dist, e)
			}
		}
	}
}

// settleRow reaches the diagonal and all columns from row r.
func (t *transport) settleRow(r int32, dist float64, via int32) {
	t.rowSeen[r], t.rowDist[r], t.rowVia[r] = t.epoch, dist, via
	t.rows = append(t.rows, r)
	if d := dist + max(0, t.direct[r]-t.u[r]); d < t.best {
		t.best, t.bestRow, t.bestCol = d, r, -1
	}
	base := dist - t.u[r]
	for e := t.edges.first[r]; e < t.edges.first[r+1]; e++ {
		j := t.edges.to[e]
		d := max(dist, base+t.edges.cost[e]-t.v[j])
		if d >= t.best || t.colSeen[j] == t.epoch && d >= t.colDist[j] {
			continue
		}
		t.colSeen[j], t.colDist[j], t.colVia[j] = t.epoch, d, e
		if t.capacity[j] > 0 {
			t.best, t.bestCol = d, j
		} else {
			t.push(reach{d, j})
		}
	}
}

// raiseDuals keeps reduced costs non-negative and makes the path tight.
func (t *transport) raiseDuals() {
	for _, r := range t.rows {
		if d := t.best - t.rowDist[r]; d > 0 {
			t.u[r] += d
		}
	}
	for _, j := range t.cols {
		if d := t.best - t.colDist[j]; d > 0 {
			t.v[j] -= d
		}
	}
}

// send moves as much as the path takes.
func (t *transport) send(source int32) {
	amount := t.supply[source]
	last := t.bestRow
	if t.bestCol >= 0 {
		amount = min(amount, t.capacity[t.bestCol])
		last = t.edges.from[t.colVia[t.bestCol]]
	}
	for r := last; t.rowVia[r] >= 0; r = t.edges.from[t.colVia[t.edges.to[t.rowVia[r]]]] {
		amount = min(amount, t.flow[t.rowVia[r]])
	}
	if t.bestCol >= 0 {
		t.capacity[t.bestCol] -= amount
		t.add(t.colVia[t.bestCol], amount)
	} else {
		t.idle[t.bestRow] += amount
	}
	for r := last; t.rowVia[r] >= 0; {
		back := t.rowVia[r]
		on := t.colVia[t.edges.to[back]]
		t.add(back, -amount)
		t.add(on, amount)
		r = t.edges.from[on]
	}
	t.supply[source] -= amount
}

// add changes the flow of an edge.
func (t *transport) add(e, amount int32) {
	j := t.edges.to[e]
	if t.flow[e] == 0 {
		t.into[j] = append(t.into[j], e)
	}
	t.flow[e] += amount
	if t.flow[e] == 0 {
		in := t.into[j]
		for k := range in {
			if in[k] == e {
				in[k] = in[len(in)-1]
				t.into[j] = in[:len(in)-1]
				return
			}
		}
	}
}

func (t *transport) push(r reach) {
	q := append(t.queue, r)
	i := len(q) - 1
	for i > 0 {
		p := (i - 1) / 2
		if q[p].dist <= r.dist {
			break
		}
		q[i] = q[p]
		i = p
	}
	q[i] = r
	t.queue = q
}

func (t *transport) pop() reach {
	q := t.queue
	top, r := q[0], q[len(q)-1]
	q = q[:len(q)-1]
	t.queue = q
	for i := 0; len(q) > 0; {
		c := 2*i + 1
		if c+1 < len(q) && q[c+1].dist < q[c].dist {
			c++
		}
		if c >= len(q) || q[c].dist >= r.dist {
			q[i] = r
			break
		}
		q[i] = q[c]
		i = c
	}
	return top
}
