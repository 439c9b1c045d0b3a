// Package grid walks over the values of a chunk.
//
// A [Grid] is the chunk's shape. The multilevel walk takes its values in
// passes ([Pass]), from the coarsest level to the finest, each pass in lines
// ([Line]) along the last axis; its order of axes is named by a number
// ([AxisOrder]). Whoever looks at neighbours instead asks by [Border], which
// tells how far a value is from the ends of the chunk.
package grid

import "github.com/morselcodec/morsel/codec/internal/interrupt"

const MaxRank = 5

// Grid is a chunk's shape with its strides in values.
type Grid struct {
	Rank   int
	Shape  [MaxRank]int
	Stride [MaxRank]int
	Size   int
	Watch  *interrupt.Watch
}

func New(shape []int) Grid {
	g := Grid{Rank: len(shape), Size: 1}
	copy(g.Shape[:], shape)
	for a := g.Rank - 1; a >= 0; a-- {
		g.Stride[a] = g.Size
		g.Size *= shape[a]
	}
	return g
}
