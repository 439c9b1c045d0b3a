package autoencoder

import (
	"bytes"
	"errors"
	"iter"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/morselcodec/morsel/autoencoder/internal/layers"
	"github.com/morselcodec/morsel/formats/array"
)

// waves is a smooth field: standing waves whose phase depends on the example.
func waves(shape ...int) *array.Array[float32] {
	a := &array.Array[float32]{Name: "waves", Shape: shape}
	n := array.Product(shape)
	a.Data = make([]float32, n)
	for i := range a.Data {
		v, rest := 1.0, i
		for axis := len(shape) - 1; axis >= 0; axis-- {
			v *= math.Sin(0.3*float64(rest%shape[axis]) + 0.7*float64(axis))
			rest /= shape[axis]
		}
		a.Data[i] = float32(100 + 5*v)
	}
	return a
}

func setOf[T array.Float](arrays ...*array.Array[T]) iter.Seq2[array.Source, error] {
	return func(yield func(array.Source, error) bool) {
		for _, a := range arrays {
			if !yield(array.FromArray(a), nil) {
				return
			}
		}
	}
}

// quick are options under which a training takes a fraction of a second and
// exercises dropout, convolution, noise and the DSL.
func quick() *TrainOptions {
	return &TrainOptions{
		Spec: &Spec{
			Window:  []int{4, 8},
			Encoder: layers.Chain(layers.Conv(4, []int{2, 2}, []int{2, 2}, nil), layers.SiLU, Layer{Kind: "dropout", Rate: 0.05}, layers.Flatten, layers.Dense(4)),
			Decoder: layers.Chain(layers.Dense(16), Layer{Kind: "gelu"}, layers.Dense(32)),
		},
		Steps: 40, Batch: 16, Rate: 3e-3, Seed: 7,
	}
}

