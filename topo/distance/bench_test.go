package distance

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/morselcodec/morsel/topo"
)

// disturbed returns diagrams of a noisy n x n field and of the same field with
// an error of eps.
func disturbed(ctx context.Context, n int, eps float64) (d, e *topo.Diagram) {
	r := rand.New(rand.NewPCG(19, 20))
	x, y := make([]float64, n*n), make([]float64, n*n)
	for i := range x {
		x[i] = r.Float64()
		y[i] = x[i] + eps*(2*r.Float64()-1)
	}
	return must(topo.Sublevel(ctx, []int{n, n}, x, nil)), must(topo.Sublevel(ctx, []int{n, n}, y, nil))
}

func BenchmarkDistance(b *testing.B) {
	type fixture struct {
		name string
		d, e *topo.Diagram
	}
	var fixtures []fixture
	r := rand.New(rand.NewPCG(21, 22))
	for _, n := range []int{1000, 10000} {
		fixtures = append(fixtures, fixture{fmt.Sprint("unrelated/", n), randomDiagram(r, n, 0), randomDiagram(r, n, 0)})
	}
	for _, eps := range []float64{1e-3, 1e-1} {
		d, e := disturbed(b.Context(), 300, eps)
		fixtures = append(fixtures, fixture{fmt.Sprint("noise/", len(d.Pairs), "/", eps), d, e})
	}
	for _, f := range fixtures {
		b.Run(f.name+"/bottleneck", func(b *testing.B) {
			b.SetBytes(int64(16 * (len(f.d.Pairs) + len(f.e.Pairs))))
			for b.Loop() {
				must(Bottleneck(b.Context(), f.d, f.e, nil))
			}
		})
		for _, p := range []float64{1, 2} {
			b.Run(fmt.Sprint(f.name, "/wasserstein", p), func(b *testing.B) {
				b.SetBytes(int64(16 * (len(f.d.Pairs) + len(f.e.Pairs))))
				for b.Loop() {
					must(Wasserstein(b.Context(), f.d, f.e, p, nil))
				}
			})
		}
	}
}
