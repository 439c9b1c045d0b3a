package codec

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
)

// measure returns the PSNR of decoded elements over finite values that are not
// fill.
func measure(t *testing.T, h array.Header, raw, decoded []byte, fills []array.Element) float64 {
	t.Helper()
	n := len(raw) / h.DType.Size()
	x, y := make([]float64, n), make([]float64, n)
	if err := array.Promote(x, raw, h.DType); err != nil {
		t.Fatal(err)
	}
	if err := array.Promote(y, decoded, h.DType); err != nil {
		t.Fatal(err)
	}
	lo, hi, sum, count := math.Inf(1), math.Inf(-1), 0.0, 0.0
	for i, v := range x {
		if v-v != 0 || anyFill(fills, v) {
			continue
		}
		lo, hi = min(lo, v), max(hi, v)
		sum += (v - y[i]) * (v - y[i])
		count++
	}
	return 20*math.Log10(hi-lo) - 10*math.Log10(sum/count)
}

// psnrFields are 40x60 fields of several kinds.
func psnrFields(d array.DType) map[string][]byte {
	rng := rand.New(rand.NewPCG(5, 6))
	out := map[string][]byte{}
	for name, f := range map[string]func(y, x float64) float64{
		"smooth": func(y, x float64) float64 { return math.Sin(x/9) * math.Cos(y/7) },
		"noisy":  func(y, x float64) float64 { return math.Sin(x/9) + 0.2*rng.NormFloat64() },
		"steps":  func(y, x float64) float64 { return math.Floor(3*math.Sin(x/9)) + math.Floor(2*math.Cos(y/7)) },
		"spike":  func(y, x float64) float64 { return math.Exp(-((x-20)*(x-20) + (y-10)*(y-10)) / 9) },
	} {
		v := make([]float64, 40*60)
		for i := range v {
			v[i] = 100 * f(float64(i/60), float64(i%60))
			if d.IsInteger() {
				v[i] = math.Round(30 * v[i])
			}
		}
		if !d.IsInteger() {
			v[5], v[70], v[71] = math.NaN(), -10000, -10000
		}
		raw := make([]byte, len(v)*d.Size())
		array.Demote(raw, v, d)
		out[name] = raw
	}
	return out
}

func source(h array.Header, raw []byte) array.Source {
	return array.Source{Header: h, Values: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(raw)), nil }}
}

// A PSNR is reached, and with half a decibel to spare at most, unless a wider
// bound would miss it.
func TestPSNR(t *testing.T) {
	keeps := []Keep{0, 0, KeepSigns, KeepExtrema}
	trial := 0
	for _, d := range []array.DType{array.Float32, array.Float64, array.Float16, array.Int16} {
		h := array.Header{DType: d, Shape: []int{40, 60}}
		fields := psnrFields(d)
		for _, kind := range []string{"smooth", "noisy", "steps", "spike"} {
			for _, want := range []float64{25, 50, 75} {
				trial++
				o := &Options{Bound: Bound{PSNR: want}, Level: 1 + trial*4%9, Keep: keeps[trial%4], tinyChunks: true}
				if trial%3 == 0 {
					o.Chunk = []int{15, 60}
				}
				if !d.IsInteger() {
					o.Fills = elements(t, d, "-10000")
				}
				name := fmt.Sprintf("%v %s, %v dB, level %d, keep %v, chunk %v", d, kind, want, o.Level, o.Keep, o.Chunk)
				var b bytes.Buffer
				stats, err := EncodeSource(t.Context(), &b, source(h, fields[kind]), o)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				decoded, err := decodeRaw(b.Bytes(), nil)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				got := measure(t, h, fields[kind], decoded, o.Fills)
				if got < want {
					t.Errorf("%s: reaches only %v dB", name, got)
				}
				if stats.PSNR == nil != math.IsInf(got, 1) || stats.PSNR != nil && math.Abs(*stats.PSNR-got) > 1e-6 {
					t.Errorf("%s: reaches %v dB, reports %v", name, got, stats.PSNR)
				}
				if got <= want+0.5 || d.IsInteger() {
					continue
				}
				wider := *o
				wider.Bound = Bound{Abs: *stats.BoundAbs * 1.05}
				archive, _, err := encodeRaw(h, fields[kind], &wider)
				if err != nil {
					t.Fatal(err)
				}
				decoded, err = decodeRaw(archive, nil)
				if err != nil {
					t.Fatal(err)
				}
				if other := measure(t, h, fields[kind], decoded, o.Fills); other >= want {
					t.Errorf("%s: reaches %v dB with the bound %v, and %v with 1.05 times that", name, got, *stats.BoundAbs, other)
				}
			}
		}
	}
}

