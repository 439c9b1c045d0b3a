package distance

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/morselcodec/morsel/internal/long"
	"github.com/morselcodec/morsel/topo"
	"github.com/morselcodec/morsel/topo/internal/exhaustive"
)

// exactDistances are the L∞ bottleneck distance, W1 and W2 of all matchings.
func exactDistances(d, e []topo.Pair) [3]float64 {
	exactly := func(list []topo.Pair) (pairs []exhaustive.Pair) {
		for _, p := range list {
			pairs = append(pairs, exhaustive.Pair{exhaustive.Number(p.Birth), exhaustive.Number(p.Death)})
		}
		return pairs
	}
	return exhaustive.Distances(exactly(d), exactly(e), nil)
}

// closeTo compares to 1e-9, or to half of the last bit of a subnormal number.
func closeTo(got, want float64) bool {
	return got == want || math.Abs(got-want) <= 1e-9*math.Abs(want)+math.SmallestNonzeroFloat64
}

// Distances are right at every scale, and where scales meet.
func TestDistancesAtAnyScale(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	scales := []float64{0x1p-1074, 0x1p-1060, 0x1p-1000, 1e-170, 1, 1e9, 1e170, 0x1p1000, 0x1p1019}
	check := func(name string, d, e []topo.Pair) {
		t.Helper()
		x, y := &topo.Diagram{Pairs: d}, &topo.Diagram{Pairs: e}
		for k, want := range exactDistances(d, e) {
			got := []Distance{must(Bottleneck(t.Context(), x, y, nil)), must(Wasserstein(t.Context(), x, y, 1, nil)), must(Wasserstein(t.Context(), x, y, 2, nil))}[k]
			if !closeTo(got.Value, want) || !got.Exact() {
				t.Errorf("%s, distance %d: %+v, want %v\n%v\n%v", name, k, got, want, d, e)
			}
		}
	}
	// The pairs are the basins of 0 1e170 1 3 2 5 and of 0 1e170 1 4 2 5.
	check("beside a huge one", pairs(1, 1e170, 2, 3), pairs(1, 1e170, 2, 4))
	check("the widest", pairs(-math.MaxFloat64, math.MaxFloat64, 1, 2), pairs(-math.MaxFloat64, math.MaxFloat64, 1, 2.5))
	check("the widest gone", pairs(-math.MaxFloat64, math.MaxFloat64, 1, 2), pairs(1, 2.5))
	check("a hair", pairs(1, 2), pairs(1, 2+0x1p-51))
	for round := range long.Trials(40, 4000) {
		at := func() float64 { return scales[round%len(scales)] }
		if round%2 == 1 { // any scale beside any other
			at = func() float64 { return scales[r.IntN(len(scales))] }
		}
		points := func() (list []topo.Pair) {
			for range r.IntN(5) {
				birth := float64(r.IntN(9)-4) * at()
				list = append(list, pairs(birth, birth+float64(1+r.IntN(9))*at())...)
			}
			return list
		}
		check(fmt.Sprint("round ", round), points(), points())
	}
}

// Essential classes and dropped pairs are measured as safely.
func TestBoundsAtAnyScale(t *testing.T) {
	for _, s := range []float64{0x1p-1060, 0x1p-1000, 1, 0x1p1000} {
		d := &topo.Diagram{Pairs: pairs(0, 8*s, 0, 2*s), Essential: []float64{0, 5 * s}}
		e := &topo.Diagram{Essential: []float64{3 * s, 9 * s}}
		if w := must(Wasserstein(t.Context(), d, e, 2, nil)); !closeTo(w.Value, s*math.Sqrt(9+16+16+1)) {
			t.Errorf("scale %g: %v", s, w.Value/s)
		}
		w := must(Wasserstein(t.Context(), d, e, 2, &Options{MaxPairs: 1, FiniteOnly: true}))
		if !closeTo(w.Value, 4*s) || !closeTo(w.Lower, 3*s) || !closeTo(w.Upper, s*math.Sqrt(17)) {
			t.Errorf("scale %g, one pair dropped: %v to %v", s, w.Lower/s, w.Upper/s)
		}
	}
	widest := &topo.Diagram{Essential: []float64{-math.MaxFloat64}}
	if w := must(Wasserstein(t.Context(), widest, &topo.Diagram{Essential: []float64{math.MaxFloat64}}, 2, nil)); !math.IsInf(w.Value, 1) {
		t.Errorf("a distance beyond float64: %+v", w)
	}
}
