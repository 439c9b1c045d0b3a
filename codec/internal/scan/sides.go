package scan

import (
	"math"

	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

// sideCoder codes on which side of 0 a float lies whose prediction is close to
// 0: between the two sides lie most of the places that floats have.
type sideCoder struct {
	rc      *rangecoder.Coder
	counter []mixing.Counter // by the prediction's size against what is expected to be off
}

const sideLevels = 16

func newSideCoder(rc *rangecoder.Coder) sideCoder {
	return sideCoder{rc, mixing.NewCounters(sideLevels, 1<<14)}
}

// code codes whether the number predicted as p is below 0, −0 included, and
// returns where it is to be expected on its side.
func (c *sideCoder) code(below bool, p, scale float64) float64 {
	k := &c.counter[min(max(log4(math.Abs(p))-log4(scale)+8, 0), sideLevels-1)]
	side := math.Copysign(1, p)
	other := c.rc.Code(bitio.Bit(below != (side < 0)), k.P())
	k.Update(other)
	if other == 1 {
		return float64(-side * float64(scale*0.5))
	}
	return side * math.Max(math.Abs(p), float64(scale*0.5))
}
