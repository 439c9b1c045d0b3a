package distance

import "math"

// saturation seeks a matching that saturates one side: in which every point too
// far from the diagonal has a partner on the other side. It is the algorithm of
// Hopcroft and Karp, with edges found in a k-d tree instead of listed (Efrat, Itai
// and Katz 2001), so that a phase looks at each point about once. The matching
// found for one radius is the start for the next.
type saturation struct {
	from, to []point
	diagonal []float64 // of from
	tree     *kdTree   // of to
	partner  []int32   // of from, or -1
	owner    []int32   // of to, or -1
	layer    []*kdTree // of the current phase
}

func newSaturation(m metric, from, to []point) *saturation {
	s := &saturation{from: from, to: to, tree: newKDTree(m, to, nil)}
	for _, p := range from {
		s.diagonal = append(s.diagonal, m.toDiagonal(p))
		s.partner = append(s.partner, -1)
	}
	for range to {
		s.owner = append(s.owner, -1)
	}
	return s
}

// feasible reports whether every point of from further than r from the
// diagonal can have a partner of its own within r.
func (s *saturation) feasible(r float64) bool {
	var free []int32
	for i, j := range s.partner {
		if j >= 0 && (s.diagonal[i] <= r || s.tree.dist(s.from[i], s.to[j]) > r) {
			s.partner[i], s.owner[j] = -1, -1
			j = -1
		}
		if j < 0 && s.diagonal[i] > r {
			free = append(free, int32(i))
		}
	}
	for len(free) > 0 {
		if !s.layers(free, r) {
			return false
		}
		left := free[:0:0]
		for _, i := range free {
			if !s.augment(i, 0, r) {
				left = append(left, i)
			}
		}
		free = left
	}
	return true
}

// layers sorts the points of to by the length of the shortest alternating
// path from a free point, up to the first layer with a free point. It reports
// whether there is one; if not, not all of from can have a partner.
func (s *saturation) layers(free []int32, r float64) bool {
	s.tree.restore()
	s.layer = s.layer[:0]
	frontier := free
	for len(frontier) > 0 {
		var reached, next []int32
		found := false
		for _, i := range frontier {
			for {
				j := s.tree.take(s.from[i], r)
				if j < 0 {
					break
				}
				reached = append(reached, j)
				if s.owner[j] < 0 {
					found = true
				} else {
					next = append(next, s.owner[j])
				}
			}
		}
		if len(reached) == 0 {
			return false
		}
		s.layer = append(s.layer, newKDTree(s.tree.metric, s.to, reached))
		if found {
			return true
		}
		frontier = next
	}
	return false
}

// augment extends the matching along a path from i that starts in layer k.
func (s *saturation) augment(i int32, k int, r float64) bool {
	if k == len(s.layer) {
		return false
	}
	for {
		j := s.layer[k].take(s.from[i], r)
		if j < 0 {
			return false
		}
		if o := s.owner[j]; o < 0 || s.augment(o, k+1, r) {
			s.partner[i], s.owner[j] = j, i
			return true
		}
	}
}

// lowerBound returns the largest distance from a point to what is nearest to
// it, the diagonal or a point of the other side.
func (s *saturation) lowerBound() float64 {
	bound := 0.0
	none := make([]float64, len(s.to))
	s.tree.setWeights(none)
	one := make([]offer, 0, 1)
	for i, p := range s.from {
		d := s.diagonal[i]
		if d <= bound {
			continue
		}
		if near := s.tree.cheapest(p, 1, none, math.Inf(1), one); len(near) > 0 {
			d = min(d, near[0].price)
		}
		bound = max(bound, d)
	}
	return bound
}
