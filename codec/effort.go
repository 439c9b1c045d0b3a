package codec

import "github.com/morselcodec/morsel/formats"

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

// bestOrder returns the axis order that codes the middle of the chunk best.
func (in *chunkInput[T]) bestOrder(level int) int {
	orders := axisOrders(in.grid.rank)
	if orders == 1 {
		return 0
	}
	part := in.middle(level)
	if part == nil {
		return 0
	}
	best, least := 0, 0
	for order := range orders {
		if !in.tries(order) {
			continue
		}
		e := part.walk(nil, attempt{coder: coderLight, order: order, fit: 2000}, part.shrink())
		if e.err == nil && (order == 0 || e.size() < least) {
			best, least = order, e.size()
		}
	}
	return best
}

// middle returns a part of the chunk that is representative and, the lower the
// level, small; the chunk itself if that is small already, nil if there is too little for a choice.
func (in *chunkInput[T]) middle(level int) *chunkInput[T] {
	want := in.grid.size / 8
	if level < 7 {
		want = in.grid.size / 48
	}
	if want = max(want, 1<<13); in.grid.size <= 2*want {
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
	size := in.DType.Size()
	elements := make([]byte, product(part)*size)
	copyBox(elements, lo, part, in.elements, make([]int, len(shape)), shape, lo, hi, size)
	x := make([]T, product(part))
	if err := formats.Promote(x, elements, in.DType); err != nil {
		return nil
	}
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
