package distance

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/morselcodec/morsel/internal/long"
	"github.com/morselcodec/morsel/topo"
)

// exactly are numbers of 3000 bits: more than lie between the largest and the
// smallest float64.
func exactly(v float64) *big.Float { return new(big.Float).SetPrec(3000).SetFloat64(v) }

func exactGap(a, b float64) *big.Float {
	d := exactly(a)
	return d.Abs(d.Sub(d, exactly(b)))
}

func larger(a, b *big.Float) *big.Float {
	if a.Cmp(b) < 0 {
		return b
	}
	return a
}

// exactDistances are the L∞ bottleneck distance, W1 and W2 of all matchings.
func exactDistances(d, e []topo.Pair) (bottleneck, w1, w2 float64) {
	halve := func(p topo.Pair) *big.Float { x := exactGap(p.Birth, p.Death); return x.Quo(x, exactly(2)) }
	best := func(combine func(total, cost *big.Float) *big.Float) *big.Float {
		used := make([]bool, len(e))
		var try func(i int) *big.Float
		try = func(i int) *big.Float {
			if i == len(d) {
				total := exactly(0)
				for j, u := range used {
					if !u {
						total = combine(total, halve(e[j]))
					}
				}
				return total
			}
			least := combine(try(i+1), halve(d[i]))
			for j := range e {
				if used[j] {
					continue
				}
				used[j] = true
				cost := larger(exactGap(d[i].Birth, e[j].Birth), exactGap(d[i].Death, e[j].Death))
				if c := combine(try(i+1), cost); c.Cmp(least) < 0 {
					least = c
				}
				used[j] = false
			}
			return least
		}
		return try(0)
	}
	add := func(t, c *big.Float) *big.Float { return new(big.Float).Add(t, c) }
	bottleneck, _ = best(larger).Float64()
	w1, _ = best(add).Float64()
	sum := best(func(t, c *big.Float) *big.Float { return add(t, new(big.Float).Mul(c, c)) })
	w2, _ = sum.Sqrt(sum).Float64()
	return bottleneck, w1, w2
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
		b, w1, w2 := exactDistances(d, e)
		for k, want := range []float64{b, w1, w2} {
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
