package codec

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/tiling"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/long"
)

var allTypes = []array.DType{
	array.Float32, array.Float64, array.Float16, array.Int8, array.Int16, array.Int32, array.Int64,
	array.Uint8, array.Uint16, array.Uint32, array.Uint64,
}

// For random fields of every type, shape, bound and level the bound holds, the
// special values survive, the archive is no larger than promised, and its
// bytes do not depend on workers or on how they were written.
func TestRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for trial := range long.Trials(120, 1200) {
		h := array.Header{DType: allTypes[rng.IntN(len(allTypes))], Shape: randomShape(rng, 1+rng.IntN(3000))}
		raw := field(rng, h.DType, h.Shape)
		o := &Options{Level: 1 + rng.IntN(9), Workers: 1 + rng.IntN(3), tinyChunks: true}
		switch rng.IntN(4) {
		case 0:
			o.Bound.Lossless = true
		case 1:
			o.Bound.Abs = math.Ldexp(rng.Float64()+0.5, rng.IntN(60)-40)
		default:
			o.Bound.Rel = math.Pow(10, -1-11*rng.Float64())
		}
		if rng.IntN(3) == 0 {
			o.Fills = randomFills(rng, h.DType, raw)
		}
		if rng.IntN(3) == 0 {
			for _, n := range h.Shape {
				o.Chunk = append(o.Chunk, (n+1)/2+rng.IntN(n/2+1))
			}
		}
		name := fmt.Sprintf("trial %d: %v %v, %+v level %d chunk %v", trial, h.DType, h.Shape, o.Bound, o.Level, o.Chunk)
		archive, stats, err := encodeRaw(h, raw, o)
		if errors.Is(err, ErrOptions) && math.IsInf(rangeOf(t, h, raw, o.Fills).Width(), 0) {
			continue // a relative bound of an infinite range
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		decoded, err := decodeRaw(archive, &DecodeOptions{Workers: 1 + rng.IntN(3)})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := checkBound(h, raw, decoded, *stats.BoundAbs, o.Fills); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if limit := float64(len(raw))*1.001 + 1024; float64(len(archive)) > limit {
			t.Fatalf("%s: %d bytes became %d", name, len(raw), len(archive))
		}
		if s := stats.Sections; s.Latents+s.Residual+s.Keep+s.Mask+s.Overhead != int64(len(archive)) || stats.ArchiveBytes != int64(len(archive)) {
			t.Fatalf("%s: sections %+v of %d bytes", name, s, len(archive))
		}
		o.Workers = 1 + rng.IntN(3)
		again, _, err := encodeRaw(h, raw, o)
		if err != nil || !bytes.Equal(archive, again) {
			t.Fatalf("%s: not the same archive again (%v)", name, err)
		}
	}
}

