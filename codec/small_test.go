package codec

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/long"
)

// thousand returns a random shape of about a thousand values.
func thousand(rng *rand.Rand, rank int) []int {
	shape := make([]int, rank)
	left := 1000.0
	for a := range shape {
		n := max(1, math.Round(math.Pow(left, (0.5+rng.Float64())/float64(rank-a))))
		if a == rank-1 {
			n = max(1, math.Round(left))
		}
		shape[a] = int(n)
		left /= n
	}
	rng.Shuffle(rank, func(i, j int) { shape[i], shape[j] = shape[j], shape[i] })
	return shape
}

// What an archive of about a thousand values holds beside its residual takes
// 64 bytes at most, for every type, rank and level.
func TestSmallHeaders(t *testing.T) {
	rng := rand.New(rand.NewPCG(15, 16))
	for trial := range long.Trials(55, 550) {
		d := allTypes[trial%len(allTypes)]
		shape := thousand(rng, 1+trial/len(allTypes)%array.MaxRank)
		lo, hi := -50.0, 50.0
		if d.IsInteger() {
			lo, hi = quant.IntegerRange(d)
		}
		x := make([]float64, array.Product(shape))
		f, g, noise := rng.Float64(), rng.Float64(), math.Pow(10, -2-4*rng.Float64())
		for i := range x {
			wave := math.Sin(f*float64(i)) * math.Cos(g*float64(i/shape[len(shape)-1]))
			x[i] = lo + (hi-lo)*(0.5+0.4*wave+noise*rng.NormFloat64())
		}
		raw := make([]byte, len(x)*d.Size())
		array.Demote(raw, x, d)
		archive, stats, err := encodeRaw(array.Header{DType: d, Shape: shape}, raw, &Options{Level: 1 + rng.IntN(9), Bound: Bound{Rel: 1e-3}})
		if err != nil {
			t.Fatal(err)
		}
		if over := int64(len(archive)) - stats.Sections.Residual; over > 64 {
			t.Errorf("%v %v: %d bytes beside the residual (%+v, %s)", d, shape, over, stats.Sections, stats.Predictor)
		}
	}
}