// The bound that a search finds is used for integers, too: the next one misses.
func TestPSNROfIntegers(t *testing.T) {
	h := array.Header{DType: array.Int16, Shape: []int{40, 60}}
	raw := psnrFields(h.DType)["noisy"]
	var b bytes.Buffer
	stats, err := EncodeSource(t.Context(), &b, source(h, raw), &Options{Bound: Bound{PSNR: 50}})
	if err != nil {
		t.Fatal(err)
	}
	if *stats.BoundAbs != math.Floor(*stats.BoundAbs) || *stats.PSNR < 50 {
		t.Fatalf("bound %v reaches %v dB", *stats.BoundAbs, *stats.PSNR)
	}
	archive, _, err := encodeRaw(h, raw, &Options{Bound: Bound{Abs: *stats.BoundAbs + 1}})
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := decodeRaw(archive, nil)
	if err != nil {
		t.Fatal(err)
	}
	if wider := measure(t, h, raw, decoded, nil); *stats.PSNR > 50.5 && wider >= 50 {
		t.Errorf("%v dB with the bound %v, %v with one more", *stats.PSNR, *stats.BoundAbs, wider)
	}
}

// An archive too large to keep is encoded again, to the same bytes; progress
// tells of every pass; and a Writer takes a bound that surely does.
func TestPSNRPasses(t *testing.T) {
	h := array.Header{DType: array.Float32, Shape: []int{40, 60}}
	raw := psnrFields(h.DType)["noisy"]
	r := rangeOf(t, h, raw, nil)
	var kept, again bytes.Buffer
	var passes []int64
	o := &Options{Bound: Bound{PSNR: 50}, Range: &r, Progress: func(done, total int64) {
		if done > total {
			t.Errorf("%d of %d values", done, total)
		}
		if !slices.Contains(passes, total) {
			passes = append(passes, total)
		}
	}}
	if _, err := searchPSNR(t.Context(), &kept, &input{Source: source(h, raw)}, o, 1<<20); err != nil {
		t.Fatal(err)
	}
	if n := len(passes); n == 0 || passes[0] != 2400 || passes[n-1] != int64(n)*2400 {
		t.Errorf("totals %v", passes)
	}
	if _, err := searchPSNR(t.Context(), &again, &input{Source: source(h, raw)}, o, 100); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(kept.Bytes(), again.Bytes()) {
		t.Error("an archive that was not kept differs")
	}
	o.Progress = nil
	archive, stats, err := encodeRaw(h, raw, o)
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := decodeRaw(archive, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := measure(t, h, raw, decoded, nil); got < 50 || *stats.BoundAbs > r.Width()*math.Pow(10, -2.5)*(1+1e-12) {
		t.Errorf("a Writer reaches %v dB with the bound %v", got, *stats.BoundAbs)
	}
}

// What needs no search: a constant, an empty array, more decibels than the type has.
func TestPSNRWithoutNoise(t *testing.T) {
	for name, a := range map[string]*array.Array[float32]{
		"constant": {Shape: []int{100}, Data: make([]float32, 100)},
		"empty":    {Shape: []int{0}},
		"fine":     {Shape: []int{4}, Data: []float32{1, 2.5, 3.25, -1}},
	} {
		var b bytes.Buffer
		stats, err := Encode(t.Context(), &b, a, &Options{Bound: Bound{PSNR: 300}})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		back, err := Decode[float32](t.Context(), &b, nil)
		if err != nil || !slices.Equal(back.Data, a.Data) {
			t.Errorf("%s: decodes to %v (%v)", name, back, err)
		}
		if stats.PSNR != nil {
			t.Errorf("%s: reports %v dB", name, *stats.PSNR)
		}
	}
}

// Bounds near the largest number are searched like others.
func TestPSNROfLargestNumbers(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	h := array.Header{DType: array.Float64, Shape: []int{777}}
	for trial := range 8 {
		x := make([]float64, 777)
		for i := range x {
			// A few large values among small ones make the PSNR jump.
			if x[i] = rng.NormFloat64(); i%100 == 0 {
				x[i] = 0x1p1022 * rng.Float64()
			}
		}
		raw := make([]byte, 8*len(x))
		array.Demote(raw, x, h.DType)
		var b bytes.Buffer
		if _, err := EncodeSource(t.Context(), &b, source(h, raw), &Options{Bound: Bound{PSNR: 25 + 3*float64(trial)}}); err != nil {
			t.Fatalf("trial %d: %v", trial, err)
		}
	}
}

// What is said of a PSNR counts chunks, too, that bisections for the sake of their
// neighbours made raw.
func TestPSNRBesideKeep(t *testing.T) {
	for seed := range uint64(6) {
		rng := rand.New(rand.NewPCG(seed, 19))
		h := array.Header{DType: array.Uint8, Shape: []int{24, 20}}
		raw := make([]byte, array.Product(h.Shape))
		for i := range raw {
			raw[i] = byte(rng.IntN(250))
		}
		for _, keep := range []Keep{KeepExtrema, KeepSigns, KeepOrder} {
			o := &Options{Bound: Bound{PSNR: 12}, Keep: keep, Chunk: []int{3, 4}, tinyChunks: true}
			archive, stats, err := encodeRaw(h, raw, o)
			if err != nil {
				t.Fatal(err)
			}
			decoded, err := decodeRaw(archive, nil)
			if err != nil {
				t.Fatal(err)
			}
			said := math.Inf(1)
			if stats.PSNR != nil {
				said = *stats.PSNR
			}
			if got := measure(t, h, raw, decoded, nil); math.Abs(said-got) > 1e-9*got {
				t.Errorf("seed %d, keep %v: the PSNR is %v, said to be %v", seed, keep, got, said)
			}
		}
	}
}
