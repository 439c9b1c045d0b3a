package loss

import (
	"errors"
	"math"
	"testing"
)

// steps returns a set of examples of one step each, of ±height in equal shares:
// between examples the MSE and the DSL have closed forms.
func steps(n int, height float32) []float32 {
	v := make([]float32, 2*n)
	for i := range n {
		v[2*i+1] = height
		if i%2 == 0 {
			v[2*i+1] = -height
		}
	}
	return v
}

// Two examples differ with some probability p; then their MSE is (2h)²/2 and
// their DSL tanh(s·h), so s = atanh(2h²)/h matches, whatever p.
func TestFindSharpnessOnSteps(t *testing.T) {
	for _, h := range []float64{0.1, 0.4, 0.65} {
		next, err := RandomBatches(steps(1000, float32(h)), []int{1000, 2}, 1)
		must(t, err)
		got, err := FindSharpness(DSL[float32]{}, []int{64, 2}, next, nil)
		must(t, err)
		want := math.Atanh(2*h*h) / h
		if !got.Converged || got.Capped || math.Abs(got.Value/want-1) > 0.03 {
			t.Errorf("height %v: %+v, want %v", h, got, want)
		}
	}
}

// With 2h² above 1 there is no such s.
func TestFindSharpnessReportsTheCap(t *testing.T) {
	next, err := RandomBatches(steps(1000, 2), []int{1000, 2}, 1)
	must(t, err)
	got, err := FindSharpness(DSL[float32]{}, []int{64, 2}, next, &SharpnessOptions{Max: 4})
	must(t, err)
	if got.Converged || !got.Capped || got.Value != 4 {
		t.Errorf("%+v, want capped at 4", got)
	}
}

func TestFindSharpnessIsDeterministic(t *testing.T) {
	data, _ := randomPair[float32](100*30, 2)
	var first Sharpness
	for i := range 2 {
		next, err := RandomBatches(data, []int{100, 5, 6}, 7)
		must(t, err)
		got, err := FindSharpness(DSL[float32]{Normalize: true, Workers: 1 + i}, []int{20, 5, 6}, next, nil)
		must(t, err)
		if i == 0 {
			first = got
		}
		if got != first || !got.Converged {
			t.Errorf("run %d: %+v, first %+v", i, got, first)
		}
	}
}

func TestFindSharpnessErrors(t *testing.T) {
	next := func([]float32) error { return nil }
	for _, shape := range [][]int{nil, {0, 4}, {1, 4}, {3, 4}, {2, -1}} {
		if r, err := FindSharpness(DSL[float32]{}, shape, next, nil); err == nil {
			t.Errorf("shape %v: %+v, want an error", shape, r)
		}
	}
	for _, o := range []SharpnessOptions{{Steps: -1}, {Max: -1}, {Max: math.NaN()}, {Tolerance: -1}} {
		if r, err := FindSharpness(DSL[float32]{}, []int{2, 4}, next, &o); err == nil {
			t.Errorf("%+v: %+v, want an error", o, r)
		}
	}
	broken := errors.New("broken")
	if _, err := FindSharpness(DSL[float32]{}, []int{2, 4}, func([]float32) error { return broken }, nil); !errors.Is(err, broken) {
		t.Errorf("error %v, want that of the batches", err)
	}
	nan := func(b []float32) error { b[0] = float32(math.NaN()); return nil }
	if r, err := FindSharpness(DSL[float32]{}, []int{2, 4}, nan, nil); err == nil {
		t.Errorf("NaN: %+v, want an error", r)
	}
	if _, err := RandomBatches(nil, []int{0, 4}, 1); err == nil {
		t.Error("no examples: want an error")
	}
	few, err := RandomBatches(make([]float32, 8), []int{2, 4}, 1)
	must(t, err)
	if err := few(make([]float32, 12)); err == nil {
		t.Error("three examples out of two: want an error")
	}
}

// Examples that are all equal have no distance to match: s falls to nothing.
func TestFindSharpnessOfEqualExamples(t *testing.T) {
	next := func(b []float32) error { return nil }
	got, err := FindSharpness(DSL[float32]{}, []int{4, 8}, next, nil)
	must(t, err)
	if got.DSL != 0 || got.Reference != 0 {
		t.Errorf("%+v", got)
	}
}

func TestRandomBatchesDrawsEachOnce(t *testing.T) {
	data := make([]float32, 20)
	for i := range data {
		data[i] = float32(i / 2)
	}
	next, err := RandomBatches(data, []int{10, 2}, 3)
	must(t, err)
	batch := make([]float32, 20)
	for range 5 {
		must(t, next(batch))
		seen := make(map[float32]bool)
		for i := 0; i < 20; i += 2 {
			if batch[i] != batch[i+1] || seen[batch[i]] {
				t.Fatalf("batch %v", batch)
			}
			seen[batch[i]] = true
		}
	}
}
