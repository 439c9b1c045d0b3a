// Package grid knows where the values of a chunk lie, and in which order they are
// visited. It builds on nothing but interruption.
//
// A [Grid] is the chunk's shape; a point is a value's coordinates, its index the
// row-major one. The multilevel traversal (section 8.1 of FORMAT.md) visits points
// in passes ([Pass]), from the coarsest level to the finest, each pass in lines
// ([Line]) along the last axis; its order of axes is named by a number
// ([AxisOrder]). What looks at neighbours in row-major order asks by [Border],
// which tells how far a point is from the ends of the chunk.
package grid

import "github.com/morselcodec/morsel/codec/internal/interrupt"

// MaxRank is the most axes that a chunk has.
const MaxRank = 5

// SmallArray is the size, in values, up to which an array gets more effort than
// larger ones at the same level: it takes no time to speak of, and what a coder
// learns too late weighs more.
const SmallArray = 1 << 17

// Grid is a chunk's shape.
type Grid struct {
	Rank   int
	Shape  [MaxRank]int     // extents, slowest axis first
	Stride [MaxRank]int     // difference in index of neighbours along each axis
	Size   int              // number of values
	Watch  *interrupt.Watch // asked on the way; nil: nothing interrupts
}

// New returns the grid of a shape of up to MaxRank axes.
func New(shape []int) Grid {
	g := Grid{Rank: len(shape), Size: 1}
	copy(g.Shape[:], shape)
	for a := g.Rank - 1; a >= 0; a-- {
		g.Stride[a] = g.Size
		g.Size *= shape[a]
	}
	return g
}
