package topo

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
)

// extremaByDefinition uses nothing of grid.
func extremaByDefinition(shape []int, x []float64, out []bool) []Extremum {
	e := make([]Extremum, len(x))
	for i := range x {
		if out[i] {
			continue
		}
		below, above, seen := 0, 0, 0
		for _, j := range neighbours(shape, i, FullConnectivity) {
			if out[j] {
				continue
			}
			seen++
			if x[i] < x[j] {
				below++
			}
			if x[i] > x[j] {
				above++
			}
		}
		switch {
		case seen == 0:
		case below == seen:
			e[i] = Minimum
		case above == seen:
			e[i] = Maximum
		}
	}
	return e
}

func leftOut(x []float64, o *Options) []bool {
	out := make([]bool, len(x))
	for i := range x {
		out[i] = math.IsNaN(x[i]) || o.Mask != nil && o.Mask[i]
	}
	return out
}

func TestExtrema(t *testing.T) {
	eachField(t, func(t *testing.T, shape []int, x []float64, o *Options) {
		r := rand.New(rand.NewPCG(1, uint64(len(x))))
		x[r.IntN(len(x))] = math.NaN()
		out := leftOut(x, o)
		want := extremaByDefinition(shape, x, out)
		if got := must(Extrema(t.Context(), shape, x, o.Mask)); !slices.Equal(got, want) {
			t.Fatalf("got  %v\nwant %v", got, want)
		}

		y := slices.Clone(x)
		for i := range y {
			if r.IntN(3) == 0 {
				y[i] += float64(r.IntN(3) - 1)
			}
		}
		y[r.IntN(len(y))] = math.NaN()
		other := extremaByDefinition(shape, y, out)
		var c ExtremaChange
		count := func(n *int64, is bool) {
			if is {
				*n++
			}
		}
		for i := range want {
			count(&c.TrueMinima, want[i] == Minimum)
			count(&c.TrueMaxima, want[i] == Maximum)
			count(&c.FalseMinima, want[i] != Minimum && other[i] == Minimum)
			count(&c.FalseMaxima, want[i] != Maximum && other[i] == Maximum)
			count(&c.MissedMinima, want[i] == Minimum && other[i] != Minimum)
			count(&c.MissedMaxima, want[i] == Maximum && other[i] != Maximum)
		}
		if got := must(CompareExtrema(t.Context(), shape, x, y, o)); got != c {
			t.Fatalf("got %+v, want %+v", got, c)
		}
	})
}

func TestSmallExtrema(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name  string
		shape []int
		x     []float64
		want  []Extremum
	}{
		{"ends", []int{4}, []float64{1, 2, 3, 4}, []Extremum{Minimum, 0, 0, Maximum}},
		{"plateau", []int{4}, []float64{2, 1, 1, 2}, []Extremum{Maximum, 0, 0, Maximum}},
		{"alone", []int{1}, []float64{5}, []Extremum{0}},
		{"walled in", []int{3}, []float64{nan, 5, nan}, []Extremum{0, 0, 0}},
		{"beside a hole", []int{4}, []float64{nan, 5, 6, 5}, []Extremum{0, Minimum, Maximum, Minimum}},
		{"diagonal", []int{2, 2}, []float64{1, 2, 2, 0}, []Extremum{0, 0, 0, Minimum}},
	} {
		if got := must(Extrema(t.Context(), c.shape, c.x, nil)); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func sign(v float64) float64 {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return v // 0 or NaN
}

func TestCompareDifferences(t *testing.T) {
	eachField(t, func(t *testing.T, shape []int, x []float64, o *Options) {
		r := rand.New(rand.NewPCG(2, uint64(len(x))))
		x[r.IntN(len(x))] = math.Inf(1)
		y := slices.Clone(x)
		for i := range y {
			y[i] += float64(r.IntN(3) - 1)
		}
		for i := range x {
			if math.IsInf(x[i], 0) {
				x[i] = math.NaN() // as leftOut knows it
			}
		}
		out := leftOut(x, o)
		want := SignChange{}
		half := 0.0
		for i := range x {
			for _, j := range neighbours(shape, i, o.Connectivity) {
				if j <= i || out[i] || out[j] {
					continue
				}
				want.Comparisons++
				a, b := sign(x[j]-x[i]), sign(y[j]-y[i])
				if a != b {
					want.Mismatches++
				}
				if a*b < 0 {
					want.Opposite++
				}
				half += math.Abs(a-b) / 2
			}
		}
		var got SignChange
		var err error
		if o.Connectivity == AxisConnectivity {
			got, err = CompareSigns(t.Context(), shape, x, y, o)
		} else {
			got, err = CompareOrder(t.Context(), shape, x, y, o)
			if len(shape) > MaxOrderRank {
				if !errors.Is(err, array.ErrShape) {
					t.Fatalf("rank %d: error %v", len(shape), err)
				}
				return
			}
		}
		if err != nil || got != want || got.HalfSum() != half {
			t.Fatalf("got %+v (half sum %v), %v, want %+v (%v)", got, got.HalfSum(), err, want, half)
		}
	})
}

func TestSignsOfNonFinite(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	x := []float64{1, 2, 3, 4, 5}
	y := []float64{1, nan, inf, inf, 9}
	// 1→NaN, NaN→Inf and Inf→Inf have no sign; Inf→9 falls.
	got := must(CompareSigns(t.Context(), []int{5}, x, y, nil))
	if want := (SignChange{Comparisons: 4, Mismatches: 4, Opposite: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got.Fraction() != 1 || (SignChange{}).Fraction() != 0 {
		t.Errorf("fractions %v, %v", got.Fraction(), SignChange{}.Fraction())
	}
}

func TestCompareShapes(t *testing.T) {
	x := make([]float32, 6)
	for name, f := range map[string]func([]int, []float32, []float32, []bool) error{
		"extrema": func(s []int, x, y []float32, m []bool) error {
			_, err := CompareExtrema(t.Context(), s, x, y, &Options{Mask: m})
			return err
		},
		"signs": func(s []int, x, y []float32, m []bool) error {
			_, err := CompareSigns(t.Context(), s, x, y, &Options{Mask: m})
			return err
		},
		"order": func(s []int, x, y []float32, m []bool) error {
			_, err := CompareOrder(t.Context(), s, x, y, &Options{Mask: m})
			return err
		},
	} {
		for _, err := range []error{
			f([]int{7}, x, x, nil), f([]int{6}, x, x[:5], nil), f([]int{6}, x, x, make([]bool, 5)), f(nil, x, x, nil),
		} {
			if !errors.Is(err, array.ErrShape) {
				t.Errorf("%s: error %v does not match ErrShape", name, err)
			}
		}
		if err := f([]int{2, 3}, x, x, nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkCompare(b *testing.B) {
	shape := []int{128, 128, 128}
	x := smooth(shape)
	y := slices.Clone(x)
	slices.Reverse(y)
	for name, f := range map[string]func(){
		"extrema": func() { must(CompareExtrema(b.Context(), shape, x, y, nil)) },
		"signs":   func() { must(CompareSigns(b.Context(), shape, x, y, nil)) },
		"order":   func() { must(CompareOrder(b.Context(), shape, x, y, nil)) },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(8 * len(x)))
			for b.Loop() {
				f()
			}
		})
	}
}
