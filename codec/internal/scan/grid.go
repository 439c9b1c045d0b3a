package scan

const maxRank = 5

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
