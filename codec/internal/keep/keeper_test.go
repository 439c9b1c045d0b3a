package keep

import (
	"testing"

	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/formats/array"
)

// An interval, of any size, is bisected until it lies in the target; the original
// never leaves it.
func TestBisectInto(t *testing.T) {
	const most = 0x7fefffffffffffff
	g := grid.New([]int{1})
	for _, c := range []struct{ lo, hi, x, from, to int64 }{
		{-most, most, 0, 0, 0},
		{-most, most, most, most, most},
		{-most, most, -most, -most, -most},
		{-most, most, 12345, 0, most},
		{-8, 7, 7, 6, 7},
		{-8, 7, -8, -8, -8},
		{3, 4, 4, 4, 4},
		{5, 5, 5, 5, 5},
	} {
		k := &Keeper[float64]{chunk: newChunk(&g, array.Float64, Signs, []float64{0}, nil, 1)}
		k.original, k.unprojected = make([]int64, 1), make([]int64, 1)
		p := 0
		k.Lo[p], k.Hi[p], k.original[p], k.unprojected[p] = c.lo, c.hi, c.x, c.lo
		k.bisectInto(target{p, c.from, c.to})
		switch lo, hi := k.Lo[p], k.Hi[p]; {
		case lo > c.x || hi < c.x:
			t.Errorf("%+v: %d is not between %d and %d", c, c.x, lo, hi)
		case lo < c.from || hi > c.to:
			t.Errorf("%+v: left from %d to %d", c, lo, hi)
		case k.unprojected[p] < lo || k.unprojected[p] > hi:
			t.Errorf("%+v: starts at %d, outside of %d to %d", c, k.unprojected[p], lo, hi)
		}
	}
}
