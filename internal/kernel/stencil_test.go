package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func TestStencil(t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 32))
	eachTier(t, func(t *testing.T) {
		for range 300 {
			n, inc, taps := rng.IntN(70), 1+rng.IntN(4), rng.IntN(20)
			reach := rng.IntN(40)
			checkStencil(t, rng, n, inc, taps, reach)
		}
	})
}

// checkStencil compares Stencil with the loop of its doc comment. The values
// end with the last neighbour of the last point.
func checkStencil(t *testing.T, rng *rand.Rand, n, inc, taps, reach int) {
	t.Helper()
	values := random(rng, 2*reach+max(n-1, 0)*inc+1)
	if rng.IntN(3) == 0 {
		values[rng.IntN(len(values))] = float32(math.NaN())
		values[rng.IntN(len(values))] = float32(math.Inf(-1))
	}
	wide := make([]float64, len(values))
	for i, v := range values {
		wide[i] = float64(v)
	}
	base, weights, offsets := make([]float64, n), make([]float64, taps), make([]int, taps)
	for i := range base {
		base[i] = rng.NormFloat64()
	}
	for k := range weights {
		weights[k] = math.Ldexp(rng.NormFloat64(), rng.IntN(40)-20)
		offsets[k] = rng.IntN(2*reach+1) - reach
	}
	got, also := make([]float64, n), make([]float64, n)
	Stencil(got, base, values, reach, inc, weights, offsets)
	Stencil(also, base, wide, reach, inc, weights, offsets)
	for i, b := range base {
		want := b
		for k, w := range weights {
			want += float64(w * (float64(values[reach+i*inc+offsets[k]]) - b))
		}
		for _, g := range []float64{got[i], also[i]} {
			if math.Float64bits(g) != math.Float64bits(want) && (g == g || want == want) {
				t.Fatalf("point %d of %d, %d apart, %d taps: %v, want %v", i, n, inc, taps, g, want)
			}
		}
	}
}

func BenchmarkStencil(b *testing.B) {
	for _, inc := range []int{1, 2, 4} {
		b.Run(fmt.Sprint(inc), func(b *testing.B) {
			const n, taps = 128, 18
			values, base, dst := make([]float32, 100+n*inc), make([]float64, n), make([]float64, n)
			weights, offsets := make([]float64, taps), make([]int, taps)
			for k := range offsets {
				offsets[k] = 5*k - 45
			}
			b.SetBytes(4 * n)
			for b.Loop() {
				Stencil(dst, base, values, 50, inc, weights, offsets)
			}
		})
	}
}
