package detmath

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestLogarithms(t *testing.T) {
	rng := rand.New(rand.NewPCG(19, 20))
	values := []float64{1, 2, 0.5, 3, math.MaxFloat64, math.SmallestNonzeroFloat64, 0x1p-1022, math.Sqrt2, math.Nextafter(math.Sqrt2/2, 0), math.Nextafter(1, 0), math.Nextafter(1, 2)}
	for range 100000 {
		values = append(values, math.Float64frombits(rng.Uint64()>>1%(0x7ff<<52)))
	}
	for _, x := range values {
		y := Log2(x)
		if want := math.Log2(x); math.Abs(y-want) > 4e-16*math.Max(1, math.Abs(want)) {
			t.Fatalf("log2(%g) is %v, want %v", x, y, want)
		}
		// The last place of y is worth this much of x; a subnormal has places of
		// its own.
		within := 3e-16 + math.Ln2*(math.Nextafter(math.Abs(y), 2000)-math.Abs(y))
		if back := Exp2(y, 1); x < 1.79e308 && math.Abs(back-x) > x*within+math.SmallestNonzeroFloat64/2 {
			t.Fatalf("exp2(log2(%g)) is %g", x, back)
		}
	}
	for y, want := range map[float64]float64{0: 1, 10: 1024, -1074: math.SmallestNonzeroFloat64, 2000: math.Inf(1), math.Inf(1): math.Inf(1), math.Inf(-1): 0, -1: 0.5} {
		if got := Exp2(y, 1); got != want {
			t.Errorf("exp2(%v) is %v, want %v", y, got, want)
		}
	}
	for _, x := range []float64{0, math.Inf(1), math.NaN(), -1} {
		if got, want := Log2(x), math.Log2(x); got != want && !math.IsNaN(want) {
			t.Errorf("log2(%v) is %v, want %v", x, got, want)
		}
	}
	for _, x := range []float64{1e-300, 1e-3, 1, 2, 1000, 1e300} {
		y := Log10(x)
		if want := math.Log10(x); math.Abs(y-want) > 4e-16*math.Abs(want) {
			t.Errorf("log10(%g) is %v, want %v", x, y, want)
		}
		if back := Exp10(y, 7) / 7; math.Abs(back-x) > 1e-12*x {
			t.Errorf("10^log10(%g) is %v", x, back)
		}
	}
	if got, want := Exp2(0.3, 0.75), 0.75*math.Exp2(0.3); math.Abs(got-want) > 1e-15 {
		t.Errorf("0.75·2^0.3 is %v, want %v", got, want)
	}
}
