package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
)

// numpyCase is a pair of small fields and what NumPy makes of them. Nulls in
// the fields are NaN.
type numpyCase struct {
	Name            string
	Shape           []int
	DType           string
	Fill            *float64
	Sharpness       float64
	Original, Other []*float64
	Want            map[string]any
}

func arrayOf[T array.Float](shape []int, values []*float64) *array.Array[T] {
	a := &array.Array[T]{Shape: shape}
	for _, v := range values {
		if v == nil {
			a.Data = append(a.Data, T(math.NaN()))
		} else {
			a.Data = append(a.Data, T(*v))
		}
	}
	return a
}

// element is a value as a fill.
func element[T array.Float](v T) array.Element {
	var b [8]byte
	d := array.DTypeOf[T]()
	array.Demote(b[:d.Size()], []T{v}, d)
	return array.ElementAt(d, b[:])
}

func TestAgainstNumPy(t *testing.T) {
	b, err := os.ReadFile("testdata/figures.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []numpyCase }
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) != 8 {
		t.Fatalf("%d cases", len(file.Cases))
	}
	for _, c := range file.Cases {
		t.Run(c.Name, func(t *testing.T) {
			o := &Options{Sharpness: c.Sharpness}
			if c.Fill != nil {
				o.Fills = []array.Element{element(*c.Fill)}
			}
			var r *Report
			var err error
			if c.DType == "f32" {
				r, err = Compare(t.Context(), arrayOf[float32](c.Shape, c.Original), arrayOf[float32](c.Shape, c.Other), o)
			} else {
				r, err = Compare(t.Context(), arrayOf[float64](c.Shape, c.Original), arrayOf[float64](c.Shape, c.Other), o)
			}
			if err != nil {
				t.Fatal(err)
			}
			compareJSON(t, "", toMap(t, r), c.Want)
			for _, p := range r.Persistence {
				if !(p.Bottleneck <= r.MaxAbsError) {
					t.Errorf("dimension %d: bottleneck %v above the largest error %v", p.Dim, p.Bottleneck, r.MaxAbsError)
				}
			}
		})
	}
}

func toMap(t *testing.T, r *Report) map[string]any {
	t.Helper()
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// compareJSON checks everything that want has.
func compareJSON(t *testing.T, at string, got, want any) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		m, ok := got.(map[string]any)
		if !ok {
			t.Errorf("%s: got %v, want an object", at, got)
			return
		}
		for k, v := range want {
			compareJSON(t, at+"."+k, m[k], v)
		}
	case float64:
		g, ok := got.(float64)
		if !ok || math.Abs(g-want) > 1e-9*max(1, math.Abs(want)) {
			t.Errorf("%s: got %v, want %v", at, got, want)
		}
	default:
		if got != want {
			t.Errorf("%s: got %v, want %v", at, got, want)
		}
	}
}

// noisy returns a smooth field and one with uniform errors up to eps.
func noisy(seed uint64, shape []int, eps float64) (x, y *array.Array[float64]) {
	n, _ := array.CheckShape(shape)
	r := rand.New(rand.NewPCG(seed, 1))
	x, y = &array.Array[float64]{Name: "field", Shape: shape}, &array.Array[float64]{Shape: shape}
	last := shape[len(shape)-1]
	for i := range int(n) {
		v := math.Sin(float64(i%last)/5) + math.Cos(float64(i/last)/3) + 0.05*r.NormFloat64()
		x.Data = append(x.Data, v)
		y.Data = append(y.Data, v+eps*(2*r.Float64()-1))
	}
	return x, y
}

