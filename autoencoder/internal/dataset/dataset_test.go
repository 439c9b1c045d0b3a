package dataset

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
)

// indexed is an array whose values are their own positions.
func indexed(shape ...int) *array.Array[float32] {
	a := &array.Array[float32]{Shape: shape, Data: make([]float32, array.Product(shape))}
	for i := range a.Data {
		a.Data[i] = float32(i)
	}
	return a
}

// whole is an array as a region.
func whole(t testing.TB, a *array.Array[float32], rank int) Region {
	t.Helper()
	r, err := wholeArray(a.Header(), make([]int, rank))
	if err != nil {
		t.Fatal(err)
	}
	r.data = a.Data
	return r
}

func TestCut(t *testing.T) {
	a := indexed(2, 3, 4, 5)
	r := whole(t, a, 3)
	window, origin := []int{2, 3, 3}, []int{1, 2, 3}
	got := make([]float32, array.Product(window))
	r.cut(got, window, 1, origin)
	var want []float32
	for d := range 2 {
		for h := range 3 {
			for w := range 3 { // clamped to the array: its edge is repeated
				want = append(want, float32(((1*3+min(1+d, 2))*4+min(2+h, 3))*5+min(3+w, 4)))
			}
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("cut %v, want %v", got, want)
	}
}

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		shape        []int
		window       []int
		train, valid int // values
	}{
		{[]int{10, 4, 8}, []int{4, 8}, 9 * 32, 32},
		{[]int{2, 4, 8}, []int{4, 8}, 32, 32},
		{[]int{100, 8}, []int{4, 8}, 90 * 8, 80},
		{[]int{20, 8}, []int{8, 8}, 12 * 8, 64},                // at least a window is held out
		{[]int{10, 8, 100}, []int{4, 8, 8}, 80 * 90, 80 * 10},  // along the third axis: a tenth
		{[]int{10, 60, 70}, []int{4, 8, 8}, 600 * 62, 600 * 8}, // the third again, 8/70 < 8/60
		{[]int{10, 70, 60}, []int{4, 8, 8}, 600 * 62, 600 * 8}, // now the second
		{[]int{15, 8}, []int{8, 8}, 120, 0},                    // too small to split
		{[]int{1000}, []int{64}, 900, 100},
	} {
		r := whole(t, indexed(c.shape...), len(c.window))
		train, valid, ok := r.split(0.1, c.window)
		if ok != (c.valid > 0) || train.values() != c.train || ok && valid.values() != c.valid {
			t.Errorf("%v: %d values to train on and %d to validate (%v), want %d and %d", c.shape, train.values(), valid.values(), ok, c.train, c.valid)
			continue
		}
		// Every value is on one side, and no window reaches the other side's.
		side := make([]string, len(r.data))
		d := &Set{Window: c.window}
		for name, r := range map[string]Region{"training": train, "validation": valid} {
			if r.data == nil {
				continue
			}
			d.Train = []Region{r}
			if err := d.each(t.Context(), func(v float64) { side[int(v)] += name }); err != nil {
				t.Fatal(err)
			}
			w, rng := make([]float32, array.Product(c.window)), rand.New(rand.NewPCG(1, 1))
			for range 200 {
				d.Draw(w, []Region{r}, rng)
				for _, v := range w {
					if side[int(v)] != name {
						t.Fatalf("%v: a %s window holds value %v, which is %q", c.shape, name, v, side[int(v)])
					}
				}
			}
		}
		if i := slices.Index(side, ""); i >= 0 {
			t.Errorf("%v: value %d is on no side", c.shape, i)
		}
	}
}

