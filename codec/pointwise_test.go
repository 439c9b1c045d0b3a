package codec

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/long"
)

// checkPointwise compares decoded elements with the original in the type
// itself: the bound relative to each value, its sign, every bit of the rest.
func checkPointwise(h array.Header, raw, decoded []byte, bound float64, fills []array.Element) error {
	size := h.DType.Size()
	if len(raw) != len(decoded) {
		return fmt.Errorf("%d bytes decode to %d", len(raw), len(decoded))
	}
	x, y := make([]float64, len(raw)/size), make([]float64, len(raw)/size)
	if errors.Is(array.Promote(x, raw, h.DType), array.ErrInexact) {
		return checkBound(h, raw, decoded, 0, fills)
	}
	if err := errors.Join(array.Promote(x, raw, h.DType), array.Promote(y, decoded, h.DType)); err != nil {
		return err
	}
	for i := range x {
		special := x[i]-x[i] != 0 || x[i] == 0 || anyFill(fills, x[i])
		if special && !bytes.Equal(raw[i*size:(i+1)*size], decoded[i*size:(i+1)*size]) {
			return fmt.Errorf("special value %d: %v decodes to %v", i, x[i], y[i])
		}
		if d := math.Abs(x[i] - y[i]); !special && !(d <= bound*math.Abs(x[i]) && d/math.Abs(x[i]) <= bound) {
			return fmt.Errorf("value %d: %v decodes to %v, off by %v of it, bound %v", i, x[i], y[i], math.Abs(x[i]-y[i])/math.Abs(x[i]), bound)
		}
		if !special && anyFill(fills, y[i]) {
			return fmt.Errorf("value %d: %v decodes to fill", i, x[i])
		}
		if math.Signbit(x[i]) != math.Signbit(y[i]) {
			return fmt.Errorf("value %d: %v decodes to %v", i, x[i], y[i])
		}
	}
	return nil
}

// wideField makes elements whose magnitudes lie far apart, with zeros of
// either sign among them.
func wideField(rng *rand.Rand, d array.DType, shape []int) []byte {
	v := make([]float64, array.Product(shape))
	low, high := -1070.0, 1020.0 // subnormal numbers too
	switch {
	case d == array.Float32:
		low, high = -148, 127
	case d == array.Float16:
		low, high = -24, 15
	case d.IsInteger():
		low, high = 0, float64(min(8*d.Size(), 53)-1)
	}
	if rng.IntN(2) == 0 { // a narrow part of that
		low += rng.Float64() * (high - low)
		high = min(high, low+8*rng.Float64())
	}
	f, g := rng.Float64(), rng.Float64()
	for i := range v {
		wave := math.Sin(f * float64(i))
		v[i] = math.Exp2(low + (high-low)*(0.5+0.5*math.Sin(g*float64(i)))*rng.Float64())
		if wave < 0 {
			v[i] = -v[i]
		}
		if rng.IntN(30) == 0 {
			v[i] = math.Copysign(0, wave)
		}
	}
	if d.IsInteger() {
		lo, hi := quant.IntegerRange(d)
		for i := range v {
			v[i] = math.Round(min(max(v[i], lo), hi))
		}
	}
	raw := make([]byte, len(v)*d.Size())
	array.Demote(raw, v, d)
	return raw
}

func TestPointwiseBound(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	for trial := range long.Trials(66, 660) {
		h := array.Header{DType: allTypes[trial%len(allTypes)], Shape: randomShape(rng, 1+rng.IntN(3000))}
		raw := field(rng, h.DType, h.Shape)
		if rng.IntN(2) == 0 {
			raw = wideField(rng, h.DType, h.Shape)
		}
		o := &Options{Level: 1 + rng.IntN(9), Workers: 1 + rng.IntN(2), tinyChunks: true}
		o.Bound.PointwiseRel = 0.99 * math.Pow(10, -14*rng.Float64()*rng.Float64())
		if rng.IntN(3) == 0 {
			o.Fills = randomFills(rng, h.DType, raw)
		}
		if rng.IntN(3) == 0 {
			for _, n := range h.Shape {
				o.Chunk = append(o.Chunk, (n+1)/2+rng.IntN(n/2+1))
			}
		}
		name := fmt.Sprintf("trial %d: %v %v, %g level %d chunk %v", trial, h.DType, h.Shape, o.Bound.PointwiseRel, o.Level, o.Chunk)
		archive, stats, err := encodeRaw(h, raw, o)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		decoded, err := readAll(archive)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := checkPointwise(h, raw, decoded, o.Bound.PointwiseRel, o.Fills); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if stats.BoundAbs != nil || *stats.BoundPwRel != o.Bound.PointwiseRel || *stats.MaxPwRelError > o.Bound.PointwiseRel {
			t.Fatalf("%s: reports bounds %v and %v, error %v", name, stats.BoundAbs, *stats.BoundPwRel, *stats.MaxPwRelError)
		}
		if limit := float64(len(raw))*1.001 + 1024; float64(len(archive)) > limit {
			t.Fatalf("%s: %d bytes became %d", name, len(raw), len(archive))
		}
	}
}

