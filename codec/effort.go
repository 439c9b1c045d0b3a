package codec

import (
	"cmp"
	"math"
	"slices"

	"github.com/morselcodec/morsel/formats"
)

// Effort levels say what an encoder tries; a decoder does not know them.

// attempt is a way to code the residual of a chunk.
type attempt struct {
	coder int
	order int // of the axes, an index of axisOrder
	fit   int // points of a pass that stencils are fitted to; 0: only splines
}

// smallArray is the size up to which an array gets more effort than larger ones
// at the same level: it takes no time to speak of, and what a coder learns too
// late weighs more.
const smallArray = 1 << 17

// attempts lists the ways that a level tries to code a chunk. Those of large
// arrays are coded once, a small array in several ways.
func (in *chunkInput[T]) attempts() []attempt {
	small := in.grid.size <= smallArray && in.tiles.total == 1
	switch level := in.level; {
	case level == 1:
		return []attempt{{coder: coderStatic}}
	case level <= 3:
		return []attempt{{coder: coderStatic, order: in.bestOrder(level), fit: 4000}}
	case level == 4:
		return []attempt{{coder: coderLight}}
	case level <= 6 && !small:
		return []attempt{{coder: coderLight, order: in.bestOrder(level), fit: 4000}}
	}
	if !small {
		return []attempt{{coder: coderFull, order: in.bestOrder(in.level), fit: 20000}}
	}
	var list []attempt
	for order := range axisOrders(in.grid.rank) {
		if in.tries(order) {
			list = append(list, attempt{coder: coderFull, order: order, fit: 20000}, attempt{coder: coderFull, order: order})
		}
	}
	return list
}

// tries reports whether the level tries an axis order: the first and the last
// always, from level 7 on all of them, or some where there are too many.
func (in *chunkInput[T]) tries(order int) bool {
	switch last := axisOrders(in.grid.rank) - 1; {
	case order == 0 || order == last:
		return true
	case in.level < 7 && in.grid.size > 1<<15:
		return false
	}
	return in.grid.rank <= 3 || order%5 == 0
}

// bestOrder returns the axis order to code the chunk in: the roughest axis
// first, so that the smoother ones predict most of the points. From level 7 on
// it is the one that codes the middle of the chunk best.
func (in *chunkInput[T]) bestOrder(level int) int {
	best := orderIndex(in.roughestFirst())
	if level < 7 || in.grid.rank == 1 {
		return best
	}
	part := in.middle()
	size := func(order int) int {
		e := part.walk(nil, attempt{coder: coderLight, order: order, fit: 4000}, part.shrink())
		if e.err != nil {
			return math.MaxInt
		}
		return e.size()
	}
	least := size(best)
	for order := range axisOrders(in.grid.rank) {
		if order == best || !in.tries(order) {
			continue
		}
		if n := size(order); n < least {
			best, least = order, n
		}
	}
	return best
}

// roughestFirst returns the axes by how well neighbours along them predict a
// value, the worst first.
func (in *chunkInput[T]) roughestFirst() []int {
	g := in.grid
	floor := in.eps / 2
	if in.eps == 0 {
		floor = in.largest * 0x1p-24
	}
	var rough [maxRank]float64
	for a := range g.rank {
		rough[a] = in.roughness(a, floor)
	}
	axes := axisOrder(g.rank, 0)
	slices.SortStableFunc(axes, func(a, b int) int { return cmp.Compare(rough[b], rough[a]) })
	return axes
}

// roughness returns the mean logarithm of the errors of interpolation along an
// axis at some points, errors below floor not told apart.
func (in *chunkInput[T]) roughness(axis int, floor float64) float64 {
	const points = 4096
	g := in.grid
	n, h := g.shape[axis], g.stride[axis]
	last := n - 1
	sum, count := 0.0, 0
	var p [1]float64
	for k := range min(points, g.size) {
		i := int(uint64(k) * 2654435761 % uint64(g.size))
		c := i / h % n
		if c == 0 || c == last {
			continue
		}
		// The spline's coordinates are odd: an even c is as good as the next.
		spline(p[:], in.x, i, 1, h, 1+2*min(c/3, 1), 1+2*min(c/3, 1)+1+2*min((last-c)/3, 1))
		if e := math.Abs(float64(in.x[i]) - p[0]); e-e == 0 {
			sum += math.Log2(floor + e)
			count++
		}
	}
	if count == 0 {
		return math.Inf(-1)
	}
	return sum / float64(count)
}

// middle returns a part of the chunk that is representative and small; the chunk
// itself if that is small already.
func (in *chunkInput[T]) middle() *chunkInput[T] {
	want := max(in.grid.size/8, 1<<13)
	if in.grid.size <= 2*want {
		return in
	}
	shape := in.grid.shape[:in.grid.rank]
	part := append([]int(nil), shape...)
	for product(part) > want {
		longest := 0
		for a, n := range part {
			if n > part[longest] {
				longest = a
			}
		}
		part[longest] = (part[longest] + 1) / 2
	}
	lo, hi := make([]int, len(shape)), make([]int, len(shape))
	for a, n := range shape {
		lo[a] = (n - part[a]) / 2
		hi[a] = lo[a] + part[a]
	}
	x := make([]T, product(part))
	copyBox(x, lo, part, in.x, make([]int, len(shape)), shape, lo, hi, 1)
	elements := make([]byte, len(x)*in.DType.Size())
	formats.Demote(elements, x, in.DType)
	g := newGrid(part)
	return newChunkInput(in.chunkCodec, &g, x, elements)
}

// verifyLevel is the level from which the written bytes are decoded and
// compared with the original. Below, the encoder's own reconstruction is, which
// the same code made.
const verifyLevel = 5

// verifies reports whether the written bytes are decoded. For a PSNR they are
// at every level: it counts what a reader will see.
func (c *chunkCodec) verifies() bool { return c.level >= verifyLevel || c.kind == boundPSNR }
