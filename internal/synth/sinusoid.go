package synth

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/morselcodec/morsel/formats/array"
)

// Sinusoid is the demonstration data of the DSL paper: one cycle of a sine with
// random phase, times e to the power of a ramp that goes from −1 to 1 or, with
// probability ½, from 1 to −1. The default shape is [2048].
type Sinusoid struct{ Options }

// Generate returns an array of shape [Count, points].
func (s Sinusoid) Generate(ctx context.Context) (*array.Array[float32], error) {
	shape, err := s.shape("sinusoid", 2048)
	if err != nil {
		return nil, err
	}
	count := s.count(1)
	a, err := newArray("sinusoid", count, shape)
	if err != nil {
		return nil, err
	}
	n := shape[0]
	rising := make([]float64, n)
	for i := range rising {
		rising[i] = exp(float64(2*float64(i)/float64(max(n-1, 1))) - 1)
	}
	steps := progress{report: s.Progress, total: count}
	err = forEach(ctx, a, count, s.Seed, func(rng *rand.Rand, _ int, dst []float32) error {
		phase := float64(2 * math.Pi * rng.Float64())
		falls := rng.IntN(2) == 1
		for i := range dst {
			ramp := rising[i]
			if falls {
				ramp = rising[n-1-i]
			}
			dst[i] = float32(ramp * sin(phase+float64(2*math.Pi*float64(i)/float64(n))))
		}
		steps.step()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}
