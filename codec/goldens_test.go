package codec

import (
	"errors"
	"maps"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/synth"
)

// golden is what a golden archive holds, and how it was encoded.
type golden struct {
	array *array.Array[float64]
	o     *Options
}

// goldens lists the golden archives: together they have every mode, block, coder
// and kind of element that the format has.
func goldens(t *testing.T) map[string]golden {
	field, err := synth.Generate(t.Context(), "shallow-water", &synth.Options{Seed: 7, Count: 5})
	if err != nil {
		t.Fatal(err)
	}
	w := water{t, field.Data}
	all := map[string]golden{}
	for _, some := range []map[string]golden{w.plain(), w.special(), w.pointwise(), w.kept(), w.lossless(), w.byModel()} {
		maps.Copy(all, some)
	}
	return all
}

// water is the field of which all golden arrays but one are made.
type water struct {
	t    *testing.T
	data []float32
}

// as returns the first values of w, scaled, as elements of type d.
func (w water) as(d array.DType, scale float64, shape ...int) *array.Array[float64] {
	w.t.Helper()
	a := &array.Array[float64]{DType: d, Shape: shape}
	for _, v := range w.data[:array.Product(shape)] {
		v := float64(v) * scale
		if d.IsInteger() {
			lo, hi := quant.IntegerRange(d)
			v = math.Round(min(max(v, lo), hi))
		}
		a.Data = append(a.Data, v)
	}
	raw := make([]byte, len(a.Data)*d.Size())
	array.Demote(raw, a.Data, d) // round to the type
	if err := array.Promote(a.Data, raw, d); err != nil {
		w.t.Fatal(err)
	}
	return a
}

// plain has all levels, types and ranks.
func (w water) plain() map[string]golden {
	return map[string]golden{
		"static": {w.as(array.Float32, 1, 8, 64, 64), &Options{Level: 1}},
		"level2": {w.as(array.Float32, 1, 8, 64, 64), &Options{Level: 2}},
		"level3": {w.as(array.Float32, 1, 8, 64, 64), &Options{Level: 3}},
		"light":  {w.as(array.Float32, 1, 8, 64, 64), &Options{Level: 4}},
		"full":   {w.as(array.Float32, 1, 8, 64, 64), &Options{Level: 5}},
		"level6": {w.as(array.Float64, 1, 40, 64, 64), &Options{Level: 6, Bound: Bound{Rel: 1e-2}}},
		"level8": {w.as(array.Float32, 1, 40, 64, 64), &Options{Level: 8, Bound: Bound{Rel: 1e-2}}},
		"large":  {w.as(array.Float32, 1, 40, 64, 64), &Options{Level: 5, Bound: Bound{Rel: 1e-2}}},
		"best":   {w.as(array.Float64, 1, 8, 64, 64), &Options{Level: 9, Bound: Bound{Rel: 1e-6}}},
		"chunks": {w.as(array.Float32, 1, 2, 4, 64, 64), &Options{Chunk: []int{1, 4, 40, 33}, tinyChunks: true}},
		"line":   {w.as(array.Float64, 1e-20, 5000), &Options{Bound: Bound{Abs: 1e-24}}},
		"rank5":  {w.as(array.Float32, 1, 2, 2, 2, 8, 64), &Options{Bound: Bound{PSNR: 60}}},
		"half":   {w.as(array.Float16, 1, 8, 64, 64), &Options{Bound: Bound{Rel: 1e-2}}},
		"int8":   {w.as(array.Int8, 50, 64, 64), &Options{Bound: Bound{Abs: 1}}},
		"int16":  {w.as(array.Int16, 1e4, 8, 64, 64), &Options{Bound: Bound{Abs: 5}}},
		"int32":  {w.as(array.Int32, 1e6, 64, 64), &Options{Bound: Bound{Rel: 1e-4}}},
		"int64":  {w.as(array.Int64, 1e12, 64, 64), &Options{Bound: Bound{Rel: 1e-4}}},
		"uint8":  {w.as(array.Uint8, 100, 64, 64), &Options{Bound: Bound{Rel: 0.02}}},
		"uint32": {w.as(array.Uint32, 1e9, 64, 64), &Options{Bound: Bound{Rel: 1e-3}}},
		"uint64": {w.as(array.Uint64, 1e15, 64, 64), &Options{Bound: Bound{Rel: 1e-3}, Level: 1}},
	}
}

