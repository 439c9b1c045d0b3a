package latent

import (
	"math"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec/internal/grid"
)

// macsPerNanosecond is how many multiplications a model does in a nanosecond on a
// slow machine.
const macsPerNanosecond = 8

// Cost returns what decoding the latents of a chunk takes beside the estimates
// themselves: bytes of memory, and about as many nanoseconds.
func Cost(g *grid.Grid, m *autoencoder.Model) (memory, work int64, err error) {
	w, err := newWindows(g, m)
	if err == nil {
		err = w.check(m)
	}
	if err != nil {
		return 0, 0, err
	}
	n := float64(w.total)
	memory = 4*int64(min(w.total, w.batch))*int64(w.values) + m.DecodeMemory()
	memory += int64(n * float64(m.LatentLen()) * 9) // as bytes, and as integers
	each := float64(m.DecodeWork()/macsPerNanosecond) + float64(20*m.LatentLen())
	return memory, int64(min(float64(n*each), math.MaxInt64/4)), nil
}