func compare[T array.Float](t testing.TB, x, y *array.Array[T], o *Options) *Report {
	t.Helper()
	r, err := Compare(t.Context(), x, y, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestContract(t *testing.T) {
	x, y := noisy(1, []int{20, 30}, 0.1)
	m := toMap(t, compare(t, x, y, nil))
	for _, k := range strings.Fields(`name shape dtype values special_values special_changed non_finite min max range max_abs_error
		max_rel_error max_pwrel_error rmse psnr_db ssim sign_mismatches sign_comparisons sign_mismatch_fraction sign_opposite exact_dsl dsl
		order_mismatches order_comparisons extrema persistence`) {
		if m[k] == nil {
			t.Errorf("no %q in the JSON", k)
		}
	}
	ps := m["persistence"].([]any)
	if len(ps) != 2 {
		t.Fatalf("%d dimensions of persistence", len(ps))
	}
	for dim, p := range ps {
		p := p.(map[string]any)
		if p["dim"] != float64(dim) {
			t.Errorf("entry %d has dimension %v", dim, p["dim"])
		}
		for _, k := range strings.Fields("pairs_original pairs_other bottleneck wasserstein_1 wasserstein_2 accuracy") {
			if p[k] == nil {
				t.Errorf("no %q in persistence", k)
			}
		}
	}
	if m = toMap(t, compare(t, x, y, &Options{NoPersistence: true})); len(m["persistence"].([]any)) != 0 {
		t.Errorf("persistence %v, want an empty list", m["persistence"])
	}
}

func TestSameForAnyWorkers(t *testing.T) {
	x, y := noisy(2, []int{12, 20, 15}, 0.1)
	want, _ := json.Marshal(compare(t, x, y, &Options{Workers: 1}))
	for _, n := range []int{0, 2, 7} {
		got, _ := json.Marshal(compare(t, x, y, &Options{Workers: n}))
		if !bytes.Equal(got, want) {
			t.Errorf("%d workers: %s\nwant %s", n, got, want)
		}
	}
}

func TestIdentical(t *testing.T) {
	for _, shape := range [][]int{{50}, {9, 8}, {4, 5, 6}, {3, 3, 3, 3}, {1}, {1, 1, 1, 1, 1}} {
		x, _ := noisy(3, shape, 0)
		r := compare(t, x, x, nil)
		if !r.Identical() || !math.IsInf(float64(r.PSNR), 1) || math.Abs(float64(r.SSIM)-1) > 1e-12 ||
			r.MaxRelError != 0 || r.Extrema.Errors() != 0 || r.SignMismatches != 0 || r.DSL.Value != 0 {
			t.Errorf("%v: %+v", shape, r)
		}
		for _, p := range r.Persistence {
			if p.Bottleneck != 0 || p.Wasserstein1 != 0 || p.Wasserstein2 != 0 || !p.Accuracy.Wasserstein1.Exact {
				t.Errorf("%v: %+v", shape, p)
			}
		}
		if m := toMap(t, r); m["psnr_db"] != "inf" {
			t.Errorf("psnr_db of identical fields is %v, want inf", m["psnr_db"])
		}
	}
}

func TestEdges(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	seven := []array.Element{element(7.0)}
	for _, c := range []struct {
		name  string
		x, y  []float64
		fills []array.Element
		check func(*Report) bool
	}{
		{"empty", nil, nil, nil, func(r *Report) bool { return r.Values == 0 && r.MaxAbsError == 0 }},
		{"all special", []float64{nan, 7, inf}, []float64{nan, 7, -inf}, seven, func(r *Report) bool {
			return r.Special == 3 && r.SpecialChanged == 1 && !r.Identical() && math.IsNaN(r.Min.Hi) &&
				allNaN(r.Range, r.RMSE, r.PSNR, r.SSIM, r.SignMismatchFraction, r.DSL.Value, r.DSL.Sharpness)
		}},
		{"constant kept", []float64{2, 2, 2}, []float64{2, 2, 2}, nil, func(r *Report) bool {
			return r.Range == 0 && r.MaxRelError == 0 && r.SSIM == 1 && r.Identical()
		}},
		{"constant lost", []float64{2, 2, 2}, []float64{2, 3, 2}, nil, func(r *Report) bool {
			return math.IsInf(float64(r.MaxRelError), 1) && math.IsInf(float64(r.PSNR), -1) && r.Extrema.FalseMaxima == 1
		}},
		{"infinite error", []float64{1, 2, 3}, []float64{1, nan, inf}, nil, func(r *Report) bool {
			return r.NonFinite == 2 && math.IsInf(float64(r.MaxAbsError), 1) && math.IsInf(float64(r.RMSE), 1) &&
				math.IsInf(float64(r.PSNR), -1) && math.IsNaN(float64(r.SSIM))
		}},
		{"squares overflow", []float64{-3e200, 3e200}, []float64{-3e200, 2e200}, nil, func(r *Report) bool {
			return math.Abs(float64(r.RMSE)/(1e200/math.Sqrt2)-1) < 1e-12 && math.Abs(float64(r.PSNR)-20*math.Log10(6*math.Sqrt2)) < 1e-9
		}},
		{"of each value", []float64{-4, 100, 0}, []float64{-3, 101, 0}, nil, func(r *Report) bool {
			pass, fail := 0.25, 0.24
			return r.MaxPointwiseError == 0.25 && len(r.Check(Gates{MaxPointwise: &pass})) == 0 && len(r.Check(Gates{MaxPointwise: &fail})) == 1
		}},
		{"zero lost", []float64{0, 1}, []float64{1e-9, 1}, nil, func(r *Report) bool { return math.IsInf(float64(r.MaxPointwiseError), 1) }},
		{"negative zero", []float64{0, 1}, []float64{math.Copysign(0, -1), 1}, nil, func(r *Report) bool { return r.Identical() }},
		{"fill overwritten", []float64{7, 1, 2}, []float64{6.5, 1, 2}, seven, func(r *Report) bool {
			return r.SpecialChanged == 1 && r.MaxAbsError == 0 && r.SignComparisons == 1
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			shape := []int{len(c.x)}
			r := compare(t, &array.Array[float64]{Shape: shape, Data: c.x}, &array.Array[float64]{Shape: shape, Data: c.y}, &Options{Fills: c.fills})
			if !c.check(r) {
				t.Errorf("%+v", r)
			}
			everyOutput(t, r)
		})
	}
}

func allNaN(figures ...Number) bool {
	return !slices.ContainsFunc(figures, func(n Number) bool { return n == n })
}

// everyOutput writes a report in all forms.
func everyOutput(t *testing.T, r *Report) {
	t.Helper()
	toMap(t, r)
	var b bytes.Buffer
	if err := r.WriteText(&b); err != nil || !strings.Contains(b.String(), r.Verdict()) {
		t.Errorf("text: %v\n%s", err, b.String())
	}
}

func TestCompareErrors(t *testing.T) {
	a := &array.Array[float32]{Shape: []int{2, 3}, Data: make([]float32, 6)}
	for name, b := range map[string]*array.Array[float32]{
		"other shape": {Shape: []int{3, 2}, Data: make([]float32, 6)},
		"short":       {Shape: []int{2, 3}, Data: make([]float32, 5)},
		"no shape":    {Data: make([]float32, 1)},
	} {
		if _, err := Compare(t.Context(), a, b, nil); !errors.Is(err, array.ErrShape) {
			t.Errorf("%s: error %v does not match ErrShape", name, err)
		}
		if _, err := Compare(t.Context(), b, a, nil); !errors.Is(err, array.ErrShape) {
			t.Errorf("%s, first: error %v does not match ErrShape", name, err)
		}
	}
}

func TestGates(t *testing.T) {
	f := func(v float64) *float64 { return &v }
	n := func(v int64) *int64 { return &v }
	x, y := noisy(4, []int{20, 20}, 0.1)
	r := compare(t, x, y, nil)
	e, s, b := float64(r.MaxAbsError), r.SignMismatches, 0.0
	for _, p := range r.Persistence {
		b = max(b, float64(p.Bottleneck))
	}
	if e == 0 || s == 0 || b == 0 || r.Extrema.Errors() == 0 {
		t.Fatalf("the test wants something to fail: %+v", r)
	}
	for _, c := range []struct {
		name string
		r    *Report
		g    Gates
		want string // gates that fail
	}{
		{"none", r, Gates{}, ""},
		{"all kept", r, Gates{f(e), f(float64(r.MaxPointwiseError)), f(b), n(s), n(r.Extrema.Errors())}, ""},
		{"error", r, Gates{MaxAbs: f(e * 0.999)}, "max-abs"},
		{"signs", r, Gates{MaxSignMismatches: n(s - 1)}, "max-sign-mismatches"},
		{"extrema", r, Gates{MaxExtremaErrors: n(0)}, "max-extrema-errors"},
		{"bottleneck", r, Gates{MaxBottleneck: f(0)}, "max-bottleneck in dimension 0,max-bottleneck in dimension 1"},
		{"no persistence", compare(t, x, y, &Options{NoPersistence: true}), Gates{MaxBottleneck: f(9)}, "max-bottleneck"},
		{"not finite", &Report{MaxAbsError: Number(math.Inf(1))}, Gates{MaxAbs: f(9)}, "max-abs"},
		{"undefined", &Report{MaxAbsError: Number(math.NaN())}, Gates{MaxAbs: f(9)}, "max-abs"},
		{"special", &Report{SpecialChanged: 1}, Gates{MaxAbs: f(9)}, "special values changed"},
	} {
		var failed []string
		for _, err := range c.r.Check(c.g) {
			var v *Violation
			if !errors.As(err, &v) {
				t.Fatalf("%s: %T is not a *Violation", c.name, err)
			}
			failed = append(failed, v.Gate)
			if !strings.Contains(err.Error(), "want at most") {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		if got := strings.Join(failed, ","); got != c.want {
			t.Errorf("%s: failed %q, want %q", c.name, got, c.want)
		}
	}
}

func FuzzCompare(f *testing.F) {
	f.Add(uint8(3), []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, []byte{1, 2, 4, 4, 5, 0, 7, 8, 9, 10, 11, 255})
	f.Add(uint8(1), []byte{0, 255, 254, 253, 128}, []byte{0, 255, 254, 253, 129})
	odd := []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), math.MaxFloat32, -math.MaxFloat32, 1e-45}
	f.Fuzz(func(t *testing.T, width uint8, b, c []byte) {
		w := int(width%9) + 1
		n := min(len(b), len(c), 300) / w * w
		shape := []int{n / w, w}
		value := func(b byte) float32 {
			if k := 255 - int(b); k < len(odd) {
				return odd[k]
			}
			return float32(b)
		}
		x, y := &array.Array[float32]{Shape: shape}, &array.Array[float32]{Shape: shape}
		for i := range n {
			x.Data, y.Data = append(x.Data, value(b[i])), append(y.Data, value(c[i]))
		}
		r := compare(t, x, y, &Options{Fills: []array.Element{element(float32(128))}})
		toMap(t, r)
		if r.NonFinite > 0 {
			return
		}
		for _, p := range r.Persistence {
			if !(p.Bottleneck <= r.MaxAbsError) {
				t.Fatalf("dimension %d: bottleneck %v above the largest error %v", p.Dim, p.Bottleneck, r.MaxAbsError)
			}
		}
	})
}

func BenchmarkCompare(b *testing.B) {
	for _, shape := range [][]int{{256, 256}, {48, 48, 48}} {
		x, y := noisy(5, shape, 0.01)
		for _, o := range []*Options{nil, {NoPersistence: true}} {
			b.Run(fmt.Sprintf("%s/persistence=%v", array.FormatShape(shape), o == nil), func(b *testing.B) {
				b.SetBytes(int64(8 * len(x.Data)))
				for b.Loop() {
					compare(b, x, y, o)
				}
			})
		}
	}
}