// load reads arrays, of which a tenth is held out.
func load(t *testing.T, o Options, arrays ...*array.Array[float32]) *Set {
	t.Helper()
	o.HoldOut = 0.1
	set := func(yield func(array.Source, error) bool) {
		for _, a := range arrays {
			if !yield(array.FromArray(a), nil) {
				return
			}
		}
	}
	d, err := Read(t.Context(), set, func([]int) (*Options, error) { return &o, nil })
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWholeArraysAreHeldOut(t *testing.T) {
	var arrays []*array.Array[float32]
	for range 20 {
		arrays = append(arrays, indexed(4, 4))
	}
	d := load(t, Options{Window: []int{4, 4}}, arrays...)
	if len(d.Train) != 18 || len(d.Valid) != 2 || d.Record.Values != 18*16 || d.Record.HeldOut != 2*16 {
		t.Errorf("%d arrays to train on, %d held out; want 18 and 2; record %+v", len(d.Train), len(d.Valid), d.Record)
	}
}

func TestDatasetStatistics(t *testing.T) {
	a := indexed(4, 4)
	a.Data[0] = float32(math.NaN())
	d := load(t, Options{Window: []int{4, 4}, Fills: []array.Element{
		fillOf(t, array.Float32, "15"), fillOf(t, array.Float32, "99"), fillOf(t, array.Uint8, "14"),
	}}, a)
	// 1 to 14: mean 7.5, variance (14²−1)/12.
	want := Record{Arrays: 1, Values: 14, Missing: 2, Min: 1, Max: 14, Fills: []FillRecord{{"f32", "15", 1}, {"f32", "99", 0}}}
	if r := d.Record; !reflect.DeepEqual(r, want) || r.Usable() != 14.0/16 {
		t.Errorf("record %+v, want %+v", r, want)
	}
	if n := d.Norm; math.Abs(n.Mean-7.5) > 1e-12 || math.Abs(n.Scale-math.Sqrt(195.0/12)) > 1e-6 {
		t.Errorf("normalisation %+v", n)
	}
}

// Arrays without usable values are left aside, not drawn from.
func TestUnusableArraysAreCounted(t *testing.T) {
	good, empty := indexed(6, 30, 40), indexed(6, 30, 40)
	for i := range empty.Data {
		empty.Data[i] = float32(math.NaN())
	}
	for _, n := range []int{1, splitByArray} {
		arrays := []*array.Array[float32]{empty}
		for range n {
			arrays = append(arrays, good)
		}
		d := load(t, Options{Window: []int{4, 8}}, arrays...)
		if r := d.Record; r.Arrays != n || r.Unusable != 1 || r.Missing != 7200 || r.Values+r.HeldOut != int64(n)*7200 || math.Abs(r.Usable()-float64(n)/float64(n+1)) > 1e-12 {
			t.Errorf("%d arrays and an empty one: record %+v", n, r)
		}
	}
}

func TestImpute(t *testing.T) {
	nan := float32(math.NaN())
	x := []float32{nan, nan, 1, nan, 2, nan}
	if n := impute(x); n != 4 || !slices.Equal(x, []float32{1, 1, 1, 1, 2, 2}) {
		t.Errorf("imputed %d values: %v", n, x)
	}
	x = []float32{nan, nan}
	if n := impute(x); n != 2 || !slices.Equal(x, []float32{0, 0}) {
		t.Errorf("imputed %d values: %v, want the mean", n, x)
	}
}

// Windows of which more than half is missing are avoided.
func TestDrawAvoidsMissing(t *testing.T) {
	a := indexed(100)
	for i := 20; i < 100; i++ {
		a.Data[i] = float32(math.NaN())
	}
	r := whole(t, a, 1)
	d := &Set{Window: []int{8}}
	rng := rand.New(rand.NewPCG(1, 1))
	w := make([]float32, 8)
	empty := 0
	for range 200 {
		if d.Draw(w, []Region{r}, rng); slices.Max(w) == 0 { // the mean, 0, stands for all
			empty++
		}
	}
	if empty > 60 { // (4/5)^16 is 3 %, a single draw 80 %
		t.Errorf("%d of 200 windows are empty", empty)
	}
}

func fillOf(t *testing.T, d array.DType, s string) array.Element {
	t.Helper()
	e, err := array.ParseElement(d, s)
	if err != nil {
		t.Fatal(err)
	}
	return e
}
