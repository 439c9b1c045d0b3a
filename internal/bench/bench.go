// Package bench holds the benchmarks that morsel bench runs and that compare.py
// runs next to PyTorch and OpenBLAS.
//
// [Cases] makes them all; each [Case] is one call to time. Shapes and models
// are those of the comparison: products of matrices, a training step of the
// directional sign loss paper's models (arXiv 2504.04202, table 4) without
// dropout on a fixed batch, and the loss with its gradient alone.
package bench

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/internal/kernel"
	"github.com/morselcodec/morsel/loss"
)

// Case is one benchmark.
type Case struct {
	Name  string
	About string
	Flop  float64 // floating-point operations of the matrix products in a run
	Bytes float64 // read or written once at least; 0 where operations count
	Run   func() error
}

// Cases returns every benchmark on the given number of workers, 0 for one per
// processor. Memory is taken when a case first runs.
func Cases(workers int) []Case {
	var list []Case
	for _, s := range [][3]int{{512, 512, 512}, {1024, 32, 2048}, {32768, 128, 1728}, {1024, 2048, 32}} {
		list = append(list, product(workers, s[0], s[1], s[2]))
	}
	return append(list,
		step("mlp_dsl", "training step, MLP 2048-32-2-32-2048, batch 1024", "demonstration", 1024, workers),
		step("stock", "training step, MLP 64-2048-32-2048-64, batch 64", "stock", 64, workers),
		step("cnn_b4", "training step, 3-D CNN on 8x64x64, batch 4", "shallow-water-transposed", 4, workers),
		step("cnn_b64", "training step, 3-D CNN on 8x64x64, batch 64", "shallow-water-transposed", 64, workers),
		signLoss(workers),
	)
}

func normal(n int) []float32 {
	rng := rand.New(rand.NewPCG(1, uint64(n)))
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return x
}

func product(workers, m, n, k int) Case {
	var c, a, b kernel.Mat
	pool := kernel.NewFusedPool(workers)
	return Case{
		Name:  fmt.Sprintf("sgemm_%dx%dx%d", m, n, k),
		About: fmt.Sprintf("matrix product, %dx%d by %dx%d", m, k, k, n),
		Flop:  2 * float64(m) * float64(n) * float64(k),
		Run: func() error {
			if c.Data == nil {
				a = kernel.Mat{Data: normal(m * k), Rows: m, Cols: k}
				b = kernel.Mat{Data: normal(k * n), Rows: k, Cols: n}
				c = kernel.Mat{Data: make([]float32, m*n), Rows: m, Cols: n}
			}
			kernel.Gemm(pool, c, a, b, false)
			return nil
		},
	}
}

func step(name, about, preset string, batch, workers int) Case {
	var x []float32
	var take func([]float32) (float64, error)
	start := func() error {
		p, err := autoencoder.NewPreset(preset, nil, []int{64, 64, 64, 64})
		if err != nil {
			return err
		}
		for _, layers := range []*[]autoencoder.Layer{&p.Spec.Encoder, &p.Spec.Decoder} {
			*layers = slices.DeleteFunc(*layers, func(l autoencoder.Layer) bool { return l.Kind == "dropout" })
		}
		n := batch
		for _, side := range p.Spec.Window {
			n *= side
		}
		x = normal(n)
		take, err = autoencoder.NewStepper(&autoencoder.TrainOptions{
			Spec: &p.Spec, Sharpness: p.Sharpness, Batch: batch, Rate: 1e-4, Clip: -1, Workers: workers, Quantisation: autoencoder.NoQuantisation,
		})
		return err
	}
	return Case{Name: name, About: about, Run: func() error {
		if take == nil {
			if err := start(); err != nil {
				return err
			}
		}
		_, err := take(x)
		return err
	}}
}

func signLoss(workers int) Case {
	shape := []int{64, 8, 64, 64}
	const n = 64 * 8 * 64 * 64
	var pred, target, grad []float32
	l := loss.DSL[float32]{Normalize: true, Workers: workers}
	return Case{Name: "dsl_fused", About: "directional sign loss and gradient, 64x8x64x64", Bytes: 3 * 4 * n, Run: func() error {
		if grad == nil {
			pred, target, grad = normal(n), normal(n), make([]float32, n)
		}
		_, err := l.Gradient(grad, pred, target, shape)
		return err
	}}
}
