package distance

// cover matches the points of one side that are too far from the diagonal to
// partners on the other: the algorithm of Hopcroft and Karp, with edges found
// in a k-d tree instead of listed (Efrat, Itai and Katz 2001), so that a phase
// looks at each point about once. The matching found for one radius is the
// start for the next.
type cover struct {
	from, to []point
	diagonal []float64 // of from
	tree     *kdTree   // of to
	partner  []int32   // of from, or -1
	owner    []int32   // of to, or -1
	layer    []*kdTree // of the current phase
}

func newCover(m metric, from, to []point) *cover {
	c := &cover{from: from, to: to, tree: newKDTree(m, to, nil)}
	for _, p := range from {
		c.diagonal = append(c.diagonal, m.toDiagonal(p))
		c.partner = append(c.partner, -1)
	}
	for range to {
		c.owner = append(c.owner, -1)
	}
	return c
}

// feasible reports whether every point of from further than r from the
// diagonal can have a partner of its own within r.
func (c *cover) feasible(r float64) bool {
	var free []int32
	for i, j := range c.partner {
		if j >= 0 && (c.diagonal[i] <= r || c.tree.dist(c.from[i], c.to[j]) > r) {
			c.partner[i], c.owner[j] = -1, -1
			j = -1
		}
		if j < 0 && c.diagonal[i] > r {
			free = append(free, int32(i))
		}
	}
	for len(free) > 0 {
		if !c.layers(free, r) {
			return false
		}
		left := free[:0:0]
		for _, i := range free {
			if !c.augment(i, 0, r) {
				left = append(left, i)
			}
		}
		free = left
	}
	return true
}

// layers sorts the points of to by the length of the shortest alternating
// path from a free point, up to the first layer with a free point. It reports
// whether there is one; if not, not all of from can be covered.
func (c *cover) layers(free []int32, r float64) bool {
	c.tree.restore()
	c.layer = c.layer[:0]
	frontier := free
	for len(frontier) > 0 {
		var reached, next []int32
		found := false
		for _, i := range frontier {
			for {
				j := c.tree.take(c.from[i], r)
				if j < 0 {
					break
				}
				reached = append(reached, j)
				if c.owner[j] < 0 {
					found = true
				} else {
					next = append(next, c.owner[j])
				}
			}
		}
		if len(reached) == 0 {
			return false
		}
		c.layer = append(c.layer, newKDTree(c.tree.metric, c.to, reached))
		if found {
			return true
		}
		frontier = next
	}
	return false
}

// augment extends the matching along a path from i that starts in layer k.
func (c *cover) augment(i int32, k int, r float64) bool {
	if k == len(c.layer) {
		return false
	}
	for {
		j := c.layer[k].take(c.from[i], r)
		if j < 0 {
			return false
		}
		if o := c.owner[j]; o < 0 || c.augment(o, k+1, r) {
			c.partner[i], c.owner[j] = j, i
			return true
		}
	}
}
