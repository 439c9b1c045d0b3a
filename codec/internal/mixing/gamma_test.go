package mixing

import (
	"math"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

func TestGammaRoundTrips(t *testing.T) {
	values := []int64{0, 1, -1, 2, -3, 100, -1000, math.MaxUint32, -math.MaxUint32, 0, 7}
	e, g := rangecoder.NewEncoder(nil), NewGamma()
	for _, v := range values {
		g.Code(e, v)
	}
	d, g := rangecoder.NewDecoder(e.Finish()), NewGamma()
	for _, want := range values {
		if got := g.Code(d, 0); got != want {
			t.Fatalf("%d is decoded as %d", want, got)
		}
	}
}
