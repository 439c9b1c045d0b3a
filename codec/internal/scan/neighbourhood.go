package scan

import (
	"cmp"
	"slices"
)

// An offset leads from a point to one coded before it.
type offset [maxRank]int

// squared returns the square of its length.
func (o offset) squared() int {
	sum := 0
	for _, d := range o {
		sum += d * d
	}
	return sum
}

// causalOffsets returns the n shortest offsets that lead to points before, in row-major
// order. Among those of one length, shorter steps along slower axes come first,
// then steps back.
func causalOffsets(rank, n int) []offset {
	reach := [...]int{1: n, 2: 4, 3: 3, 4: 2, 5: 2}[rank]
	var list []offset
	var o offset
	var visit func(a int, before bool)
	visit = func(a int, before bool) {
		if a == rank {
			if before {
				list = append(list, o)
			}
			return
		}
		hi := reach
		if !before {
			hi = 0
		}
		for d := -reach; d <= hi; d++ {
			o[a] = d
			visit(a+1, before || d < 0)
		}
		o[a] = 0
	}
	visit(0, false)
	slices.SortStableFunc(list, func(a, b offset) int {
		if c := cmp.Compare(a.squared(), b.squared()); c != 0 {
			return c
		}
		for k := range a { // a smaller |offset| along slower axes first
			if c := cmp.Compare(max(a[k], -a[k]), max(b[k], -b[k])); c != 0 {
				return c
			}
		}
		return 0
	})
	return list[:min(n, len(list))]
}

// neighbours are some of the points before a point.
type neighbours struct {
	offset []offset
	index  []int  // distance of each in row-major indices
	back   offset // the farthest of any along each axis, backwards
	ahead  offset // and forwards
	all    bool   // the current point has all of them
}

func newNeighbours(g *grid, offsets []offset) neighbours {
	n := neighbours{offset: offsets, index: make([]int, len(offsets))}
	for i, o := range offsets {
		for a, d := range o[:g.rank] {
			n.index[i] += d * g.stride[a]
			n.back[a] = max(n.back[a], -d)
			n.ahead[a] = max(n.ahead[a], d)
		}
	}
	return n
}

// inside returns the range of points, along the last axis from the given
// coordinates on, that have all of the neighbours.
func (n *neighbours) inside(g *grid, at *offset) (from, to int) {
	inner := g.rank - 1
	for a := range inner {
		if at[a] < n.back[a] || at[a]+n.ahead[a] >= g.shape[a] {
			return 0, 0
		}
	}
	return n.back[inner], g.shape[inner] - n.ahead[inner]
}

// has reports whether neighbour k of the point at the given coordinates is on the grid.
func (n *neighbours) has(g *grid, at *offset, k int) bool {
	for a := range g.rank {
		if c := at[a] + n.offset[k][a]; c < 0 || c >= g.shape[a] {
			return false
		}
	}
	return true
}
