package codec

import (
	"bytes"
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/formats/array"
)

// bumps is a family of fields: a Gaussian bump at a place of its own.
func bumps(count, size int) *array.Array[float32] {
	a := &array.Array[float32]{Shape: []int{count, size, size}}
	for k := range count {
		cy, cx := float64(k*7%size), float64(k*13%size)
		for i := range size * size {
			dy, dx := float64(i/size)-cy, float64(i%size)-cx
			a.Data = append(a.Data, float32(5*math.Exp(-(dy*dy+dx*dx)/30)))
		}
	}
	return a
}

// bumpModel is a small model trained on bumps.
var bumpModel = sync.OnceValues(func() (*autoencoder.Model, error) {
	set := func(yield func(array.Source, error) bool) { yield(array.FromArray(bumps(64, 16)), nil) }
	return autoencoder.Train(context.Background(), set, &autoencoder.TrainOptions{
		Preset: "dense", Window: []int{16, 16}, Steps: 300, Batch: 16, Seed: 1,
	})
})

func trained(t *testing.T) *autoencoder.Model {
	t.Helper()
	m, err := bumpModel()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func finder(m *autoencoder.Model) func([32]byte) (*autoencoder.Model, error) {
	return func([32]byte) (*autoencoder.Model, error) { return m, nil }
}

func TestLatentsOnly(t *testing.T) {
	m := trained(t)
	for _, shape := range [][]int{{16, 16}, {3, 16, 16}, {37, 21}, {2, 2, 5, 9}} {
		a := bumps(1, 64)
		a.Shape, a.Data = shape, a.Data[:array.Product(shape)]
		nan := float32(math.NaN())
		a.Data[3], a.Data[4] = nan, nan
		for _, inline := range []bool{false, true} {
			var b bytes.Buffer
			stats, err := Encode(t.Context(), &b, a, &Options{Bound: Bound{None: true}, Model: m, InlineModel: inline})
			if err != nil {
				t.Fatal(err)
			}
			if stats.Model == nil || stats.Sections.Latents == 0 || stats.Sections.Residual != 0 || stats.BoundAbs != nil {
				t.Errorf("%v: stats %+v", shape, stats)
			}
			archive := b.Bytes()
			o := &DecodeOptions{}
			if !inline {
				if _, err := Decode[float32](t.Context(), bytes.NewReader(archive), nil); !errors.Is(err, fault.ErrModelNotFound) {
					t.Errorf("%v without the model: %v", shape, err)
				}
				o.Models = finder(m)
			}
			back, err := Decode[float32](t.Context(), bytes.NewReader(archive), o)
			if err != nil {
				t.Fatal(err)
			}
			if math.Float32bits(back.Data[3]) != math.Float32bits(nan) {
				t.Errorf("%v: NaN became %v", shape, back.Data[3])
			}
			ar, err := Open(t.Context(), bytes.NewReader(archive), int64(len(archive)), o)
			if err != nil {
				t.Fatal(err)
			}
			info, err := ar.Info(t.Context())
			if err != nil || info.Model == nil || *info.Model != *stats.Model || info.InlineModel != inline ||
				info.Sections != stats.Sections || info.Bound != "none" {
				t.Errorf("%v: info %+v, stats %+v, %v", shape, info, stats, err)
			}
		}
	}
}

// The decoded field is what the model itself makes of it.
func TestLatentsAreTheModels(t *testing.T) {
	m := trained(t)
	a := bumps(2, 16)
	latents := make([]int32, 2*m.LatentLen())
	want := make([]float32, len(a.Data))
	if err := errors.Join(m.Encode(latents, a.Data), m.Decode(want, latents)); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := Encode(t.Context(), &b, a, &Options{Bound: Bound{None: true}, Model: m}); err != nil {
		t.Fatal(err)
	}
	back, err := Decode[float32](t.Context(), &b, &DecodeOptions{Models: finder(m)})
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if want[i] != back.Data[i] {
			t.Fatalf("value %d is %v, the model says %v", i, back.Data[i], want[i])
		}
	}
}

