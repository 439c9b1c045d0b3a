package autoencoder

import (
	"math/rand/v2"
	"testing"

	"github.com/morselcodec/morsel/autoencoder/internal/layers"
	"github.com/morselcodec/morsel/formats/array"
)

// One training step of the DSL paper's MLP and of a small preset.
func BenchmarkStep(b *testing.B) {
	for _, c := range []struct {
		preset string
		shape  []int
	}{{"demonstration", []int{64, 2048}}, {"dense", []int{8, 64, 64}}, {"patch3d", []int{8, 64, 64}}, {"stock", []int{64, 640}}, {"shallow-water-transposed", []int{8, 64, 64}}} {
		b.Run(c.preset, func(b *testing.B) {
			p, err := NewPreset(c.preset, nil, c.shape)
			if err != nil {
				b.Fatal(err)
			}
			nets, err := layers.Build(&p.Spec)
			if err != nil {
				b.Fatal(err)
			}
			step, err := NewStepper(&TrainOptions{Preset: c.preset, Window: p.Spec.Window, Sharpness: 16})
			if err != nil {
				b.Fatal(err)
			}
			batch := normal(rand.New(rand.NewPCG(1, 2)), p.Batch*nets.WindowLen())
			b.SetBytes(int64(4 * len(batch)))
			for b.Loop() {
				if _, err := step(batch); err != nil {
					b.Fatal(err)
				}
			}
			flop := 6 * float64(p.Batch) * float64(nets.Encoder.MACs+nets.Decoder.MACs)
			b.ReportMetric(flop*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	field := waves(16, 64, 64)
	m, err := Train(b.Context(), setOf(field), &TrainOptions{InitOnly: true})
	if err != nil {
		b.Fatal(err)
	}
	q := make([]int32, len(field.Data)/array.Product(m.Window())*m.LatentLen())
	b.SetBytes(int64(4 * len(field.Data)))
	for b.Loop() {
		if err := m.Decode(field.Data, q); err != nil {
			b.Fatal(err)
		}
	}
}
