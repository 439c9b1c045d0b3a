package synth

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
)

func generate(t testing.TB, kind string, o Options) *array.Array[float32] {
	t.Helper()
	a, err := Generate(context.Background(), kind, &o)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Check(); err != nil {
		t.Fatal(err)
	}
	return a
}

func hash(v []float32) string {
	h := sha256.New()
	if err := binary.Write(h, binary.LittleEndian, v); err != nil {
		panic(err)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// The same bits on every machine and for ever.
func TestGoldenBits(t *testing.T) {
	want := map[string]string{
		"shallow-water": "6721c37b23fa5a87",
		"sinusoid":      "5ab967e76b73ff5e",
		"random-walk":   "987c4aa0ae983fe7",
		"spheres":       "385d7da955cf4f1f",
	}
	for _, kind := range Kinds() {
		a := generate(t, kind, Options{Seed: 7, Count: 20, Shape: smallShape(kind)})
		if got := hash(a.Data); got != want[kind] {
			t.Errorf("%s: %s, want %s", kind, got, want[kind])
		}
	}
}

func smallShape(kind string) []int {
	switch kind {
	case "shallow-water":
		return []int{3, 12, 15}
	case "sinusoid":
		return []int{50}
	}
	return nil
}

func TestExamplesDoNotDependOnTheCount(t *testing.T) {
	for _, kind := range Kinds() {
		few := generate(t, kind, Options{Seed: 3, Count: 2, Shape: smallShape(kind)})
		many := generate(t, kind, Options{Seed: 3, Count: 9, Shape: smallShape(kind)})
		if !slices.Equal(few.Data, many.Data[:len(few.Data)]) {
			t.Errorf("%s: 2 examples are not the first of 9", kind)
		}
		other := generate(t, kind, Options{Seed: 4, Count: 2, Shape: smallShape(kind)})
		if slices.Equal(few.Data, other.Data) {
			t.Errorf("%s: seeds 3 and 4 give the same", kind)
		}
		if half := len(few.Data) / 2; slices.Equal(few.Data[:half], few.Data[half:]) {
			t.Errorf("%s: examples 0 and 1 are the same", kind)
		}
	}
}

func TestShapes(t *testing.T) {
	for _, c := range []struct {
		kind  string
		o     Options
		shape []int
	}{
		{"shallow-water", Options{}, []int{8, 64, 64}},
		{"shallow-water", Options{Count: 2, Shape: []int{2, 9, 5}}, []int{2, 2, 9, 5}},
		{"shallow-water", Options{Shape: []int{1, 1, 1}}, []int{1, 1, 1}},
		{"sinusoid", Options{}, []int{2048}},
		{"sinusoid", Options{Count: 3, Shape: []int{1}}, []int{3, 1}},
		{"random-walk", Options{Count: 5}, []int{5, 64}},
		{"random-walk", Options{Count: 1, Shape: []int{1}}, []int{1}},
		{"spheres", Options{}, []int{10000, 101}},
		{"spheres", Options{Count: 30, Shape: []int{3}}, []int{30, 3}},
	} {
		a := generate(t, c.kind, c.o)
		if !slices.Equal(a.Shape, c.shape) || a.Name != c.kind {
			t.Errorf("%s %+v: %s of shape %v, want %v", c.kind, c.o, a.Name, a.Shape, c.shape)
		}
		for i, v := range a.Data {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				t.Errorf("%s: %v at %d", c.kind, v, i)
				break
			}
		}
	}
}

func TestImpossibleOptions(t *testing.T) {
	ctx := context.Background()
	for _, kind := range Kinds() {
		for _, o := range []Options{
			{Count: -1},
			{Shape: []int{2, 2}},
			{Shape: []int{0}},
			{Shape: []int{-4}},
			{Shape: []int{4, 0, 4}},
			{Shape: []int{1, -4, 4}},
			{Shape: []int{math.MaxInt}},
			{Shape: []int{4, math.MaxInt, 4}},
			{Count: math.MaxInt},
			{Count: 2, Shape: []int{1 << 30}},
			{Count: 2, Shape: []int{1 << 10, 1 << 10, 1 << 10}},
		} {
			if _, err := Generate(ctx, kind, &o); err == nil {
				t.Errorf("%s %+v: no error", kind, o)
			}
		}
	}
	for _, o := range []ShallowWater{
		{Bumps: -1},
		{Bumps: 3, MaxBumps: 2},
		{Amplitude: Range{2, 1}},
		{Amplitude: Range{math.NaN(), 1}},
		{Amplitude: Range{1, math.Inf(1)}},
		{Width: Range{-1, 1}},
		{Width: Range{0.2, 0.1}},
		{Width: Range{0.1, math.Inf(1)}},
		{Depth: 1},
		{Depth: math.NaN()},
		{Bumps: 6},
		{Interval: -1},
		{Interval: math.Inf(1)},
	} {
		if _, err := o.Generate(ctx); err == nil {
			t.Errorf("%+v: no error", o)
		}
	}
	if _, err := (RandomWalk{Tick: -1}).Generate(ctx); err == nil {
		t.Error("tick -1: no error")
	}
	if _, err := Generate(ctx, "fire", nil); err == nil {
		t.Error("unknown kind: no error")
	}
}

func TestProgress(t *testing.T) {
	for _, kind := range Kinds() {
		last, all := 0, -1
		o := Options{Count: 6, Shape: smallShape(kind), Progress: func(done, total int) {
			if done != last+1 {
				t.Errorf("%s: step %d after %d", kind, done, last)
			}
			last, all = done, total
		}}
		generate(t, kind, o)
		if last != all {
			t.Errorf("%s: ended at %d of %d", kind, last, all)
		}
	}
}

func TestCancel(t *testing.T) {
	enough := errors.New("enough")
	for _, kind := range Kinds() {
		ctx, cancel := context.WithCancelCause(context.Background())
		o := Options{Count: 100, Shape: smallShape(kind), Progress: func(done, _ int) {
			if done == 2 {
				cancel(enough)
			}
		}}
		if a, err := Generate(ctx, kind, &o); !errors.Is(err, enough) || a != nil {
			t.Errorf("%s: error %v, want the cause of the end", kind, err)
		}
	}
}

func BenchmarkGenerate(b *testing.B) {
	for _, kind := range Kinds() {
		b.Run(kind, func(b *testing.B) {
			o := Options{Count: 16}
			b.SetBytes(int64(4 * len(generate(b, kind, o).Data)))
			for b.Loop() {
				generate(b, kind, o)
			}
		})
	}
}

func ExampleGenerate() {
	a, err := Generate(context.Background(), "shallow-water", &Options{Seed: 1, Count: 4, Shape: []int{8, 32, 32}})
	if err != nil {
		panic(err)
	}
	fmt.Println(a.Name, array.FormatShape(a.Shape))
	// Output: shallow-water 4x8x32x32
}
