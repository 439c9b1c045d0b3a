package synth

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/morselcodec/morsel/formats/array"
)

// RandomWalk makes windows that look like minute prices: steps with volatility
// that clusters, prices on a grid of ticks, so that there are ties and flat
// stretches. As in the stock data of the DSL paper a window starts at 0 and is
// divided by the standard deviation that such windows have. The default shape
// is [64].
type RandomWalk struct {
	Options
	// Tick is the smallest price change, in standard deviations of one step; 0
	// means 0.2.
	Tick float64
}

// Generate returns an array of shape [Count, minutes].
func (w RandomWalk) Generate(ctx context.Context) (*array.Array[float32], error) {
	shape, err := w.shape("random-walk", 64)
	if err != nil {
		return nil, err
	}
	if w.Tick == 0 {
		w.Tick = 0.2
	}
	if err := checkPositive("random-walk", "tick", w.Tick); err != nil {
		return nil, err
	}
	count := w.count(1)
	a, err := newArray("random-walk", count, shape)
	if err != nil {
		return nil, err
	}
	// The variance k steps from the start is k; a window's average is (n−1)/2.
	deviation := math.Sqrt(float64(max(shape[0]-1, 1)) / 2)
	steps := progress{report: w.Progress, total: count}
	err = forEach(ctx, a, count, w.Seed, func(rng *rand.Rand, _ int, dst []float32) error {
		walk(rng, dst, w.Tick, deviation)
		steps.step()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// walk is a GARCH(1,1) process of unit variance, rounded to ticks.
func walk(rng *rand.Rand, dst []float32, tick, deviation float64) {
	const fresh, reaction, memory = 0.05, 0.10, 0.85
	const warmUp = 64 // until the volatility has forgotten its start
	variance, price := 1.0, 0.0
	for i := -warmUp; i < len(dst); i++ {
		if i >= 0 {
			dst[i] = float32(math.RoundToEven(price/tick) * tick / deviation)
		}
		step := float64(math.Sqrt(variance) * normal(rng))
		variance = fresh + float64(reaction*float64(step*step)) + float64(memory*variance)
		if i >= 0 {
			price += step
		}
	}
}
