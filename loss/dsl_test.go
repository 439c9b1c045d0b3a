package loss

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
)

// Both losses behind one interface, in every variant that changes a gradient.
func variants() map[string]Loss[float64] {
	return map[string]Loss[float64]{
		"MSE":           MSE[float64]{},
		"MSE points":    MSE[float64]{SumPoints: true, Reduction: Sum},
		"DSL":           DSL[float64]{Sharpness: 2},
		"DSL softsign":  DSL[float64]{Sharpness: 3, Softsign: true, NoHalving: true, Reduction: Sum},
		"DSL weighted":  DSL[float64]{Sharpness: 2, Normalize: true, Weights: []float64{0.5, 0, 3}},
		"Mix":           Mix[float64]{MSEWeight: 0.7, DSLWeight: 0.2, DSL: DSL[float64]{Sharpness: 2}},
		"Mix zero":      Mix[float64]{},
		"Mix DSL alone": Mix[float64]{DSLWeight: 2, DSL: DSL[float64]{Sharpness: 2, Normalize: true}},
	}
}

func TestGradientIsFiniteDifference(t *testing.T) {
	shape := []int{2, 3, 1, 4}
	pred, target := randomPair[float64](24, 3)
	for name, l := range variants() {
		t.Run(name, func(t *testing.T) {
			grad := make([]float64, len(pred))
			value, err := l.Gradient(grad, pred, target, shape)
			must(t, err)
			if v, err := l.Value(pred, target, shape); err != nil || v != value {
				t.Errorf("Value = %v, %v; Gradient returned %v", v, err, value)
			}
			const h = 1e-6
			for i := range pred {
				p := slices.Clone(pred)
				p[i] += h
				up, err := l.Value(p, target, shape)
				must(t, err)
				p[i] = pred[i] - h
				down, err := l.Value(p, target, shape)
				must(t, err)
				if want := (up - down) / (2 * h); !near(grad[i], want, 1e-6) {
					t.Errorf("grad[%d] = %v, finite difference %v", i, grad[i], want)
				}
			}
		})
	}
}

func TestSharpnessGradientIsFiniteDifference(t *testing.T) {
	shape := []int{2, 3, 4}
	pred, target := randomPair[float64](24, 4)
	for _, softsign := range []bool{false, true} {
		for _, s := range []float64{0.3, 2, 20} {
			at := func(s float64) DSL[float64] {
				return DSL[float64]{Sharpness: s, Softsign: softsign, Weights: []float64{1, 0.5}}
			}
			_, slope, err := at(s).SharpnessGradient(pred, target, shape)
			must(t, err)
			h := 1e-6 * s
			up, err := at(s+h).Value(pred, target, shape)
			must(t, err)
			down, err := at(s-h).Value(pred, target, shape)
			must(t, err)
			if want := (up - down) / (2 * h); !near(slope, want, 1e-6) {
				t.Errorf("softsign %v, s %v: slope %v, finite difference %v", softsign, s, slope, want)
			}
		}
	}
}

// The float32 code differs from the float64 code by rounding alone.
func TestFloat32AgreesWithFloat64(t *testing.T) {
	shape := []int{3, 6, 5, 20}
	p32, t32 := randomPair[float32](3*6*5*20, 5)
	p64, t64 := widen(p32), widen(t32)
	for _, softsign := range []bool{false, true} {
		d32 := DSL[float32]{Softsign: softsign, Normalize: true}
		d64 := DSL[float64]{Softsign: softsign, Normalize: true}
		g32, g64 := make([]float32, len(p32)), make([]float64, len(p64))
		v32, err := d32.Gradient(g32, p32, t32, shape)
		must(t, err)
		v64, err := d64.Gradient(g64, p64, t64, shape)
		must(t, err)
		if !near(v32, v64, 1e-6) {
			t.Errorf("softsign %v: float32 %v, float64 %v", softsign, v32, v64)
		}
		scale := 16 / float64(Comparisons(shape[1:])) / 3
		for i := range g32 {
			if math.Abs(float64(g32[i])-g64[i]) > 1e-4*scale {
				t.Errorf("softsign %v: grad[%d] = %v, float64 %v", softsign, i, g32[i], g64[i])
			}
		}
	}
}

func widen(v []float32) []float64 {
	out := make([]float64, len(v))
	for i, x := range v {
		out[i] = float64(x)
	}
	return out
}

func TestWorkersDoNotChangeBits(t *testing.T) {
	shape := []int{13, 6, 30, 25}
	pred, target := randomPair[float32](13*6*30*25, 6)
	var value, slope float64
	var grad []float32
	for _, workers := range []int{1, 2, 3, 13, 64, 0} {
		m := Mix[float32]{MSEWeight: 1, DSLWeight: 0.1, Workers: workers}
		g := make([]float32, len(pred))
		v, err := m.Gradient(g, pred, target, shape)
		must(t, err)
		if grad == nil {
			value, grad = v, g
		}
		if v != value || !slices.Equal(g, grad) {
			t.Errorf("%d workers: loss %v, one worker %v, or another gradient", workers, v, value)
		}
		_, s, err := DSL[float32]{Workers: workers}.SharpnessGradient(pred, target, shape)
		must(t, err)
		if workers == 1 {
			slope = s
		}
		if s != slope {
			t.Errorf("%d workers: slope %v, one worker %v", workers, s, slope)
		}
	}
}

