package scan

import (
	"math"

	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

// acrossCoder codes whether a float lies across 0 from its prediction, where
// that is close to 0: between a positive and a negative number lie most of the
// indices that floats have.
type acrossCoder struct {
	rc      *rangecoder.Coder
	counter []mixing.Counter // by the prediction's size against σ
}

const acrossContexts = 16

func newAcrossCoder(rc *rangecoder.Coder) acrossCoder {
	return acrossCoder{rc, mixing.NewCounters(acrossContexts, 1<<14)}
}

// code codes whether the value predicted as p is below 0, −0 included, and
// returns a prediction of the same sign as the value.
func (c *acrossCoder) code(below bool, p, sigma float64) float64 {
	k := &c.counter[min(max(log4(math.Abs(p))-log4(sigma)+8, 0), acrossContexts-1)]
	sign := math.Copysign(1, p)
	across := c.rc.Code(bitio.Bit(below != (sign < 0)), k.P())
	k.Update(across)
	if across == 1 {
		return float64(-sign * float64(sigma*0.5))
	}
	return sign * math.Max(math.Abs(p), float64(sigma*0.5))
}
