package training

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/morselcodec/morsel/autoencoder/internal/layers"
	"github.com/morselcodec/morsel/autoencoder/internal/scaling"
	"github.com/morselcodec/morsel/internal/kernel"
)

func TestLatentTrackerSetsTheQuantiser(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	tr := newLatentTracker(3)
	for range 300 {
		z := make([]float32, 3*200)
		for i := range z {
			spread := []float64{8, 1, 1e-6}[i%3]
			z[i] = float32(float64(i%3) + spread*rng.NormFloat64())
		}
		tr.update(z)
	}
	q := scaling.Quantiser{Centre: make([]float32, 3), Step: make([]float32, 3)}
	tr.set(&q, 32)
	// The third channel carries nothing: its step is a 64th of the widest one's.
	for c, want := range []float64{8.0 / 32, 1.0 / 32, 8.0 / 64 / 32} {
		if got := float64(q.Step[c]); math.Abs(got-want) > 0.02*want {
			t.Errorf("channel %d has step %.5f, want %.5f", c, got, want)
		}
		if got := float64(q.Centre[c]); math.Abs(got-float64(c)) > 0.1 {
			t.Errorf("channel %d has centre %.3f, want %d", c, got, c)
		}
	}
	newLatentTracker(3).set(&q, 32)
	if !(q.Step[0] > 0) {
		t.Errorf("step %v without any spread", q.Step[0])
	}
}

func TestQuantisationWhileTraining(t *testing.T) {
	q := scaling.Quantiser{Centre: []float32{0, 1}, Step: []float32{1, 0.5}}
	p := layers.Pass{Pool: kernel.NewPool(1), N: 1000, Key: 5}
	original := normal(rand.New(rand.NewPCG(1, 1)), 2000)
	var codes []int32
	for _, c := range []struct {
		how  Quantisation
		want [2]float64 // mean square of the change over step²
	}{{UniformNoise, [2]float64{1.0 / 12, 1.0 / 12}}, {StraightThrough, [2]float64{1.0 / 12, 1.0 / 12}}, {NoQuantisation, [2]float64{}}} {
		z := append([]float32(nil), original...)
		c.how.disturb(p, z, q, &codes)
		var square [2]float64
		for i, v := range z {
			d := float64(v-original[i]) / float64(q.Step[i%2])
			if math.Abs(d) > 0.5001 {
				t.Fatalf("mode %d moved a latent by %v steps", c.how, d)
			}
			square[i%2] += d * d / 1000
			if on := (v - q.Centre[i%2]) / q.Step[i%2]; c.how == StraightThrough && on != float32(math.Round(float64(on))) {
				t.Fatalf("straight-through left latent %v between steps", v)
			}
		}
		for ch, want := range c.want {
			if math.Abs(square[ch]-want) > 0.01 {
				t.Errorf("mode %d, channel %d: mean square %.4f steps², want %.4f", c.how, ch, square[ch], want)
			}
		}
	}
}

func normal(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return x
}
