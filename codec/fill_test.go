package codec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/formats/array"
)

func elements(t *testing.T, d array.DType, list ...string) (fills []array.Element) {
	t.Helper()
	for _, s := range list {
		e, err := array.ParseElement(d, s)
		if err != nil {
			t.Fatal(err)
		}
		fills = append(fills, e)
	}
	return fills
}

// anyFill reports whether v is fill.
func anyFill(fills []array.Element, v float64) bool {
	for _, e := range fills {
		if e.Float64() == v {
			return true
		}
	}
	return false
}

// randomFills declares up to three values: of the array, or others that could be
// in it.
func randomFills(rng *rand.Rand, d array.DType, raw []byte) (fills []array.Element) {
	for range rng.IntN(4) {
		e, err := array.ParseElement(d, []string{"0", "-0", "-999", "1", "100", "3.5"}[rng.IntN(6)])
		if n := len(raw) / d.Size(); n > 0 && (err != nil || rng.IntN(2) == 0) {
			e, err = array.ElementAt(d, raw[rng.IntN(n)*d.Size():]), nil
		}
		if err == nil && special.CheckFills(d, append(fills, e)) == nil {
			fills = append(fills, e)
		}
	}
	return fills
}

// Whatever value an archive decodes to, declared as fill it is given to no value
// that was not fill.
func TestNoValueBecomesFill(t *testing.T) {
	model := goldenModel(t)
	models := &DecodeOptions{Models: finder(model)}
	rng := rand.New(rand.NewPCG(8, 1))
	declared, stored := 0, 0
	for _, d := range []array.DType{array.Float32, array.Float16, array.Uint8, array.Int64} {
		h := array.Header{DType: d, Shape: []int{4, 16, 16}}
		x := make([]float64, 4*16*16)
		for i := range x {
			x[i] = 50 + 40*math.Sin(float64(i%24)/5)*math.Cos(float64(i/24)/9) + rng.Float64()
			if d.IsInteger() {
				x[i] = math.Round(x[i])
			}
		}
		raw := make([]byte, len(x)*d.Size())
		array.Demote(raw, x, d)
		for name, o := range map[string]*Options{
			"static":    {Bound: Bound{Abs: 3}, Level: 1},
			"mixed":     {Bound: Bound{Abs: 3}, Level: 5},
			"best":      {Bound: Bound{Abs: 3}, Level: 9},
			"chunks":    {Bound: Bound{Abs: 3}, Chunk: []int{2, 9, 16}, tinyChunks: true},
			"decibels":  {Bound: Bound{PSNR: 30}, Level: 4},
			"pointwise": {Bound: Bound{PointwiseRel: 0.05}, Level: 4},
			"signs":     {Bound: Bound{Abs: 20}, Keep: KeepSigns},
			"order":     {Bound: Bound{Abs: 3}, Level: 4, Keep: KeepOrder, Chunk: []int{2, 9, 16}, tinyChunks: true},
			"extrema":   {Bound: Bound{Abs: 3}, Level: 4, Keep: KeepExtrema},
			"latents":   {Bound: Bound{None: true}, Model: model},
			"guide":     {Bound: Bound{Abs: 10}, Model: model},
		} {
			o.Fills = nil
			for round := range 3 {
				archive, stats, err := encodeRaw(h, raw, o)
				if err != nil {
					t.Fatalf("%v %s: %v", d, name, err)
				}
				decoded, err := decodeRaw(archive, models)
				if err != nil {
					t.Fatalf("%v %s: %v", d, name, err)
				}
				for i := range x {
					at := i * d.Size()
					was, is := array.ElementAt(d, raw[at:]), array.ElementAt(d, decoded[at:])
					if anyFill(o.Fills, is.Float64()) != anyFill(o.Fills, was.Float64()) {
						t.Fatalf("%v %s: value %d is %v and decodes to %v, fill is %v", d, name, i, was, is, o.Fills)
					}
				}
				if round > 0 {
					stored += int(stats.Sections.Mask)
				}
				// What most values became is fill from now on.
				counts := map[array.Element]int{}
				best := array.Element{}
				for i := range x {
					e := array.ElementAt(d, decoded[i*d.Size():])
					if counts[e]++; counts[e] > counts[best] && !anyFill(o.Fills, e.Float64()) {
						best = e
					}
				}
				o.Fills = append(o.Fills, best)
				declared++
			}
		}
	}
	if declared < 130 || stored == 0 {
		t.Errorf("%d fills, %d bytes for values that would have become fill: this test tries nothing", declared, stored)
	}
}