func TestEncodeDecodeArrays(t *testing.T) {
	shape := []int{9, 20, 11}
	x := make([]float64, array.Product(shape))
	for i := range x {
		x[i] = math.Sin(float64(i)/50) * 1e6
	}
	var b bytes.Buffer
	stats, err := Encode(t.Context(), &b, &array.Array[float64]{Name: "pressure", Shape: shape, Data: x}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := 1e-3 * (slices.Max(x) - slices.Min(x)); *stats.BoundAbs != want {
		t.Errorf("default bound is %v, want %v", *stats.BoundAbs, want)
	}
	a, err := Decode[float64](t.Context(), bytes.NewReader(b.Bytes()), nil)
	if err != nil {
		t.Fatal(err)
	}
	if a.Name != "pressure" || a.DType != array.Float64 || !slices.Equal(a.Shape, shape) {
		t.Errorf("decoded %q %v %v", a.Name, a.DType, a.Shape)
	}
	worst := 0.0
	for i := range x {
		worst = max(worst, math.Abs(x[i]-a.Data[i]))
	}
	if worst > *stats.BoundAbs || worst != stats.MaxAbsError {
		t.Errorf("largest error %v, reported %v, bound %v", worst, stats.MaxAbsError, *stats.BoundAbs)
	}
	if _, err := Decode[float32](t.Context(), bytes.NewReader(b.Bytes()), nil); !errors.Is(err, array.ErrFormat) {
		t.Errorf("decoding float64 as float32: %v", err)
	}
}

func TestEmptyConstantAndWide(t *testing.T) {
	for _, shape := range [][]int{{0}, {3, 0, 2}} {
		archive, stats, err := encodeRaw(array.Header{DType: array.Float32, Shape: shape}, nil, &Options{})
		if err != nil || stats.InputBytes != 0 {
			t.Fatalf("%v: %v", shape, err)
		}
		if b, err := decodeRaw(archive, nil); err != nil || len(b) != 0 {
			t.Errorf("%v: %d bytes, %v", shape, len(b), err)
		}
	}
	constant := bytes.Repeat([]byte{1, 2, 3, 4}, 100000)
	h := array.Header{DType: array.Float32, Shape: []int{100000}}
	archive, _, err := encodeRaw(h, constant, &Options{})
	if err != nil || len(archive) > 80 {
		t.Errorf("a constant field takes %d bytes (%v)", len(archive), err)
	}
	if b, err := decodeRaw(archive, nil); err != nil || !bytes.Equal(b, constant) {
		t.Errorf("a constant field does not survive: %v", err)
	}
	wide := array.Header{DType: array.Uint64, Shape: []int{40}}
	raw := make([]byte, 320)
	for i := range 40 {
		binary.LittleEndian.PutUint64(raw[8*i:], math.MaxUint64-uint64(i*i))
	}
	if _, _, err := encodeRaw(wide, raw, &Options{Bound: Bound{Abs: 3}}); !errors.Is(err, array.ErrInexact) {
		t.Errorf("integers beyond 2^53 with a bound: %v", err)
	}
	archive, _, err = encodeRaw(wide, raw, &Options{Bound: Bound{Lossless: true}})
	if err != nil {
		t.Fatal(err)
	}
	if b, err := decodeRaw(archive, nil); err != nil || !bytes.Equal(b, raw) {
		t.Errorf("integers beyond 2^53 do not survive: %v", err)
	}
}

func TestWriterTakesPieces(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	h := array.Header{Name: "pieces", DType: array.Float32, Shape: []int{37, 20, 9}}
	raw := field(rand.New(rand.NewPCG(1, 1)), h.DType, h.Shape)
	o := &Options{Bound: Bound{Abs: 0.5}, Chunk: []int{4, 8, 8}, tinyChunks: true, Workers: 2}
	whole, _, err := encodeRaw(h, raw, o)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w, err := NewWriter(t.Context(), &b, h, o)
	if err != nil {
		t.Fatal(err)
	}
	for p := raw; len(p) > 0; {
		n := min(1+rng.IntN(3000), len(p))
		if _, err := w.Write(p[:n]); err != nil {
			t.Fatal(err)
		}
		p = p[n:]
	}
	if _, err := w.Write([]byte{0}); !errors.Is(err, array.ErrShape) {
		t.Errorf("a byte too many: %v", err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.Bytes(), whole) {
		t.Error("the archive depends on how its values were written")
	}
	short, err := NewWriter(t.Context(), io.Discard, h, o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := short.Write(raw[:len(raw)-1]); err != nil {
		t.Fatal(err)
	}
	if err := short.Close(); !errors.Is(err, array.ErrShape) {
		t.Errorf("a byte too few: %v", err)
	}
}

func TestRegions(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	for range 40 {
		h := array.Header{DType: array.Float32, Shape: randomShape(rng, 2000)}
		o := &Options{Bound: Bound{Abs: 0.01}, tinyChunks: true}
		for _, n := range h.Shape {
			o.Chunk = append(o.Chunk, (n+2)/3+rng.IntN(n/2+1))
		}
		raw := field(rng, h.DType, h.Shape)
		archive, _, err := encodeRaw(h, raw, o)
		if err != nil {
			t.Fatal(err)
		}
		all, err := decodeRaw(archive, nil)
		if err != nil {
			t.Fatal(err)
		}
		a, err := Open(t.Context(), bytes.NewReader(archive), int64(len(archive)), nil)
		if err != nil {
			t.Fatal(err)
		}
		var lo, hi []int
		for _, n := range h.Shape {
			l := rng.IntN(n + 1)
			lo, hi = append(lo, l), append(hi, l+rng.IntN(n+1-l))
		}
		src, err := a.Region(t.Context(), lo, hi)
		if err != nil {
			t.Fatal(err)
		}
		r, err := src.Values()
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		want := make([]byte, array.Product(src.Shape)*4)
		tiling.CopyBox(want, lo, src.Shape, all, make([]int, len(lo)), h.Shape, lo, hi, 4)
		if !bytes.Equal(got, want) {
			t.Fatalf("shape %v chunk %v region %v to %v differs from the whole", h.Shape, o.Chunk, lo, hi)
		}
	}
}

func TestOptionsAreChecked(t *testing.T) {
	h := array.Header{DType: array.Float32, Shape: []int{4, 4}}
	raw := make([]byte, 64)
	for name, o := range map[string]*Options{
		"two bounds": {Bound: Bound{Abs: 1, Rel: 1}},
		"negative":   {Bound: Bound{Abs: -1}},
		"NaN":        {Bound: Bound{Rel: math.NaN()}},
		"no model":   {Bound: Bound{None: true}},
		"level":      {Level: 10},
		"chunk rank": {Chunk: []int{4}, tinyChunks: true},
		"chunk zero": {Chunk: []int{4, 0}, tinyChunks: true},
		"fill":       {Fills: elements(t, array.Float64, "1e300")},

		"infinite range":  {Bound: Bound{Rel: 0.1}, Range: &Range{Min: -math.MaxFloat64, Max: math.MaxFloat64}},
		"no range at all": {Bound: Bound{Lossless: true, None: true}},
	} {
		if _, _, err := encodeRaw(h, raw, o); !errors.Is(err, ErrOptions) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := NewWriter(t.Context(), io.Discard, h, &Options{Bound: Bound{Rel: 0.1}}); !errors.Is(err, ErrOptions) {
		t.Errorf("a relative bound without a range: %v", err)
	}
}

// The promise of size holds for what does not compress, in the smallest chunks
// that are allowed.
func TestNeverMuchLarger(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	for _, d := range allTypes {
		h := array.Header{Name: strings.Repeat("n", 5000), DType: d, Shape: []int{40 * tiling.MinChunkBytes / d.Size()}}
		raw := make([]byte, 40*tiling.MinChunkBytes)
		for i := range raw {
			raw[i] = byte(rng.Uint32())
		}
		o := &Options{Bound: Bound{Lossless: true}, Level: 1, Chunk: []int{tiling.MinChunkBytes / d.Size()}}
		archive, _, err := encodeRaw(h, raw, o)
		if err != nil {
			t.Fatal(err)
		}
		if limit := float64(len(raw))*1.001 + 1024; float64(len(archive)) > limit {
			t.Errorf("%v: %d bytes became %d", d, len(raw), len(archive))
		}
		o.Chunk[0]--
		if _, _, err := encodeRaw(h, raw, o); !errors.Is(err, ErrOptions) {
			t.Errorf("%v: smaller chunks: %v", d, err)
		}
	}
}

func TestNamesSurviveOrAreMended(t *testing.T) {
	h := array.Header{DType: array.Uint8, Shape: []int{3}}
	for name, want := range map[string]string{
		"":                       "",
		"temperature":            "temperature",
		"température":            "température",
		"a\xff":                  "a\ufffd",
		strings.Repeat("é", 200): strings.Repeat("é", 128),
	} {
		h.Name = name
		archive, _, err := encodeRaw(h, []byte{1, 2, 3}, &Options{Bound: Bound{Lossless: true}})
		if err != nil {
			t.Fatal(err)
		}
		r, err := NewReader(t.Context(), bytes.NewReader(archive), nil)
		if err != nil || r.Header().Name != want {
			t.Errorf("name %q comes back as %q (%v)", name, r.Header().Name, err)
		}
		if _, err := readAll(archive); err != nil {
			t.Errorf("name %q: %v", name, err)
		}
	}
}

func TestHugeBounds(t *testing.T) {
	h := array.Header{DType: array.Float64, Shape: []int{3000}}
	raw := make([]byte, 8*3000)
	x := make([]float64, 3000)
	for i := range x {
		x[i] = 1e300 * math.Sin(float64(i))
	}
	array.Demote(raw, x, h.DType)
	for _, eps := range []float64{1e30, 1e299, 1e308, math.MaxFloat64} {
		archive, stats, err := encodeRaw(h, raw, &Options{Bound: Bound{Abs: eps}})
		if err != nil {
			t.Fatal(err)
		}
		decoded, err := decodeRaw(archive, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := checkBound(h, raw, decoded, *stats.BoundAbs, nil); err != nil {
			t.Errorf("bound %v: %v", eps, err)
		}
		if eps >= 1e308 && len(archive) > 200 {
			t.Errorf("bound %v: %d bytes", eps, len(archive))
		}
	}
	if _, _, err := encodeRaw(h, raw, &Options{Bound: Bound{Rel: 1e10}}); !errors.Is(err, ErrOptions) {
		t.Errorf("a bound beyond all numbers: %v", err)
	}
}
