package codec

import (
	"errors"
	"math/bits"

	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
	"github.com/morselcodec/morsel/formats"
)

// codePins codes which values are pinned, then where each lies in its
// interval.
func codePins[T formats.Float](rc *rangecoder.Coder, t *topology[T], original []int64) error {
	var want []bool
	if original != nil {
		want = make([]bool, t.size)
		for _, p := range t.pins {
			want[p] = true
		}
	}
	t.pins = t.pins[:0]
	var places []mixing.Counter
	for range 2 << maxRank {
		places = append(places, mixing.NewCounter(1<<13))
	}
	var failed error
	inner := t.grid.rank - 1
	t.rows(func(_, at, n int, coord *[maxRank]int) {
		edge := false
		for a := range inner {
			edge = edge || coord[a] == 0 || coord[a] == t.grid.shape[a]-1
		}
		for i := range n {
			p := at + i
			if t.state[p] != alive || failed != nil {
				continue
			}
			ctx := bitOf(edge || i == 0 || i == n-1)
			for _, s := range t.stride[:t.grid.rank] {
				ctx = ctx<<1 | bitOf(t.state[p-s] == alive|pinned)
			}
			c := &places[ctx]
			bit := 0
			if original != nil {
				bit = bitOf(want[p])
			}
			bit = rc.Code(bit, c.P())
			c.Update(bit)
			if bit == 0 {
				continue
			}
			width := uint64(t.hi[p] - t.lo[p])
			var place uint64
			if original != nil {
				place = uint64(original[p] - t.lo[p])
			}
			if place = rc.CodeBits(place, bits.Len64(width)); place > width {
				failed = errors.New("a pin outside the bound")
				return
			}
			t.pin(p, t.lo[p]+int64(place))
			t.pins = append(t.pins, p)
		}
	})
	return failed
}
