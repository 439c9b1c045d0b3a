package training

import (
	"math"

	"github.com/morselcodec/morsel/autoencoder/internal/layers"
	"github.com/morselcodec/morsel/autoencoder/internal/scaling"
	"github.com/morselcodec/morsel/internal/kernel"
)

// Quantisation is what stands for rounding the latents while training. The
// step of a channel follows its spread, so a network gains nothing from
// scaling its latents up.
type Quantisation uint8

const (
	// UniformNoise adds noise as wide as a step (Ballé et al., 2017).
	UniformNoise Quantisation = iota
	// StraightThrough rounds, and lets gradients pass as if it had not.
	StraightThrough
	// NoQuantisation trains on exact latents, which are quantised afterwards.
	NoQuantisation
)

// DefaultResolution is the number of quantisation steps in a latent channel's
// standard deviation: about seven bits per latent.
const DefaultResolution = 32

// latentTracker follows mean and variance of each latent channel over the
// training steps and sets the quantiser from them.
type latentTracker struct {
	Mean, Variance []float64
	Batches        int
}

// The tracker's memory is about 100 batches, and a channel's step is never
// below this part of the widest channel's, so that a channel without
// information costs no bits.
const (
	trackerRate  = 0.01
	stepFloor    = 1.0 / 64
	smallestStep = 1e-12
)

func newLatentTracker(channels int) *latentTracker {
	return &latentTracker{Mean: make([]float64, channels), Variance: make([]float64, channels)}
}

// update takes in a batch of latents, [rows, channels], in row order.
func (t *latentTracker) update(z []float32) {
	channels := len(t.Mean)
	sum, square := make([]float64, channels), make([]float64, channels)
	for i, v := range z {
		sum[i%channels] += float64(v)
		square[i%channels] += float64(float64(v) * float64(v))
	}
	t.Batches++
	rate := max(trackerRate, 1/float64(t.Batches))
	rows := float64(len(z) / channels)
	for c := range channels {
		mean := sum[c] / rows
		variance := max(square[c]/rows-float64(mean*mean), 0)
		t.Mean[c] += float64(rate * (mean - t.Mean[c]))
		t.Variance[c] += float64(rate * (variance - t.Variance[c]))
	}
}

// set derives the quantiser.
func (t *latentTracker) set(q *scaling.Quantiser, resolution float64) {
	var widest float64
	for _, v := range t.Variance {
		widest = max(widest, math.Sqrt(v))
	}
	for c, v := range t.Variance {
		step := max(math.Sqrt(v), widest*stepFloor) / resolution
		q.Centre[c] = float32(t.Mean[c])
		q.Step[c] = float32(max(step, smallestStep))
	}
}

// disturb applies the quantisation's training stand-in to z in place.
func (q Quantisation) disturb(p layers.Pass, z []float32, by scaling.Quantiser, codes *[]int32) {
	switch q {
	case UniformNoise:
		kernel.AddNoise(p.Pool, z, by.Step, p.Key)
	case StraightThrough:
		if cap(*codes) < len(z) {
			*codes = make([]int32, len(z))
		}
		by.Round(z, (*codes)[:len(z)])
	}
}
