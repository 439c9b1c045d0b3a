package keep

import (
	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
	"github.com/morselcodec/morsel/formats/array"
)

// A pin asks that a value be known to lie between two places. To that end the
// archive tells in which half of its interval the original is, then in which
// half of that, until what is left lies between them. If only one place is
// left, the value is known exactly.
type target struct {
	value  int // in the arrays
	lo, hi int64
}

// middle returns the last place of the lower half of p's interval.
func (r *graph) middle(p int) int64 {
	return r.lo[p] + int64(uint64(r.hi[p]-r.lo[p])>>1)
}

// bisect narrows the interval of p to one of its halves.
func (r *graph) bisect(p int, upper bool) {
	if middle := r.middle(p); upper {
		r.lo[p] = middle + 1
	} else {
		r.hi[p] = middle
	}
	r.state[p] |= bisected
	if r.lo[p] == r.hi[p] {
		r.state[p] |= fixed
	}
	r.index[p] = min(max(r.index[p], r.lo[p]), r.hi[p])
}

// codeBisections codes how often the interval of each value is halved, as halvings
// says, and to which halves.
func codeBisections[T array.Float](rc *rangecoder.Coder, t *chunk[T], original []int64) {
	code := func(bit int, c *mixing.Counter) int {
		bit = rc.Code(bit, c.P())
		c.Update(bit)
		return bit
	}
	var places [2 << grid.MaxRank]mixing.Counter
	for i := range places {
		places[i] = mixing.NewCounter(1 << 13)
	}
	var more [64]mixing.Counter
	for i := range more {
		more[i] = mixing.NewCounter(1 << 15)
	}
	inner := t.grid.Rank - 1
	t.grid.Rows(func(at, n int, coord *[grid.MaxRank]int) {
		edge := false
		for a := range inner {
			edge = edge || coord[a] == 0 || coord[a] == t.grid.Shape[a]-1
		}
		for i := range n {
			p := at + i
			if t.state[p]&ofValues != ordinary || t.lo[p] == t.hi[p] {
				continue
			}
			if rc.Ended() {
				return
			}
			ctx := bitio.Bit(edge || i == 0 || i == n-1)
			for a, s := range t.grid.Stride[:t.grid.Rank] {
				exists := coord[a] > 0
				if a == inner {
					exists = i > 0
				}
				ctx = ctx<<1 | bitio.Bit(exists && t.state[p-s]&(bisected|fixed) != 0)
			}
			halvings := 0
			if original != nil {
				halvings = int(t.bisections[p])
			}
			if code(bitio.Bit(halvings > 0), &places[ctx]) == 0 {
				continue
			}
			for k := 1; ; k++ {
				upper := original != nil && original[p] > t.middle(p)
				t.bisect(p, rc.CodeBits(uint64(bitio.Bit(upper)), 1) == 1)
				if t.lo[p] == t.hi[p] || code(bitio.Bit(halvings > k), &more[min(k, len(more)-1)]) == 0 {
					break
				}
			}
		}
	})
}
