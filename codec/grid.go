package codec

import "github.com/morselcodec/morsel/codec/internal/interrupt"

const maxRank = 5

// grid is a chunk's shape with its strides in values.
type grid struct {
	rank   int
	shape  [maxRank]int
	stride [maxRank]int
	size   int
	stop   *interrupt.Watch
}

func newGrid(shape []int) grid {
	g := grid{rank: len(shape), size: 1}
	copy(g.shape[:], shape)
	for a := g.rank - 1; a >= 0; a-- {
		g.stride[a] = g.size
		g.size *= shape[a]
	}
	return g
}