// special has fill values, constants, outliers, and slices that recur.
func (w water) special() map[string]golden {
	cloudy := w.as(array.Int32, 1e6, 8, 64, 64)
	for i := range cloudy.Data {
		switch i % 9 {
		case 0:
			cloudy.Data[i] = math.MinInt32
		case 5:
			cloudy.Data[i] = math.MaxInt32
		}
	}
	noise := w.as(array.Float64, 1e9, 500)
	for i := range noise.Data {
		noise.Data[i] = float64(i*i*7919%10007) * 1e-30
	}
	recurring := &array.Array[float64]{DType: array.Float32, Shape: []int{40, 12, 20}}
	for _, v := range recurringField(40, 12, 20, 0.01).Data {
		recurring.Data = append(recurring.Data, float64(v))
	}
	spikes := w.as(array.Float32, 1, 64, 64)
	for i := 100; i < len(spikes.Data); i += 1000 {
		spikes.Data[i] = -0x1p90 // too far off for a bin
	}
	flat := w.as(array.Float32, 0, 8, 64)
	return map[string]golden{
		"holes":     {w.holes(), &Options{Fills: elements(w.t, array.Float32, "-9999")}},
		"fills":     {cloudy, &Options{Bound: Bound{Abs: 900}, Fills: elements(w.t, array.Int32, "-2147483648", "2147483647", "0")}},
		"nofill":    {flat, &Options{FillPolicy: FillNone}},
		"constant":  {flat, nil},
		"noise":     {noise, &Options{Bound: Bound{Abs: 1e-29}}},
		"spikes":    {spikes, &Options{Bound: Bound{Abs: 1e-3}}},
		"recurring": {recurring, &Options{Bound: Bound{Abs: 0.02}}},
	}
}

// holes is water of which parts are missing.
func (w water) holes() *array.Array[float64] {
	a := w.as(array.Float32, 1, 8, 64, 64)
	for i := range a.Data {
		switch {
		case i%64 < 10:
			a.Data[i] = math.NaN()
		case i%64 > 60:
			a.Data[i] = -9999
		}
	}
	return a
}

func (w water) pointwise() map[string]golden {
	octaves := w.as(array.Float64, 1, 64, 64)
	for i := range octaves.Data {
		octaves.Data[i] *= math.Ldexp(1, i%64*30-1000)
	}
	octaves.Data[77], octaves.Data[78], octaves.Data[79] = 0, math.Copysign(0, -1), -9999
	return map[string]golden{
		"pointwise": {w.as(array.Float32, 1, 8, 64, 64), &Options{Bound: Bound{PointwiseRel: 1e-2}}},
		"octaves":   {octaves, &Options{Bound: Bound{PointwiseRel: 1e-6}, Level: 1, Fills: elements(w.t, array.Float64, "-9999")}},
		"counts":    {w.as(array.Int32, 300, 64, 64), &Options{Bound: Bound{PointwiseRel: 1e-2}, Level: 7}},
		"charges":   {w.as(array.Int32, 1e6, 4, 64, 64), &Options{Bound: Bound{PointwiseRel: 1e-2}, Level: 7}},
	}
}

