package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func BenchmarkGemm(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, s := range [][3]int{{512, 512, 512}, {1024, 32, 2048}, {1024, 2048, 32}, {2048, 32, 1024}} {
		for _, workers := range []int{1, 2} {
			b.Run(fmt.Sprintf("%dx%dx%d/%d", s[0], s[1], s[2], workers), func(b *testing.B) {
				p := NewPool(workers)
				x := Mat{Data: random(rng, s[0]*s[2]), Rows: s[0], Cols: s[2]}
				y := Mat{Data: random(rng, s[1]*s[2]), Rows: s[2], Cols: s[1]}
				z := Mat{Data: make([]float32, s[0]*s[1]), Rows: s[0], Cols: s[1]}
				b.SetBytes(int64(4 * (len(x.Data) + len(y.Data) + len(z.Data))))
				for b.Loop() {
					Gemm(p, z, x, y, false)
				}
				b.ReportMetric(2*float64(s[0]*s[1]*s[2])*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
			})
		}
	}
}

func BenchmarkConv(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	g := Conv{Batch: 8, CIn: 64, COut: 128, In: [3]int{4, 32, 32}, Out: [3]int{2, 16, 16}, Kernel: [3]int{3, 3, 3}, Stride: [3]int{2, 2, 2}, Pad: [3]int{1, 1, 1}}
	x, y, w := random(rng, g.Batch*g.InLen()), random(rng, g.Batch*g.OutLen()), random(rng, g.WeightLen())
	bias := make([]float32, g.COut)
	p := NewPool(0)
	for _, k := range []struct {
		name string
		run  func()
	}{
		{"forward", func() { ConvForward(p, &g, y, x, w, bias) }},
		{"input", func() { ConvInput(p, &g, x, y, w, nil) }},
		{"weights", func() { ConvWeights(p, &g, w, x, y) }},
	} {
		b.Run(k.name, func(b *testing.B) {
			b.SetBytes(int64(4 * (len(x) + len(y))))
			for b.Loop() {
				k.run()
			}
			flop := 2 * float64(g.Batch*volume(g.Out)) * float64(g.patch()*g.COut)
			b.ReportMetric(flop*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}

func BenchmarkActivation(b *testing.B) {
	x := random(rand.New(rand.NewPCG(1, 2)), 1<<18)
	y := make([]float32, len(x))
	p := NewPool(1)
	for _, k := range []struct {
		name string
		run  func(p *Pool, y, x []float32)
	}{{"relu", ReLU}, {"gelu", GELU}, {"silu", SiLU}} {
		b.Run(k.name, func(b *testing.B) {
			b.SetBytes(int64(4 * len(x)))
			for b.Loop() {
				k.run(p, y, x)
			}
		})
	}
}

func BenchmarkAdam(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	w, g, m, v := random(rng, 1<<18), random(rng, 1<<18), make([]float32, 1<<18), make([]float32, 1<<18)
	p := NewPool(1)
	b.SetBytes(int64(4 * len(w)))
	for b.Loop() {
		Adam(p, AdamStep{Rate: 1e-3, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, Root: 1}, w, g, m, v)
	}
}

func BenchmarkDropout(b *testing.B) {
	x := random(rand.New(rand.NewPCG(1, 2)), 1<<18)
	y := make([]float32, len(x))
	p := NewPool(1)
	b.SetBytes(int64(4 * len(x)))
	for b.Loop() {
		Dropout(p, y, x, 0.1, 42)
	}
}
