package scan

import (
	"cmp"
	"slices"
)

const maxRank = 5

// An offset leads from a point to one coded before it.
type offset [maxRank]int

// nearest returns the n offsets closest to a point, among those that lead to
// points before it in row-major order: along the axes first, last axis first.
func nearest(rank, n int) []offset {
	reach := [...]int{0, n, 4, 3, 2, 2}[rank]
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
	length := func(o offset) int {
		sum := 0
		for _, d := range o {
			sum += d * d
		}
		return sum
	}
	slices.SortStableFunc(list, func(a, b offset) int {
		if c := cmp.Compare(length(a), length(b)); c != 0 {
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

// neighbours finds the values around the points of a line.
type neighbours struct {
	taps  []offset
	index []int // distance of each tap in values
	// Points from lo to hi of a line that is inside have all taps on the grid.
	reach  offset // largest |offset| of any tap along each axis, backwards
	beyond offset // and forwards
}

func newNeighbours(g *grid, taps []offset) neighbours {
	n := neighbours{taps: taps, index: make([]int, len(taps))}
	for i, o := range taps {
		for a, d := range o[:g.rank] {
			n.index[i] += d * g.stride[a]
			n.reach[a] = max(n.reach[a], -d)
			n.beyond[a] = max(n.beyond[a], d)
		}
	}
	return n
}

// inside returns the range of points of the line at the given coordinates whose
// taps are all on the grid.
func (n *neighbours) inside(g *grid, at *offset) (lo, hi int) {
	inner := g.rank - 1
	for a := range inner {
		if at[a] < n.reach[a] || at[a]+n.beyond[a] >= g.shape[a] {
			return 0, 0
		}
	}
	return n.reach[inner], g.shape[inner] - n.beyond[inner]
}

// has reports whether tap k of the point at the given coordinates is on the grid.
func (n *neighbours) has(g *grid, at *offset, k int) bool {
	for a := range g.rank {
		if c := at[a] + n.taps[k][a]; c < 0 || c >= g.shape[a] {
			return false
		}
	}
	return true
}

// grid is an array's shape, without axes of extent 1.
type grid struct {
	rank   int
	shape  offset
	stride offset
	size   int
}

func newGrid(shape []int) grid {
	g := grid{size: 1}
	for _, n := range shape {
		if n != 1 {
			g.shape[g.rank] = n
			g.rank++
		}
	}
	if g.rank == 0 {
		g.rank, g.shape[0] = 1, 1
	}
	for a := g.rank - 1; a >= 0; a-- {
		g.stride[a] = g.size
		g.size *= g.shape[a]
	}
	return g
}