func (w water) kept() map[string]golden {
	return map[string]golden{
		"signs":     {w.as(array.Float32, 1, 8, 64, 64), &Options{Bound: Bound{Rel: 0.1}, Keep: KeepSigns, Chunk: []int{8, 40, 64}}},
		"order":     {w.as(array.Int16, 1e3, 4, 64, 64), &Options{Bound: Bound{Rel: 0.1}, Keep: KeepOrder, Level: 9}},
		"extrema":   {w.holes(), &Options{Bound: Bound{Rel: 1e-2}, Keep: KeepExtrema | KeepSigns, Fills: elements(w.t, array.Float32, "-9999")}},
		"minima":    {w.as(array.Float64, 1e-300, 2, 4, 64, 32), &Options{Bound: Bound{Rel: 0.1}, Keep: KeepExtrema, Chunk: []int{1, 4, 64, 20}}},
		"flattened": {w.as(array.Float32, 1, 500), &Options{Bound: Bound{Rel: 0.1}, Keep: KeepExtrema}}, // both kinds in one pass
	}
}

func (w water) lossless() map[string]golden {
	random := w.as(array.Float64, 1, 100)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range random.Data {
		random.Data[i] = math.Float64frombits(rng.Uint64() &^ (1 << 62)) // finite
	}
	prices := w.as(array.Float64, 1, 5000)
	for i, v := range prices.Data {
		prices.Data[i] = math.Round(v*1e4) / 1e4
	}
	classes := w.as(array.Float32, 1, 8, 64, 64)
	for i, v := range classes.Data {
		classes.Data[i] = float64(float32(math.Sqrt(math.Round(4 * math.Abs(v)))))
	}
	mirror := w.as(array.Float64, 1, 64, 64)
	for i := range mirror.Data[:32*64] {
		mirror.Data[(63-i/64)*64+i%64] = -mirror.Data[i]
	}
	prices.Data[17], mirror.Data[99] = math.NaN(), math.Copysign(0, -1)
	lossless := func(level int) *Options { return &Options{Bound: Bound{Lossless: true}, Level: level} }
	return map[string]golden{
		"lossless": {w.as(array.Float32, 1, 4, 64, 64), lossless(0)},
		"raw":      {random, lossless(1)},
		"uint16":   {w.as(array.Uint16, 3e4, 64, 64), lossless(0)},
		"prices":   {prices, lossless(9)},
		"classes":  {classes, lossless(5)},
		"mirror":   {mirror, lossless(4)},
		"runs":     {w.holes(), lossless(6)},
		"places":   {w.as(array.Float32, 1, 4, 64, 64), lossless(1)},
		"halves":   {w.as(array.Float16, 1, 8, 64, 64), lossless(5)},
		"waves5":   {w.as(array.Float64, 1, 2, 2, 2, 8, 64), lossless(7)},
	}
}

func (w water) byModel() map[string]golden {
	model := goldenModel(w.t)
	return map[string]golden{
		"latents": {w.as(array.Float32, 1, 8, 64, 64), &Options{Bound: Bound{None: true}, InlineModel: true, Model: model}},
		"guide":   {w.modelled(array.Float32), &Options{Bound: Bound{Rel: 1e-2}, Model: model}},
		"guide64": {w.modelled(array.Float64), &Options{Bound: Bound{Rel: 1e-2}, Model: model}},
	}
}

// modelled is a field that the model suits well: windows of 8x8 that have been
// through it.
func (w water) modelled(d array.DType) *array.Array[float64] {
	w.t.Helper()
	a, m := w.as(d, 1, 192, 8, 8), goldenModel(w.t)
	a.Shape, a.Data = []int{128, 8, 8}, a.Data[64*8*8:] // past the calm
	latents := make([]int32, len(a.Data)/64*m.LatentLen())
	for range 2 {
		if err := errors.Join(m.Encode64(latents, a.Data), m.Decode64(a.Data, latents)); err != nil {
			w.t.Fatal(err)
		}
	}
	if d == array.Float32 {
		for i, v := range a.Data {
			a.Data[i] = float64(float32(v))
		}
	}
	return a
}
