package training

import (
	"math"

	"github.com/morselcodec/morsel/internal/kernel"
)

// adam is the optimiser's state. Its constants are those of Kingma and Ba
// (2015), which frameworks default to.
type adam struct{ m, v []float32 }

const (
	adamBeta1   = 0.9
	adamBeta2   = 0.999
	adamEpsilon = 1e-8
)

func newAdam(weights int) *adam {
	return &adam{make([]float32, weights), make([]float32, weights)}
}

// step updates w from its gradient g; t counts steps from 1.
func (a *adam) step(p *kernel.Pool, w, g []float32, rate float64, t int) {
	kernel.Adam(p, kernel.AdamStep{
		Rate:    float32(rate / (1 - math.Pow(adamBeta1, float64(t)))),
		Beta1:   adamBeta1,
		Beta2:   adamBeta2,
		Epsilon: adamEpsilon,
		Root:    float32(1 / math.Sqrt(1-math.Pow(adamBeta2, float64(t)))),
	}, w, g, a.m, a.v)
}

// clip scales g down so that its norm is at most limit, and reports whether g
// is finite.
func clip(p *kernel.Pool, g []float32, limit float64) bool {
	norm := math.Sqrt(kernel.SumSquares(p, g))
	if norm > limit {
		kernel.Scale(p, float32(limit/norm), g)
	}
	return !math.IsNaN(norm) && !math.IsInf(norm, 0)
}
