package autoencoder

import (
	"testing"

	"github.com/morselcodec/morsel/autoencoder/internal/layers"
)

// One training step of the DSL paper's MLP and of a small preset.
func BenchmarkStep(b *testing.B) {
	for _, c := range []struct {
		preset string
		array  []int
	}{{"demonstration", []int{64, 2048}}, {"dense", []int{8, 64, 64}}, {"patch3d", []int{8, 64, 64}}, {"stock", []int{64, 640}}, {"shallow-water-transposed", []int{8, 64, 64}}} {
		b.Run(c.preset, func(b *testing.B) {
			field := waves(c.array...)
			d, s, err := readSet(b.Context(), setOf(field), &TrainOptions{Preset: c.preset, Sharpness: 16})
			if err != nil {
				b.Fatal(err)
			}
			nets, t := s.nets, newTrainer(s, d)
			if err := t.start(b.Context()); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(4 * s.Batch * nets.WindowLen()))
			for b.Loop() {
				if _, err := t.step(b.Context(), 0); err != nil {
					b.Fatal(err)
				}
			}
			flop := 6 * float64(s.Batch) * float64(nets.Encoder.MACs+nets.Decoder.MACs)
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
	q := make([]int32, len(field.Data)/layers.Length(m.Window())*m.LatentLen())
	b.SetBytes(int64(4 * len(field.Data)))
	for b.Loop() {
		if err := m.Decode(field.Data, q); err != nil {
			b.Fatal(err)
		}
	}
}
