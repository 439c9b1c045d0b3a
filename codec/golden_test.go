package codec

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/chunk"
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/codec/internal/residual"
	"github.com/morselcodec/morsel/codec/internal/tiling"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/synth"
)

// Until the first release, a change of the format rewrites the golden archives
// (go test ./codec -run Golden -rewrite); from then on they stay as they are.
var rewrite = flag.Bool("rewrite", false, "write the golden archives anew")

const goldenDir = "../testdata/golden"

// goldens lists what the golden archives hold: together every mode, block,
// coder and kind of element that the format has.
func goldens(t *testing.T) map[string]struct {
	array *array.Array[float64]
	o     *Options
} {
	type golden = struct {
		array *array.Array[float64]
		o     *Options
	}
	water, err := synth.Generate(context.Background(), "shallow-water", &synth.Options{Seed: 7, Count: 5})
	if err != nil {
		t.Fatal(err)
	}
	as := func(d array.DType, scale float64, shape ...int) *array.Array[float64] {
		a := &array.Array[float64]{DType: d, Shape: shape}
		for _, v := range water.Data[:tiling.Product(shape)] {
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
			t.Fatal(err)
		}
		return a
	}
	// modelled is a field that the model suits well: windows of 8x8 that have
	// been through it.
	modelled := func(d array.DType) *array.Array[float64] {
		a, m := as(d, 1, 192, 8, 8), goldenModel(t)
		a.Shape, a.Data = []int{128, 8, 8}, a.Data[64*8*8:] // past the calm
		latents := make([]int32, len(a.Data)/64*m.LatentLen())
		for range 2 {
			if err := errors.Join(m.Encode64(latents, a.Data), m.Decode64(a.Data, latents)); err != nil {
				t.Fatal(err)
			}
		}
		if d == array.Float32 {
			for i, v := range a.Data {
				a.Data[i] = float64(float32(v))
			}
		}
		return a
	}
	holes := as(array.Float32, 1, 8, 64, 64)
	for i := range holes.Data {
		switch {
		case i%64 < 10:
			holes.Data[i] = math.NaN()
		case i%64 > 60:
			holes.Data[i] = -9999
		}
	}
	fill := func(d array.DType) []array.Element { return elements(t, d, "-9999") }
	cloudy := as(array.Int32, 1e6, 8, 64, 64)
	for i := range cloudy.Data {
		switch i % 9 {
		case 0:
			cloudy.Data[i] = math.MinInt32
		case 5:
			cloudy.Data[i] = math.MaxInt32
		}
	}
	noise := as(array.Float64, 1e9, 500)
	for i := range noise.Data {
		noise.Data[i] = float64(i*i*7919%10007) * 1e-30
	}
	recurring := &array.Array[float64]{DType: array.Float32, Shape: []int{40, 12, 20}}
	for _, v := range recurringField(40, 12, 20, 0.01).Data {
		recurring.Data = append(recurring.Data, float64(v))
	}
	spikes := as(array.Float32, 1, 64, 64)
	for i := 100; i < len(spikes.Data); i += 1000 {
		spikes.Data[i] = -0x1p90 // too far off for a bin
	}
	octaves := as(array.Float64, 1, 64, 64)
	for i := range octaves.Data {
		octaves.Data[i] *= math.Ldexp(1, i%64*30-1000)
	}
	octaves.Data[77], octaves.Data[78], octaves.Data[79] = 0, math.Copysign(0, -1), -9999
	flat := as(array.Float32, 0, 8, 64)
	random := as(array.Float64, 1, 100)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range random.Data {
		random.Data[i] = math.Float64frombits(rng.Uint64() &^ (1 << 62)) // finite
	}
	prices := as(array.Float64, 1, 5000)
	classes := as(array.Float32, 1, 8, 64, 64)
	mirror := as(array.Float64, 1, 64, 64)
	for i, v := range prices.Data {
		prices.Data[i] = math.Round(v*1e4) / 1e4
	}
	for i, v := range classes.Data {
		classes.Data[i] = float64(float32(math.Sqrt(math.Round(4 * math.Abs(v)))))
	}
	for i := range mirror.Data[:32*64] {
		mirror.Data[(63-i/64)*64+i%64] = -mirror.Data[i]
	}
	prices.Data[17], mirror.Data[99] = math.NaN(), math.Copysign(0, -1)
	lossless := func(level int) *Options { return &Options{Bound: Bound{Lossless: true}, Level: level} }
	return map[string]golden{
		"static":    {as(array.Float32, 1, 8, 64, 64), &Options{Level: 1}},
		"level2":    {as(array.Float32, 1, 8, 64, 64), &Options{Level: 2}},
		"level3":    {as(array.Float32, 1, 8, 64, 64), &Options{Level: 3}},
		"light":     {as(array.Float32, 1, 8, 64, 64), &Options{Level: 4}},
		"level6":    {as(array.Float64, 1, 40, 64, 64), &Options{Level: 6, Bound: Bound{Rel: 1e-2}}},
		"level8":    {as(array.Float32, 1, 40, 64, 64), &Options{Level: 8, Bound: Bound{Rel: 1e-2}}},
		"full":      {as(array.Float32, 1, 8, 64, 64), &Options{Level: 5}},
		"large":     {as(array.Float32, 1, 40, 64, 64), &Options{Level: 5, Bound: Bound{Rel: 1e-2}}},
		"best":      {as(array.Float64, 1, 8, 64, 64), &Options{Level: 9, Bound: Bound{Rel: 1e-6}}},
		"chunks":    {as(array.Float32, 1, 2, 4, 64, 64), &Options{Chunk: []int{1, 4, 40, 33}, tinyChunks: true}},
		"line":      {as(array.Float64, 1e-20, 5000), &Options{Bound: Bound{Abs: 1e-24}}},
		"rank5":     {as(array.Float32, 1, 2, 2, 2, 8, 64), &Options{Bound: Bound{PSNR: 60}}},
		"holes":     {holes, &Options{Fills: fill(array.Float32)}},
		"fills":     {cloudy, &Options{Bound: Bound{Abs: 900}, Fills: elements(t, array.Int32, "-2147483648", "2147483647", "0")}},
		"nofill":    {flat, &Options{FillPolicy: FillNone}},
		"half":      {as(array.Float16, 1, 8, 64, 64), &Options{Bound: Bound{Rel: 1e-2}}},
		"int16":     {as(array.Int16, 1e4, 8, 64, 64), &Options{Bound: Bound{Abs: 5}}},
		"uint8":     {as(array.Uint8, 100, 64, 64), &Options{Bound: Bound{Rel: 0.02}}},
		"lossless":  {as(array.Float32, 1, 4, 64, 64), &Options{Bound: Bound{Lossless: true}}},
		"noise":     {noise, &Options{Bound: Bound{Abs: 1e-29}}},
		"raw":       {random, &Options{Bound: Bound{Lossless: true}, Level: 1}},
		"int8":      {as(array.Int8, 50, 64, 64), &Options{Bound: Bound{Abs: 1}}},
		"int32":     {as(array.Int32, 1e6, 64, 64), &Options{Bound: Bound{Rel: 1e-4}}},
		"int64":     {as(array.Int64, 1e12, 64, 64), &Options{Bound: Bound{Rel: 1e-4}}},
		"uint16":    {as(array.Uint16, 3e4, 64, 64), &Options{Bound: Bound{Lossless: true}}},
		"uint32":    {as(array.Uint32, 1e9, 64, 64), &Options{Bound: Bound{Rel: 1e-3}}},
		"uint64":    {as(array.Uint64, 1e15, 64, 64), &Options{Bound: Bound{Rel: 1e-3}, Level: 1}},
		"constant":  {flat, nil},
		"recurring": {recurring, &Options{Bound: Bound{Abs: 0.02}}},
		"spikes":    {spikes, &Options{Bound: Bound{Abs: 1e-3}}},
		"pointwise": {as(array.Float32, 1, 8, 64, 64), &Options{Bound: Bound{PointwiseRel: 1e-2}}},
		"octaves":   {octaves, &Options{Bound: Bound{PointwiseRel: 1e-6}, Level: 1, Fills: fill(array.Float64)}},
		"counts":    {as(array.Int32, 300, 64, 64), &Options{Bound: Bound{PointwiseRel: 1e-2}, Level: 7}},
		"charges":   {as(array.Int32, 1e6, 4, 64, 64), &Options{Bound: Bound{PointwiseRel: 1e-2}, Level: 7}},
		"signs":     {as(array.Float32, 1, 8, 64, 64), &Options{Bound: Bound{Rel: 0.1}, Keep: KeepSigns, Chunk: []int{8, 40, 64}}},
		"order":     {as(array.Int16, 1e3, 4, 64, 64), &Options{Bound: Bound{Rel: 0.1}, Keep: KeepOrder, Level: 9}},
		"extrema":   {holes, &Options{Bound: Bound{Rel: 1e-2}, Keep: KeepExtrema | KeepSigns, Fills: fill(array.Float32)}},
		"minima":    {as(array.Float64, 1e-300, 2, 4, 64, 32), &Options{Bound: Bound{Rel: 0.1}, Keep: KeepExtrema, Chunk: []int{1, 4, 64, 20}}},
		"flattened": {as(array.Float32, 1, 500), &Options{Bound: Bound{Rel: 0.1}, Keep: KeepExtrema}}, // both kinds in one pass
		"latents":   {as(array.Float32, 1, 8, 64, 64), &Options{Bound: Bound{None: true}, InlineModel: true, Model: goldenModel(t)}},
		"guide":     {modelled(array.Float32), &Options{Bound: Bound{Rel: 1e-2}, Model: goldenModel(t)}},
		"guide64":   {modelled(array.Float64), &Options{Bound: Bound{Rel: 1e-2}, Model: goldenModel(t)}},
		"prices":    {prices, lossless(9)},
		"classes":   {classes, lossless(5)},
		"mirror":    {mirror, lossless(4)},
		"runs":      {holes, lossless(6)},
		"places":    {as(array.Float32, 1, 4, 64, 64), lossless(1)},
		"halves":    {as(array.Float16, 1, 8, 64, 64), lossless(5)},
		"waves5":    {as(array.Float64, 1, 2, 2, 2, 8, 64), lossless(7)},
	}
}