// With a bound the model is used where that pays, never costs bytes, and the
// bound holds either way.
func TestGuide(t *testing.T) {
	m := trained(t)
	family := bumps(20, 16)
	other := bumps(20, 16)
	for i := range other.Data {
		other.Data[i] = float32(i * 7919 % 1000)
	}
	for name, a := range map[string]*array.Array[float32]{"family": family, "other": other} {
		plain, err := Encode(t.Context(), &bytes.Buffer{}, a, &Options{Bound: Bound{Rel: 1e-2}})
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		stats, err := Encode(t.Context(), &b, a, &Options{Bound: Bound{Rel: 1e-2}, Model: m})
		if err != nil {
			t.Fatal(err)
		}
		if got := stats.ArchiveBytes; got > plain.ArchiveBytes {
			t.Errorf("%s: %d bytes with a model, %d without", name, got, plain.ArchiveBytes)
		}
		if (stats.Model != nil) != (stats.Sections.Latents > 0) {
			t.Errorf("%s: model and latents disagree: %+v", name, stats)
		}
		if used := stats.Model != nil; used != (name == "family") {
			t.Errorf("%s: model used: %v; %+v", name, used, stats)
		}
		back, err := Decode[float32](t.Context(), bytes.NewReader(b.Bytes()), &DecodeOptions{Models: finder(m)})
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range a.Data {
			if math.Abs(float64(v)-float64(back.Data[i])) > *stats.BoundAbs {
				t.Fatalf("%s: value %d is off by more than %v", name, i, *stats.BoundAbs)
			}
		}
		if stats.Model != nil {
			_, err := Decode[float32](t.Context(), bytes.NewReader(b.Bytes()), nil)
			if !errors.Is(err, fault.ErrModelNotFound) {
				t.Errorf("%s without its model: %v", name, err)
			}
		}
	}
}

// What a model is worth depends on neither the place nor the magnitude of the
// values: the guide of float64 is float64.
func TestGuideFarFromZero(t *testing.T) {
	at := func(count int, scale, offset float64) *array.Array[float64] {
		a := bumps(count, 16)
		b := &array.Array[float64]{Shape: a.Shape, Data: make([]float64, len(a.Data))}
		for i, v := range a.Data {
			b.Data[i] = offset + scale*float64(v)
		}
		return b
	}
	var sizes []int64
	for _, c := range []struct{ scale, offset float64 }{{1, 0}, {1, 1e9}, {1e300, 0}, {1e-300, 0}} {
		set := func(yield func(array.Source, error) bool) {
			yield(array.FromArray(at(64, c.scale, c.offset)), nil)
		}
		m, err := autoencoder.Train(t.Context(), set, &autoencoder.TrainOptions{
			Preset: "dense", Window: []int{16, 16}, Steps: 300, Batch: 16, Seed: 1, EvaluateEvery: 150,
		})
		if err != nil {
			t.Fatal(err)
		}
		a := at(20, c.scale, c.offset)
		for _, bound := range []Bound{{Rel: 1e-2}, {None: true}} {
			var b bytes.Buffer
			stats, err := Encode(t.Context(), &b, a, &Options{Bound: bound, Model: m})
			if err != nil {
				t.Fatal(err)
			}
			if stats.Model == nil {
				t.Errorf("%+v, %+v: the model was not used", c, bound)
			}
			back, err := Decode[float64](t.Context(), &b, &DecodeOptions{Models: finder(m)})
			if err != nil {
				t.Fatal(err)
			}
			limit := 2 * c.scale // of a range of 5
			if stats.BoundAbs != nil {
				limit = *stats.BoundAbs
				sizes = append(sizes, stats.ArchiveBytes)
			}
			for i, v := range a.Data {
				if !(math.Abs(v-back.Data[i]) <= limit) {
					t.Fatalf("%+v, %+v: value %d is %v, was %v", c, bound, i, back.Data[i], v)
				}
			}
		}
	}
	for _, n := range sizes {
		if float64(n) > 1.1*float64(sizes[0]) {
			t.Errorf("archives of %v bytes; want about as many each", sizes)
		}
	}
}

func TestWrongModelIsRefused(t *testing.T) {
	m := trained(t)
	set := func(yield func(array.Source, error) bool) { yield(array.FromArray(bumps(8, 16)), nil) }
	wrong, err := autoencoder.Train(context.Background(), set, &autoencoder.TrainOptions{
		Preset: "dense", Window: []int{16, 16}, InitOnly: true, Seed: 2,
	})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := Encode(t.Context(), &b, bumps(1, 16), &Options{Bound: Bound{None: true}, Model: m}); err != nil {
		t.Fatal(err)
	}
	if _, err := Decode[float32](t.Context(), &b, &DecodeOptions{Models: finder(wrong)}); !errors.Is(err, fault.ErrModelNotFound) {
		t.Errorf("another model: %v", err)
	}
	small := &array.Array[float32]{Shape: []int{16}, Data: make([]float32, 16)}
	if _, err := Encode(t.Context(), &b, small, &Options{Bound: Bound{None: true}, Model: m}); !errors.Is(err, ErrOptions) {
		t.Errorf("a 2-D model on a 1-D array: %v", err)
	}
}

