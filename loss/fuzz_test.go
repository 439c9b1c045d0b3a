package loss

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Any values: the loss is symmetric, between 0 and the number of comparisons,
// and NaN only of non-finite differences; its gradient sums to 0.
func FuzzDSL(f *testing.F) {
	f.Add(uint64(1), 2.0, 1.0, false, uint8(3), uint8(4))
	f.Add(uint64(2), 1e30, 1e30, true, uint8(1), uint8(9))
	f.Add(uint64(3), 1e-30, 0.0, false, uint8(7), uint8(1))
	f.Fuzz(func(t *testing.T, seed uint64, sharpness, scale float64, softsign bool, rows, cols uint8) {
		shape := []int{2, int(rows%8) + 1, int(cols%8) + 1}
		n := 2 * shape[1] * shape[2]
		rng := rand.New(rand.NewPCG(seed, 1))
		pred, target := make([]float32, n), make([]float32, n)
		for i := range pred {
			pred[i] = float32(scale * float64(rng.IntN(9)-4))
			target[i] = float32(rng.NormFloat64())
		}
		d := DSL[float32]{Sharpness: sharpness, Softsign: softsign, Reduction: Sum, Workers: 1}
		grad := make([]float32, n)
		v, err := d.Gradient(grad, pred, target, shape)
		if err != nil {
			return // a sharpness that makes no sense
		}
		if back, _ := d.Value(target, pred, shape); back != v && v == v {
			t.Errorf("loss %v, with arrays swapped %v", v, back)
		}
		most := float64(2 * Comparisons(shape[1:]))
		if v < 0 || v > most {
			t.Errorf("loss %v of %v comparisons", v, most)
		}
		if v != v && math.Abs(scale) < 1e37 {
			t.Error("NaN from finite differences")
		}
		var sum, size float64
		for _, g := range grad {
			sum += float64(g)
			size += math.Abs(float64(g))
		}
		if math.Abs(sum) > 1e-5*size {
			t.Errorf("gradient sums to %v of %v", sum, size)
		}
	})
}