var modelRewritten bool

// goldenModel is a small model of one example of shallow water.
func goldenModel(t *testing.T) *autoencoder.Model {
	t.Helper()
	path := filepath.Join(goldenDir, "model.mrsm")
	if *rewrite && !modelRewritten {
		modelRewritten = true
		waves, err := synth.Generate(t.Context(), "shallow-water", &synth.Options{Seed: 7, Count: 4})
		if err != nil {
			t.Fatal(err)
		}
		set := func(yield func(array.Source, error) bool) { yield(array.FromArray(waves), nil) }
		m, err := autoencoder.Train(context.Background(), set, &autoencoder.TrainOptions{
			Preset: "dense", Window: []int{8, 8}, Steps: 400, Batch: 16, Seed: 1,
		})
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := m.Write(&b); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m, err := autoencoder.Read(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Every machine decodes the golden archives to the same bytes.
func TestGoldenArchives(t *testing.T) {
	sumsFile := filepath.Join(goldenDir, "sha256.json")
	sums := map[string]string{}
	if *rewrite {
		for name, g := range goldens(t) {
			var b bytes.Buffer
			if _, err := Encode(t.Context(), &b, g.array, g.o); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if err := os.WriteFile(filepath.Join(goldenDir, name+".mrsl"), b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			sums[name] = decodedSum(t, name, b.Bytes())
		}
		list, err := json.MarshalIndent(sums, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(sumsFile, append(list, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	list, err := os.ReadFile(sumsFile)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(list, &sums); err != nil {
		t.Fatal(err)
	}
	var found contents
	for name, g := range goldens(t) {
		archive, err := os.ReadFile(filepath.Join(goldenDir, name+".mrsl"))
		if err != nil {
			t.Fatal(err)
		}
		found.add(t, archive)
		if got := decodedSum(t, name, archive); got != sums[name] {
			t.Errorf("%s decodes to %s, want %s", name, got, sums[name])
		}
		r, err := NewReader(t.Context(), bytes.NewReader(archive), nil)
		if err != nil {
			t.Fatal(err)
		}
		if used := usesModel(t, archive); used != (g.o != nil && g.o.Model != nil) {
			t.Errorf("%s uses a model: %v", name, used)
		}
		h := r.Header()
		raw := make([]byte, len(g.array.Data)*h.DType.Size())
		array.Demote(raw, g.array.Data, h.DType)
		if eps := r.head.eps; !math.IsInf(eps, 1) {
			back, err := decodeRaw(archive, &DecodeOptions{Models: finder(goldenModel(t))})
			if err != nil {
				t.Fatal(err)
			}
			check := checkBound
			if r.head.kind == chunk.BoundPointwise {
				check, eps = checkPointwise, r.head.asked
			}
			if err := check(h, raw, back, eps, nil); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if err := checkKeep(h, raw, back, r.head.keep, r.head.fills); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	found.complete(t)
}

func usesModel(t *testing.T, archive []byte) bool {
	t.Helper()
	a, err := Open(t.Context(), bytes.NewReader(archive), int64(len(archive)), nil)
	if err != nil {
		t.Fatal(err)
	}
	info, err := a.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return info.Sections.Latents > 0
}

// contents counts what archives hold.
type contents struct {
	types  [array.Uint64 + 1]int
	bounds [chunk.Bounds]int
	modes  [chunk.Modes]int
	blocks [block.Kinds]int
	coders [residual.Coders]int
}

func (c *contents) add(t *testing.T, archive []byte) {
	t.Helper()
	a, err := Open(t.Context(), bytes.NewReader(archive), int64(len(archive)), nil)
	if err != nil {
		t.Fatal(err)
	}
	c.types[a.head.DType]++
	c.bounds[a.head.kind]++
	for i := range a.offsets {
		data, err := a.chunk(i)
		if err != nil {
			t.Fatal(err)
		}
		c.modes[data.Mode]++
		for kind, b := range data.Blocks {
			if b != nil {
				c.blocks[kind]++
			}
		}
		if b := data.Blocks[block.Residual]; b != nil {
			c.coders[b[0]]++
		}
	}
}

// complete fails the test unless everything that the format has occurs.
func (c *contents) complete(t *testing.T) {
	t.Helper()
	for what, counts := range map[string][]int{
		"type": c.types[1:], "bound": c.bounds[:], "mode": c.modes[:], "block": c.blocks[1:], "coder": c.coders[:],
	} {
		if slices.Contains(counts, 0) {
			t.Errorf("the golden archives hold each %s so often: %v", what, counts)
		}
	}
}

func decodedSum(t *testing.T, name string, archive []byte) string {
	t.Helper()
	b, err := decodeRaw(archive, &DecodeOptions{Models: finder(goldenModel(t))})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