// However small the field and whatever the bound, naming the model is paid for.
func TestModelNeverCosts(t *testing.T) {
	m := trained(t)
	used := 0
	for n := 1; n <= 12; n++ {
		a := bumps(n, 16)
		for _, rel := range []float64{0.3, 0.1, 3e-2, 1e-2, 1e-3} {
			for _, level := range []int{1, 5} {
				o := &Options{Bound: Bound{Rel: rel}, Level: level, Chunk: []int{2, 16, 16}, tinyChunks: true}
				plain, err := Encode(t.Context(), &bytes.Buffer{}, a, o)
				if err != nil {
					t.Fatal(err)
				}
				o.Model = m
				with, err := Encode(t.Context(), &bytes.Buffer{}, a, o)
				if err != nil {
					t.Fatal(err)
				}
				if with.ArchiveBytes > plain.ArchiveBytes {
					t.Errorf("%d bumps, rel %v, level %d: %d bytes with the model, %d without",
						n, rel, level, with.ArchiveBytes, plain.ArchiveBytes)
				}
				if with.Model != nil {
					used++
				}
				checkTrial(t, plain, with)
			}
		}
	}
	if used == 0 {
		t.Error("the model was never used")
	}
}

// checkTrial compares what stats say of a model with what it does.
func checkTrial(t *testing.T, plain, with Stats) {
	t.Helper()
	const slack = 24 // of the index
	saved := plain.ArchiveBytes - with.ArchiveBytes
	switch tried := with.ModelTried; {
	case len(tried) != 1 || with.ModelNote == "":
		t.Errorf("tried %v, %q; want one model and a note", tried, with.ModelNote)
	case with.Model != nil && (tried[0].ID != *with.Model || tried[0].Bytes != with.ArchiveBytes):
		t.Errorf("tried %v; the archive has %d bytes", tried, with.ArchiveBytes)
	case with.Model != nil && (with.ModelSaved > saved+slack || with.ModelSaved < saved-slack):
		t.Errorf("saved %d, the archives differ by %d", with.ModelSaved, saved)
	case with.Model == nil && (with.ModelSaved != 0 || tried[0].Bytes < plain.ArchiveBytes && !strings.HasPrefix(with.ModelNote, "no chunk gains")):
		t.Errorf("saved %d, tried %v; the archive has %d bytes without", with.ModelSaved, tried, plain.ArchiveBytes)
	}
}

// What becomes of a model is said in all cases.
func TestModelNote(t *testing.T) {
	m := trained(t)
	constant := bumps(1, 16)
	clear(constant.Data)
	for _, c := range []struct {
		name  string
		a     *array.Array[float32]
		o     Options
		note  string
		tried int
	}{
		{"none", bumps(2, 16), Options{}, "none was given", 0},
		{"latents", bumps(2, 16), Options{Model: m, Bound: Bound{None: true}}, "its latents are all that is stored", 1},
		{"rank", &array.Array[float32]{Shape: []int{5}, Data: make([]float32, 5)}, Options{Model: m}, "its window 16x16 has more axes than the array", 0},
		{"pointwise", bumps(2, 16), Options{Model: m, Bound: Bound{PointwiseRel: 0.01}}, "a bound relative to each value takes none", 0},
		{"constant", constant, Options{Model: m}, "no chunk holds values to predict", 0},
		{"useless", bumps(1, 16), Options{Model: m, Bound: Bound{Rel: 1e-6}, InlineModel: true}, "with it the archive would take", 1},
	} {
		s, err := Encode(t.Context(), &bytes.Buffer{}, c.a, &c.o)
		if err != nil || !strings.HasPrefix(s.ModelNote, c.note) || len(s.ModelTried) != c.tried {
			t.Errorf("%s: %q, %v (%v); want %q, %d tried", c.name, s.ModelNote, s.ModelTried, err, c.note, c.tried)
		}
	}
}

// Without a bound the error is measured at every level, and a half float stays
// finite.
func TestLatentsOnlyReportsItsError(t *testing.T) {
	m := trained(t)
	a := bumps(1, 16)
	a.DType = array.Float16
	for i := range a.Data {
		a.Data[i] = array.Float16To32(array.Float32To16(a.Data[i] * 13000))
	}
	for level := 1; level <= 9; level++ {
		var b bytes.Buffer
		stats, err := Encode(t.Context(), &b, a, &Options{Bound: Bound{None: true}, Model: m, Level: level})
		if err != nil {
			t.Fatal(err)
		}
		back, err := Decode[float32](t.Context(), &b, &DecodeOptions{Models: finder(m)})
		if err != nil {
			t.Fatal(err)
		}
		worst := 0.0
		for i, v := range a.Data {
			worst = max(worst, math.Abs(float64(v)-float64(back.Data[i])))
		}
		if worst != stats.MaxAbsError || math.IsInf(worst, 0) || worst == 0 {
			t.Errorf("level %d: error %v, reported %v", level, worst, stats.MaxAbsError)
		}
	}
}