func TestOneWorkerAllocatesNothing(t *testing.T) {
	shape := []int{4, 8, 16, 16}
	pred, target := randomPair[float32](4*8*16*16, 7)
	grad := make([]float32, len(pred))
	var l Loss[float32] = Mix[float32]{MSEWeight: 1, DSLWeight: 0.1, Workers: 1}
	if n := testing.AllocsPerRun(10, func() {
		if _, err := l.Gradient(grad, pred, target, shape); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("Mix.Gradient: %v allocations, want 0", n)
	}
}

func TestDSLInvariances(t *testing.T) {
	shape := []int{2, 4, 6}
	pred, target := randomPair[float64](48, 8)
	d := DSL[float64]{Sharpness: 3}
	value := func(d DSL[float64], pred, target []float64) float64 {
		t.Helper()
		v, err := d.Value(pred, target, shape)
		must(t, err)
		return v
	}
	want := value(d, pred, target)
	apply := func(v []float64, f func(example, i int, x float64) float64) []float64 {
		out := make([]float64, len(v))
		for i, x := range v {
			out[i] = f(i/24, i%24, x)
		}
		return out
	}

	t.Run("an offset per example", func(t *testing.T) {
		shift := func(e, _ int, x float64) float64 { return x + 2 + float64(e) }
		if got := value(d, apply(pred, shift), target); !near(got, want, 1e-12) {
			t.Errorf("loss %v, want %v", got, want)
		}
	})
	t.Run("values scaled, sharpness unscaled", func(t *testing.T) {
		scale := func(_, _ int, x float64) float64 { return x * 4 }
		soft := DSL[float64]{Sharpness: d.Sharpness / 4}
		if got := value(soft, apply(pred, scale), apply(target, scale)); got != want {
			t.Errorf("loss %v, want %v", got, want)
		}
	})
	t.Run("both arrays reversed", func(t *testing.T) {
		flip := func(v []float64) []float64 {
			return apply(v, func(e, i int, _ float64) float64 { return v[e*24+23-i] })
		}
		if got := value(d, flip(pred), flip(target)); !near(got, want, 1e-12) {
			t.Errorf("loss %v, want %v", got, want)
		}
	})
	t.Run("examples swapped", func(t *testing.T) {
		swap := func(v []float64) []float64 {
			return apply(v, func(e, i int, _ float64) float64 { return v[(1-e)*24+i] })
		}
		if got := value(d, swap(pred), swap(target)); got != want {
			t.Errorf("loss %v, want %v", got, want)
		}
	})
	t.Run("unit axes add nothing", func(t *testing.T) {
		got, err := d.Value(pred, target, []int{2, 1, 4, 1, 6, 1})
		must(t, err)
		if got != want {
			t.Errorf("loss %v, want %v", got, want)
		}
	})
}

// With growing sharpness the loss tends to the exact half sum.
func TestDSLTendsToExact(t *testing.T) {
	shape := []int{2, 5, 7}
	pred, target := randomPair[float64](70, 9)
	for i := 0; i < 70; i += 3 { // ties as well, of either array
		pred[i] = 0
		target[i/2] = 0.5
	}
	d := DSL[float64]{Sharpness: 1e9, Reduction: Sum}
	soft, err := d.Value(pred, target, shape)
	must(t, err)
	exact, err := d.Exact(pred, target, shape)
	must(t, err)
	if !near(soft, exact.HalfSum, 1e-9) {
		t.Errorf("loss %v, exact half sum %v", soft, exact.HalfSum)
	}
	if exact.Unequal <= exact.HalfSum {
		t.Errorf("%v unequal signs against a half sum of %v: ties should count more", exact.Unequal, exact.HalfSum)
	}
	if want := float64(2 * Comparisons(shape[1:])); exact.Comparisons != want || exact.Fraction() != exact.Unequal/want {
		t.Errorf("%v of %v comparisons, fraction %v", exact.Comparisons, want, exact.Fraction())
	}
}

func TestNaNPropagates(t *testing.T) {
	nan := math.NaN()
	for name, l := range variants() {
		for _, inTarget := range []bool{false, true} {
			pred, target := randomPair[float64](24, 10)
			if inTarget {
				target[13] = nan
			} else {
				pred[13] = nan
			}
			grad := make([]float64, 24)
			v, err := l.Gradient(grad, pred, target, []int{2, 3, 1, 4})
			must(t, err)
			if !math.IsNaN(v) || !math.IsNaN(grad[13]) {
				t.Errorf("%s, NaN in target %v: loss %v, gradient there %v, want NaN", name, inTarget, v, grad[13])
			}
			for i, g := range grad[:12] {
				if math.IsNaN(g) {
					t.Errorf("%s: NaN at %d of the example without any", name, i)
				}
			}
		}
	}
	e, err := DSL[float64]{}.Exact([]float64{1, nan, 2}, []float64{1, 2, 3}, []int{1, 3})
	must(t, err)
	if !math.IsNaN(e.HalfSum) || !math.IsNaN(e.Unequal) {
		t.Errorf("exact of NaN: %v", e)
	}
}

func TestInfinitySaturates(t *testing.T) {
	inf := math.Inf(1)
	for _, softsign := range []bool{false, true} {
		d := DSL[float64]{Softsign: softsign}
		v, err := d.Value([]float64{0, inf}, []float64{0, -inf}, []int{1, 2})
		must(t, err)
		if v != 1 {
			t.Errorf("softsign %v: loss of opposite infinities %v, want 1", softsign, v)
		}
		if _, slope, err := d.SharpnessGradient([]float64{0, inf}, []float64{0, 0}, []int{1, 2}); err != nil || slope != 0 {
			t.Errorf("softsign %v: slope %v, %v, want 0", softsign, slope, err)
		}
	}
}

func TestShapesThatDoNotFit(t *testing.T) {
	pred := make([]float64, 6)
	for _, shape := range [][]int{nil, {}, {5}, {2, -3}, {-2, -3}, {2, 4}, {0, 6}, {math.MaxInt, math.MaxInt, 2}} {
		for name, l := range variants() {
			if _, err := l.Value(pred, pred, shape); !errors.Is(err, array.ErrShape) {
				t.Errorf("%s: shape %v: error %v, want ErrShape", name, shape, err)
			}
		}
	}
	for name, l := range variants() {
		if _, err := l.Gradient(nil, pred, pred, []int{2, 3, 1, 1}); !errors.Is(err, array.ErrShape) {
			t.Errorf("%s: gradient into nil: error %v, want ErrShape", name, err)
		}
		if _, err := l.Value(pred, pred[:5], []int{2, 3, 1, 1}); !errors.Is(err, array.ErrShape) {
			t.Errorf("%s: short target: error %v, want ErrShape", name, err)
		}
	}
}

func TestOptionsThatMakeNoSense(t *testing.T) {
	v, shape := make([]float64, 6), []int{2, 3}
	for _, l := range []Loss[float64]{
		DSL[float64]{Sharpness: -1},
		DSL[float64]{Sharpness: math.NaN()},
		DSL[float64]{Sharpness: math.Inf(1)},
		DSL[float64]{Weights: []float64{1, 1}},
		DSL[float64]{Weights: []float64{}},
		DSL[float64]{Weights: []float64{-1}},
		DSL[float64]{Reduction: 7},
		MSE[float64]{Reduction: 7},
		Mix[float64]{MSEWeight: -1},
		Mix[float64]{MSEWeight: 1, DSLWeight: math.NaN()},
		Mix[float64]{DSLWeight: 1, DSL: DSL[float64]{Sharpness: -1}},
	} {
		if x, err := l.Value(v, v, shape); err == nil {
			t.Errorf("%+v: loss %v, want an error", l, x)
		}
	}
}

func TestNothingToCompare(t *testing.T) {
	for _, shape := range [][]int{{0}, {0, 4}, {4, 0}, {3, 0, 2}, {math.MaxInt, 0}} {
		for name, l := range map[string]Loss[float64]{"MSE": MSE[float64]{}, "DSL": DSL[float64]{Normalize: true}} {
			if v, err := l.Value(nil, nil, shape); v != 0 || err != nil {
				t.Errorf("%s of shape %v: %v, %v, want 0", name, shape, v, err)
			}
		}
	}
}

func TestExamplesOfNothing(t *testing.T) {
	for _, shape := range [][]int{{4, 0}, {3, 0, 2}, {2, 3, 0}} {
		for name, d := range map[string]DSL[float32]{"tanh": {}, "softsign": {Softsign: true}} {
			each, err := d.PerExample(nil, nil, shape)
			if err != nil || len(each) != shape[0] || slices.Max(each) != 0 || slices.Min(each) != 0 {
				t.Errorf("%s of shape %v: %v, %v, want %d times 0", name, shape, each, err, shape[0])
			}
		}
	}
}

func ExampleMix() {
	target := []float32{0, 1, 3, 2}
	pred := []float32{0, 2, 1, 1}
	grad := make([]float32, 4)

	l := Mix[float32]{MSEWeight: 1, DSLWeight: 0.1}
	mse, dsl, err := l.Terms(grad, pred, target, []int{1, 4})
	if err != nil {
		panic(err)
	}
	fmt.Printf("MSE %.2f, DSL %.2f\n", mse, dsl)
	// Output: MSE 1.50, DSL 1.50
}