// The field is worth coding by its logarithm: a smooth one over many orders of
// magnitude takes a few bits, with its signs.
func TestPointwiseCompresses(t *testing.T) {
	a := &array.Array[float32]{Shape: []int{100, 100}, Data: make([]float32, 10000)}
	for i := range a.Data {
		y, x := float64(i/100), float64(i%100)
		a.Data[i] = float32(math.Exp(20*math.Sin(x/30)*math.Cos(y/40)) * math.Cos(x/20))
	}
	var b bytes.Buffer
	stats, err := Encode(t.Context(), &b, a, &Options{Bound: Bound{PointwiseRel: 1e-3}})
	if err != nil {
		t.Fatal(err)
	}
	if stats.BitsPerValue > 3 {
		t.Errorf("%v bits/value, want at most 3", stats.BitsPerValue)
	}
	if *stats.MaxPwRelError < 0.9e-3 {
		t.Errorf("largest error %v is far below the bound", *stats.MaxPwRelError)
	}
}

// Nothing but zeros and special values, nothing at all, and a bound finer than
// the type.
func TestPointwiseExtremes(t *testing.T) {
	minus := math.Copysign(0, -1)
	for name, v := range map[string][]float64{
		"zeros":   {0, minus, 0, 0, minus, minus, 0, 0},
		"special": {0, math.NaN(), minus, math.Inf(1), math.Inf(-1), math.NaN(), 0, 0},
		"one":     {0, 0, 0, -5e-324, 0, 0, 0, minus},
		"largest": {math.MaxFloat64, -math.MaxFloat64, 1, 5e-324, 0x1p-1022, -1, 3, 1e300},
		"nothing": {},
	} {
		h := array.Header{DType: array.Float64, Shape: []int{len(v)}}
		raw := make([]byte, 8*len(v))
		array.Demote(raw, v, h.DType)
		for _, bound := range []float64{1e-300, 1e-15, 1e-3, 0.999} {
			archive, _, err := encodeRaw(h, raw, &Options{Bound: Bound{PointwiseRel: bound}})
			if err != nil {
				t.Fatalf("%s, %g: %v", name, bound, err)
			}
			decoded, err := readAll(archive)
			if err != nil {
				t.Fatalf("%s, %g: %v", name, bound, err)
			}
			if err := checkPointwise(h, raw, decoded, bound, nil); err != nil {
				t.Errorf("%s, %g: %v", name, bound, err)
			}
		}
	}
}

func TestPointwiseOptions(t *testing.T) {
	h := array.Header{DType: array.Float32, Shape: []int{4, 4}}
	raw := make([]byte, 64)
	for name, o := range map[string]*Options{
		"too wide": {Bound: Bound{PointwiseRel: 1}},
		"negative": {Bound: Bound{PointwiseRel: -0.1}},
		"two":      {Bound: Bound{PointwiseRel: 0.1, Rel: 0.1}},
		"keep":     {Bound: Bound{PointwiseRel: 0.1}, Keep: KeepSigns},
	} {
		if _, _, err := encodeRaw(h, raw, o); !errors.Is(err, ErrOptions) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzPointwise encodes arbitrary elements under an arbitrary pointwise
// relative bound.
func FuzzPointwise(f *testing.F) {
	f.Add([]byte("0123456789abcdef0123456789abcdef"), uint8(1), uint8(3), 1e-3, uint8(5))
	f.Add(bytes.Repeat([]byte{0, 0, 0, 0x80, 1, 0, 0, 0, 5, 6, 7, 0xc8}, 30), uint8(0), uint8(1), 0.5, uint8(1))
	f.Add(bytes.Repeat([]byte{1, 0, 3, 0x80, 1, 40, 0, 50, 5, 6, 7, 0xc8}, 30), uint8(4), uint8(7), 0.02, uint8(7))
	f.Fuzz(func(t *testing.T, raw []byte, dtype, width uint8, bound float64, level uint8) {
		d := allTypes[int(dtype)%len(allTypes)]
		n := min(len(raw), 1<<13) / d.Size()
		w := min(int(width)+1, max(n, 1))
		h := array.Header{DType: d, Shape: []int{n / w, w}}
		raw = raw[:n/w*w*d.Size()]
		archive, _, err := encodeRaw(h, raw, &Options{Bound: Bound{PointwiseRel: bound}, Level: 1 + int(level)%9})
		if errors.Is(err, ErrOptions) || errors.Is(err, array.ErrInexact) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		decoded, err := decodeRaw(archive, nil)
		if err != nil {
			t.Fatal(err)
		}
		if bound == 0 {
			return // the default bound
		}
		if err := checkPointwise(h, raw, decoded, bound, nil); err != nil {
			t.Fatal(err)
		}
	})
}
