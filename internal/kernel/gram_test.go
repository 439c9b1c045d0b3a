package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func TestGram(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	eachTier(t, func(t *testing.T) {
		for _, cols := range []int{8, 16, 24, 40} {
			for _, rows := range []int{0, 1, 2, 3, 100} {
				x, w := make([]float64, rows*cols), make([]float64, rows)
				for i := range x {
					x[i] = math.Ldexp(rng.NormFloat64(), rng.IntN(60)-30)
				}
				for i := range w {
					w[i] = rng.ExpFloat64()
				}
				if rows == 100 {
					x[50*cols+3], w[70] = math.Inf(1), 5e-324
				}
				checkGram(t, x, w, cols)
			}
		}
	})
}

// checkGram compares Gram with the loop of its doc comment.
func checkGram(t *testing.T, x, w []float64, cols int) {
	t.Helper()
	got, want := make([]float64, cols*cols), make([]float64, cols*cols)
	for i := range got {
		got[i] = 7 // is overwritten
	}
	Gram(got, x, w, cols)
	for r := range w {
		for i := range cols {
			for j := range i + 1 {
				want[i*cols+j] += float64(x[r*cols+i] * float64(w[r]*x[r*cols+j]))
			}
		}
	}
	for i := range cols {
		for j := range i + 1 {
			a, b := got[i*cols+j], want[i*cols+j]
			if math.Float64bits(a) != math.Float64bits(b) && (a == a || b == b) {
				t.Fatalf("%d rows of %d: element %d, %d is %v, want %v", len(w), cols, i, j, a, b)
			}
		}
	}
}

func BenchmarkGram(b *testing.B) {
	for _, cols := range []int{16, 24} {
		b.Run(fmt.Sprint(cols), func(b *testing.B) {
			const rows = 4000
			x, w, dst := make([]float64, rows*cols), make([]float64, rows), make([]float64, cols*cols)
			b.SetBytes(8 * rows * int64(cols))
			for b.Loop() {
				Gram(dst, x, w, cols)
			}
		})
	}
}