// Fill values of 64 bits survive beside bounded values.
func TestWideFills(t *testing.T) {
	lists := map[array.DType][]string{
		array.Int64:  {"-9223372036854775808", "-9223372036854775806", "9223372036854775807", "-9999"},
		array.Uint64: {"18446744073709551615", "9223372036854775808", "18446744073709551614"},
	}
	for d, list := range lists {
		h := array.Header{DType: d, Shape: []int{20, 30, 4}}
		fills := elements(t, d, list...)
		var raw []byte
		for i := range 20 * 30 * 4 {
			e := array.Element{DType: d, Bits: uint64(1000 + i/30*7 + i%30*i%11)}
			if i%30 < 7 {
				e = fills[(i/4)%len(fills)]
			}
			raw = e.Append(raw)
		}
		for name, o := range map[string]*Options{
			"fast lossless": {Bound: Bound{Lossless: true}, Level: 1},
			"lossless":      {Bound: Bound{Lossless: true}, Level: 5},
			"abs":           {Bound: Bound{Abs: 3}},
			"fast":          {Bound: Bound{Rel: 1e-2}, Level: 1},
			"rel":           {Bound: Bound{Rel: 1e-2}},
			"decibels":      {Bound: Bound{PSNR: 40}},
			"pointwise":     {Bound: Bound{PointwiseRel: 1e-3}},
			"signs":         {Bound: Bound{Abs: 3}, Keep: KeepSigns, Chunk: []int{7, 30, 4}, tinyChunks: true},
			"extrema":       {Bound: Bound{Abs: 3}, Keep: KeepExtrema},
		} {
			o.Fills = fills
			var b bytes.Buffer
			stats, err := EncodeSource(t.Context(), &b, source(h, raw), o)
			if err != nil {
				t.Errorf("%v %s: %v", d, name, err)
				continue
			}
			decoded, err := decodeRaw(b.Bytes(), nil)
			if err != nil {
				t.Errorf("%v %s: %v", d, name, err)
				continue
			}
			for i := 0; i < len(raw); i += 8 {
				was, is := array.ElementAt(d, raw[i:]), array.ElementAt(d, decoded[i:])
				if slices.Contains(fills, was) != slices.Contains(fills, is) || slices.Contains(fills, was) && was != is {
					t.Fatalf("%v %s: %v decodes to %v", d, name, was, is)
				}
			}
			if e := stats.MaxAbsError; e > 20 || stats.BoundAbs != nil && e > *stats.BoundAbs {
				t.Errorf("%v %s: error %v", d, name, e)
			}
			if s, err := json.Marshal(stats.Fill); err != nil || string(s) != "["+strings.Join(list, ",")+"]" {
				t.Errorf("%v %s: fill is %s (%v)", d, name, s, err)
			}
			if r := *stats.Range; r[0].Float64() < 1000 || r[1].Float64() > 3000 {
				t.Errorf("%v %s: range %v", d, name, r)
			}
			a, err := Open(t.Context(), bytes.NewReader(b.Bytes()), int64(b.Len()), nil)
			if err != nil {
				t.Fatal(err)
			}
			if info, err := a.Info(t.Context()); err != nil || !slices.Equal(info.Fill, fills) {
				t.Errorf("%v %s: the archive declares %v (%v)", d, name, info.Fill, err)
			}
		}
		if _, err := EncodeSource(t.Context(), io.Discard, source(h, raw), &Options{Bound: Bound{Abs: 3}, Fills: fills[1:]}); !errors.Is(err, array.ErrInexact) {
			t.Errorf("%v: an undeclared value beyond 2^53: %v", d, err)
		}
	}
}

// The archive tells "there is none" from nothing said.
func TestDeclaredFills(t *testing.T) {
	h := array.Header{DType: array.Float32, Shape: []int{4}}
	raw := make([]byte, 16)
	for want, o := range map[string]*Options{
		"[] false":           {},
		"[] true":            {FillPolicy: FillNone},
		"[] true also":       {Fills: []array.Element{}},
		"[-9999,1e+20] true": {Fills: elements(t, h.DType, "-9999", "1e20", "-9999.0")},
		"[0] true":           {Fills: elements(t, h.DType, "0"), FillPolicy: FillNone},
		"[-0] true":          {Fills: elements(t, h.DType, "-0"), FillPolicy: FillNone},
	} {
		o.Bound = Bound{Abs: 1}
		archive, stats, err := encodeRaw(h, raw, o)
		if err != nil {
			t.Fatal(err)
		}
		a, err := Open(t.Context(), bytes.NewReader(archive), int64(len(archive)), nil)
		if err != nil {
			t.Fatal(err)
		}
		info, err := a.Info(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got, errA := json.Marshal(info.Fill)
		also, errB := json.Marshal(stats.Fill)
		if string(got) != string(also) || info.FillDeclared != stats.FillDeclared || errA != nil || errB != nil {
			t.Errorf("the archive declares %s, the encoder says %s", got, also)
		}
		var b bytes.Buffer
		o.Bound = Bound{} // the array is read before
		if s, err := EncodeSource(t.Context(), &b, source(h, raw), o); err != nil || s.FillDeclared != info.FillDeclared || !slices.Equal(s.Fill, info.Fill) {
			t.Errorf("want %s, with a range %v %v (%v)", want, s.Fill, s.FillDeclared, err)
		}
		if got := fmt.Sprintf("%s %v", got, info.FillDeclared); !strings.HasPrefix(want, got) {
			t.Errorf("want %s, the archive declares %s", want, got)
		}
	}
	for _, p := range []FillPolicy{FillAuto, FillNone + 1} {
		if _, err := NewWriter(t.Context(), io.Discard, h, &Options{Bound: Bound{Abs: 1}, FillPolicy: p}); !errors.Is(err, ErrOptions) {
			t.Errorf("a Writer with fill policy %d: %v", p, err)
		}
	}
	many := make([]array.Element, special.MaxFills+1)
	for i := range many {
		many[i] = elements(t, array.Float32, strconv.Itoa(i))[0]
	}
	for name, fills := range map[string][]array.Element{
		"another type": elements(t, array.Float64, "1"),
		"NaN":          {{DType: array.Float32, Bits: 0x7fc00000}},
		"many":         many,
	} {
		if _, err := NewWriter(t.Context(), io.Discard, h, &Options{Bound: Bound{Abs: 1}, Fills: fills}); !errors.Is(err, ErrOptions) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := EncodeSource(t.Context(), io.Discard, source(h, raw), &Options{Fills: fills}); !errors.Is(err, ErrOptions) {
			t.Errorf("%s, with a range: %v", name, err)
		}
	}
}