func train(t *testing.T, o *TrainOptions, arrays ...*array.Array[float32]) *Model {
	t.Helper()
	m, err := Train(t.Context(), setOf(arrays...), o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// reconstruct passes whole windows, laid out one after the other, through m.
func reconstruct(t *testing.T, m *Model, windows []float32) []float32 {
	t.Helper()
	codes := make([]int32, len(windows)/array.Product(m.Window())*m.LatentLen())
	if err := m.Encode(codes, windows); err != nil {
		t.Fatal(err)
	}
	y := make([]float32, len(windows))
	if err := m.Decode(y, codes); err != nil {
		t.Fatal(err)
	}
	return y
}

// cut copies the 4x8 window at (row, column) of an example of a.
func cut(dst []float32, a *array.Array[float32], example, row, column int) {
	rows, columns := a.Shape[1], a.Shape[2]
	for i := range 4 {
		copy(dst[8*i:][:8], a.Data[(example*rows+row+i)*columns+column:])
	}
}

func meanSquare(a, b []float32) float64 {
	var s float64
	for i := range a {
		s += float64(a[i]-b[i]) * float64(a[i]-b[i])
	}
	return s / float64(len(a))
}

func TestTrainLearns(t *testing.T) {
	field := waves(20, 4, 64)
	windows := make([]float32, 64*4*8)
	for i := range 64 {
		cut(windows[i*32:][:32], field, i%20, 0, i%57)
	}
	for _, preset := range []string{"", "dense", "patch2d", "auto"} {
		o := &TrainOptions{Preset: preset, Steps: 300, Batch: 32, Seed: 3, Window: []int{4, 8}}
		if preset == "" {
			o = quick()
			o.Steps = 400
		}
		untrained := *o
		untrained.InitOnly = true
		before := meanSquare(windows, reconstruct(t, train(t, &untrained, field), windows))
		m := train(t, o, field)
		after := meanSquare(windows, reconstruct(t, m, windows))
		if !(after < before/10) {
			t.Errorf("preset %q: mean squared error %.4g untrained, %.4g trained (want a tenth)", preset, before, after)
		}
		if r := m.Info().Training; r.Steps != o.Steps || r.BestStep == 0 || r.Validation == nil || r.Data.HeldOut == 0 {
			t.Errorf("preset %q: training record %+v", preset, r)
		}
	}
}

func TestSeedGivesTheSameBytes(t *testing.T) {
	field := waves(6, 30, 40)
	o := quick()
	o.Workers = 1
	want := train(t, o, field)
	for _, workers := range []int{1, 2, 5} {
		o := quick()
		o.Workers = workers
		if got := train(t, o, field); !bytes.Equal(got.file, want.file) {
			t.Errorf("%d workers give another model than one", workers)
		}
	}
	o = quick()
	o.Seed++
	if train(t, o, field).ID() == want.ID() {
		t.Error("another seed gives the same model")
	}
}

// The same for convolutions with channels enough for their own kernels, both
// ways, and for a batch that does not divide evenly.
func TestSeedGivesTheSameBytesOfConvolutions(t *testing.T) {
	three, two, one := []int{3, 3, 3}, []int{2, 2, 2}, []int{1, 1, 1}
	up := layers.Transposed(1, three, two, one, one)
	spec := &Spec{
		Window: []int{4, 8, 12},
		Encoder: layers.Chain(layers.Conv(8, three, two, one), layers.ReLU, Layer{Kind: "dropout", Rate: 0.1}, layers.Conv(40, three, two, one), layers.ReLU,
			layers.Conv(8, one, nil, nil)),
		Decoder: layers.Chain(layers.Conv(16, one, nil, nil), layers.ReLU, layers.Transposed(8, three, two, one, one), layers.ReLU, up),
	}
	field := waves(6, 12, 20, 16)
	var want []byte
	for _, workers := range []int{1, 1, 2, 5} {
		m := train(t, &TrainOptions{Spec: spec, Steps: 6, Batch: 13, Rate: 3e-3, Seed: 7, Workers: workers}, field)
		if want == nil {
			want = m.file
		}
		if !bytes.Equal(m.file, want) {
			t.Errorf("%d workers give another model than one", workers)
		}
	}
}

func TestInitOnly(t *testing.T) {
	o := quick()
	o.InitOnly = true
	m := train(t, o, waves(30, 40))
	if r := m.Info().Training; r.Steps != 0 || r.BestStep != 0 {
		t.Errorf("record %+v of an untrained model", r)
	}
	if !slices.ContainsFunc(m.contents.Weights, func(v float32) bool { return v != 0 }) {
		t.Error("all weights are zero")
	}
}

func TestEarlyStopping(t *testing.T) {
	o := quick()
	o.Steps, o.EvaluateEvery, o.Patience, o.Rate = 100000, 1, 3, 1e-12
	constant := Constant
	o.Schedule = &constant
	if s := train(t, o, waves(30, 40)).Info().Training.Steps; s > 1000 {
		t.Errorf("trained for %d steps at a rate that improves nothing", s)
	}
}

func TestTimeBudget(t *testing.T) {
	o := quick()
	o.Time = 50 * time.Millisecond
	m := train(t, o, waves(30, 40))
	if s := m.Info().Training.Steps; s == 0 {
		t.Error("no step taken within the time budget")
	}
}

func TestDivergenceIsReported(t *testing.T) {
	o := quick()
	o.Rate, o.Clip = 1e30, -1
	m, err := Train(t.Context(), setOf(waves(30, 40)), o)
	if !errors.Is(err, ErrDiverged) || m == nil {
		t.Errorf("model %v, error %v; want the best model and %v", m != nil, err, ErrDiverged)
	}
}

func TestProgress(t *testing.T) {
	o := quick()
	var calls, evaluated int
	var last Progress
	o.Progress = func(p Progress) {
		calls++
		if p.Evaluated {
			evaluated++
		}
		last = p
	}
	train(t, o, waves(30, 40))
	if evaluated != o.Steps { // a fiftieth of 40 steps is one
		t.Errorf("%d evaluations, want %d", evaluated, o.Steps)
	}
	if last.Step != o.Steps || last.Steps != o.Steps || !(last.Loss > 0) || !(last.Best > 0) || last.Best > last.Validation || last.Remaining != 0 || !(last.WindowsPerSecond > 0) {
		t.Errorf("last progress %+v", last)
	}
}

// Missing values must not leak into the weights, the normalisation or the
// record.
func TestMissingValues(t *testing.T) {
	clean, dirty := waves(30, 40), waves(30, 40)
	for i := 0; i < len(dirty.Data); i += 7 {
		dirty.Data[i] = []float32{float32(math.NaN()), float32(math.Inf(1)), 1e30}[i%3]
	}
	o := quick()
	o.Fills = []array.Element{element(t, array.Float32, "1e30")}
	m := train(t, o, dirty)
	info, want := m.Info(), train(t, quick(), clean).Info()
	if math.Abs(info.Normalisation.Mean-want.Normalisation.Mean) > 0.5 || info.Normalisation.Scale > 2*want.Normalisation.Scale {
		t.Errorf("normalisation %+v with missing values, %+v without", info.Normalisation, want.Normalisation)
	}
	if d := info.Training.Data; d.Max > 106 || d.Min < 94 || d.Values >= want.Training.Data.Values {
		t.Errorf("data record %+v", d)
	}
}

func TestConstantField(t *testing.T) {
	a := &array.Array[float32]{Shape: []int{16, 16}, Data: make([]float32, 256)}
	for i := range a.Data {
		a.Data[i] = 3.5
	}
	for _, perWindow := range []bool{false, true} {
		o := quick()
		o.PerWindow = perWindow
		m := train(t, o, a)
		if y := reconstruct(t, m, a.Data); meanSquare(y, a.Data) > 1 {
			t.Errorf("constant 3.5 came back as %v", y[:4])
		}
	}
}

func TestPerWindowNormalisation(t *testing.T) {
	a := waves(8, 30, 40)
	for i := range a.Data { // an offset per example that dwarfs the waves
		a.Data[i] += float32(1000 * (i / 1200))
	}
	o := quick()
	o.PerWindow = true
	o.Steps = 300
	m := train(t, o, a)
	if m.LatentLen() != 5 {
		t.Fatalf("%d latents, want 4 and the window's mean", m.LatentLen())
	}
	var window [32]float32
	cut(window[:], a, 7, 3, 5)
	if mse := meanSquare(window[:], reconstruct(t, m, window[:])); mse > 9 {
		t.Errorf("mean squared error %.3g at an offset of 7000", mse)
	}
}

func TestTrainRejects(t *testing.T) {
	nan, field := math.NaN(), waves(30, 40)
	for name, c := range map[string]struct {
		change func(*TrainOptions)
		arrays []*array.Array[float32]
		want   error
	}{
		"no data":         {func(*TrainOptions) {}, nil, ErrOptions},
		"too few axes":    {func(*TrainOptions) {}, []*array.Array[float32]{waves(40)}, array.ErrShape},
		"wrong length":    {func(*TrainOptions) {}, []*array.Array[float32]{{Shape: []int{3, 4}, Data: make([]float32, 5)}}, array.ErrShape},
		"NaN weight":      {func(o *TrainOptions) { o.DSL = nan }, nil, ErrOptions},
		"negative rate":   {func(o *TrainOptions) { o.Rate = -1 }, nil, ErrOptions},
		"negative steps":  {func(o *TrainOptions) { o.Steps = -1 }, nil, ErrOptions},
		"all held out":    {func(o *TrainOptions) { o.HoldOut = 1 }, nil, ErrOptions},
		"spec and preset": {func(o *TrainOptions) { o.Preset = "dense" }, nil, ErrOptions},
		"unknown preset":  {func(o *TrainOptions) { o.Spec, o.Preset = nil, "what" }, nil, ErrOptions},
		"bad window":      {func(o *TrainOptions) { o.Spec, o.Window = nil, []int{0, 4} }, nil, ErrOptions},
		"bad spec":        {func(o *TrainOptions) { o.Spec.Decoder = o.Spec.Decoder[:1] }, nil, ErrSpec},
	} {
		arrays := c.arrays
		if arrays == nil && name != "no data" {
			arrays = append(arrays, field)
		}
		o := quick()
		c.change(o)
		if m, err := Train(t.Context(), setOf(arrays...), o); !errors.Is(err, c.want) || m != nil {
			t.Errorf("%s: error %v, want %v", name, err, c.want)
		}
	}
	broken := errors.New("broken input")
	set := func(yield func(array.Source, error) bool) { yield(array.Source{}, broken) }
	if _, err := Train(t.Context(), set, nil); !errors.Is(err, broken) {
		t.Errorf("error %v, want that of the set", err)
	}
}
