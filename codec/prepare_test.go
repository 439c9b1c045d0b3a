package codec

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/formats/array"
)

// ocean is a smooth field from -2 to 34 with value on its land.
func ocean(value float64) *array.Array[float32] {
	a := &array.Array[float32]{Shape: []int{60, 50}, Data: make([]float32, 3000)}
	for i := range a.Data {
		a.Data[i] = float32(16 + 18*math.Sin(float64(i%50)/9)*math.Cos(float64(i/50)/11))
		if i/50 < 20 && i%50 > 30 {
			a.Data[i] = float32(value)
		}
	}
	return a
}

func TestUndeclaredFill(t *testing.T) {
	encode := func(a *array.Array[float32], o *Options) (Stats, []byte, error) {
		var b bytes.Buffer
		o.Level = 1
		s, err := Encode(t.Context(), &b, a, o)
		return s, b.Bytes(), err
	}
	for _, c := range []struct {
		value  string
		spoils bool
	}{{"1e20", true}, {"9.96921e36", true}, {"-9999", false}, {"-999", false}, {"-77777", true}} {
		fill := elements(t, array.Float32, c.value)
		a := ocean(fill[0].Float64())
		for _, b := range []Bound{{}, {PSNR: 60}, {Abs: 0.04}, {Lossless: true}, {PointwiseRel: 0.01}} {
			right, want, err := encode(a, &Options{Bound: b, Fills: fill})
			if err != nil || right.Suspects != nil || right.FillCounts[0] != 380 {
				t.Fatalf("%s, %+v: %+v, %v", c.value, b, right, err)
			}
			s, _, err := encode(a, &Options{Bound: b})
			var wrong *FillError
			switch {
			case c.spoils && b.NeedsRange():
				if !errors.As(err, &wrong) || !errors.Is(err, ErrOptions) {
					t.Errorf("%s, %+v: %v", c.value, b, err)
					continue
				}
				if *wrong.With < 500**wrong.Without || b.PSNR == 0 && *wrong.Without != *right.BoundAbs {
					t.Errorf("%s: bound %v with, %v without, want %v", c.value, *wrong.With, *wrong.Without, *right.BoundAbs)
				}
				if !strings.Contains(err.Error(), fmt.Sprintf("%v (380 times)", fill[0])) {
					t.Errorf("%s: %v", c.value, err)
				}
				s.Suspects = &wrong.Suspects
			case err != nil:
				t.Errorf("%s, %+v: %v", c.value, b, err)
				continue
			}
			if s.Suspects == nil || len(s.Suspects.Values) != 1 || s.Suspects.Values[0].Value != fill[0] || s.Suspects.Values[0].Count != 380 ||
				s.Suspects.Values[0].Spoils() != c.spoils || (s.Suspects.With != nil) != b.NeedsRange() {
				t.Errorf("%s, %+v: suspects %+v", c.value, b, s.Suspects)
			}
			auto, got, err := encode(a, &Options{Bound: b, FillPolicy: FillAuto})
			if err != nil || !bytes.Equal(got, want) || auto.FillCounts[0] != 380 || *auto.Range != *right.Range {
				t.Errorf("%s, %+v: found by itself, the archive is another (%v)", c.value, b, err)
			}
			if none, _, err := encode(a, &Options{Bound: b, FillPolicy: FillNone}); err != nil || none.Suspects != nil {
				t.Errorf("%s, %+v: as data: %+v, %v", c.value, b, none.Suspects, err)
			}
		}
	}
	both := ocean(1e20)
	for i, v := range both.Data {
		if v == 1e20 && i%50 < 35 {
			both.Data[i] = -9999
		}
	}
	if _, _, err := encode(both, &Options{Fills: elements(t, array.Float32, "-9999")}); !errors.Is(err, ErrOptions) {
		t.Errorf("one of two declared: %v", err)
	}
	s, _, err := encode(both, &Options{Fills: elements(t, array.Float32, "-9999"), FillPolicy: FillAuto})
	if err != nil || len(s.Fill) != 2 || s.FillCounts[0] != 80 || s.FillCounts[1] != 300 || s.Range[1].Float64() > 35 {
		t.Errorf("one declared, one found: %+v, %v", s, err)
	}
	if s, _, err := encode(ocean(5), &Options{Fills: elements(t, array.Float32, "-1")}); err != nil || s.FillCounts[0] != 0 {
		t.Errorf("a fill value that does not occur: %v, %v", s.FillCounts, err)
	}
}

// changing gives values that are not the same from some reading on.
func changing(a, b *array.Array[float32], from int) (src array.Source, readings *int) {
	n := 0
	src = array.FromArray(a)
	other := array.FromArray(b)
	first := src.Values
	src.Values = func() (io.ReadCloser, error) {
		if n++; n > from {
			return other.Values()
		}
		return first()
	}
	return src, &n
}

func TestChangedValues(t *testing.T) {
	a := ocean(5)
	narrow, swapped, last := ocean(5), ocean(5), ocean(5)
	for i := range narrow.Data {
		narrow.Data[i] /= 1000
	}
	swapped.Data[7], swapped.Data[8] = swapped.Data[8], swapped.Data[7]
	last.Data[2999] += 1e-3
	for name, b := range map[string]*array.Array[float32]{"narrow": narrow, "swapped": swapped, "last": last} {
		for i, o := range []*Options{
			nil, {Bound: Bound{Rel: 1e-2}, Level: 1}, {Bound: Bound{PSNR: 50}, Level: 1}, {Bound: Bound{Abs: 1}, FillPolicy: FillAuto, Level: 1}, {Keep: KeepSigns, Level: 1},
		} {
			for from := 1; ; from++ {
				src, readings := changing(a, b, from)
				_, err := EncodeSource(t.Context(), io.Discard, src, o)
				if *readings <= from {
					if err != nil || from < 2 {
						t.Errorf("%s, options %d: %d readings of the same values: %v", name, i, *readings, err)
					}
					break
				}
				if from == 2 && i == 2 {
					continue // the sample of a PSNR is no encoding
				}
				if !errors.Is(err, fault.ErrChanged) || errors.Is(err, ErrOptions) {
					t.Errorf("%s, options %d, changed after reading %d: %v", name, i, from, err)
				}
			}
		}
	}
	for name, n := range map[string]int{"shorter": 2000, "longer": 4000} {
		for _, b := range []Bound{{}, {PSNR: 50}} {
			reading := 0
			src := array.Source{Header: a.Header(), Values: func() (io.ReadCloser, error) {
				if reading++; reading == 1 {
					return io.NopCloser(bytes.NewReader(make([]byte, 12000))), nil
				}
				return io.NopCloser(bytes.NewReader(make([]byte, 4*n))), nil
			}}
			if _, err := EncodeSource(t.Context(), io.Discard, src, &Options{Bound: b}); !errors.Is(err, fault.ErrChanged) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	src, _ := changing(a, narrow, 1)
	o, err := Prepare(t.Context(), src, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Encode(t.Context(), io.Discard, narrow, o); !errors.Is(err, fault.ErrChanged) {
		t.Errorf("prepared for other values: %v", err)
	}
	for range 2 {
		if _, err := Encode(t.Context(), io.Discard, a, o); err != nil {
			t.Errorf("prepared for these values: %v", err)
		}
	}
	if _, err := Encode(t.Context(), io.Discard, a, &Options{Range: &Range{Min: 0, Max: 10}}); !errors.Is(err, fault.ErrChanged) {
		t.Errorf("values beyond the given range: %v", err)
	}
	if _, err := Encode(t.Context(), io.Discard, a, &Options{Range: &Range{Min: -10, Max: 100}}); err != nil {
		t.Errorf("values within the given range: %v", err)
	}
	flat := &array.Array[float64]{Shape: []int{2}, Data: []float64{3, 3}}
	for _, r := range []Range{{Min: 3, Max: math.NaN()}, {Min: math.NaN(), Max: 3}, {Min: 3, Max: math.Inf(1)}} {
		for _, b := range []Bound{{}, {PSNR: 40}} {
			if _, err := Encode(t.Context(), io.Discard, flat, &Options{Bound: b, Range: &r}); !errors.Is(err, ErrOptions) {
				t.Errorf("range %g to %g: %v", r.Min, r.Max, err)
			}
		}
	}
}

// Options from Prepare are for the fill values that it saw.
func TestPreparedForOtherFills(t *testing.T) {
	a := &array.Array[float32]{Shape: []int{3}, Data: []float32{1, 2, 3}}
	one := []array.Element{array.ElementAt(array.Float32, []byte{0, 0, 0x80, 0x3f})}
	for _, before := range []*Options{nil, {Fills: one}, {FillPolicy: FillAuto}} {
		prepared, err := Prepare(t.Context(), array.FromArray(a), before)
		if err != nil {
			t.Fatal(err)
		}
		added, removed, policy := *prepared, *prepared, *prepared
		added.Fills = append(slices.Clip(added.Fills), array.ElementAt(array.Float32, []byte{0, 0, 0, 0x40}))
		removed.Fills = nil
		policy.FillPolicy = FillNone
		for what, o := range map[string]*Options{"same": prepared, "added": &added, "removed": &removed, "policy": &policy} {
			_, err := Encode(t.Context(), io.Discard, a, o)
			if same := what == "same" || what == "removed" && prepared.Fills == nil; same != (err == nil) || !same && !errors.Is(err, ErrOptions) {
				t.Errorf("%s: %v", what, err)
			}
		}
	}
}

// A source that ends early says so, whatever it is read for.
func TestSourceEndsEarly(t *testing.T) {
	h := array.Header{DType: array.Float32, Shape: []int{2}}
	for n := range 8 {
		src := array.FromBytes(h, make([]byte, n))
		for _, b := range []Bound{{}, {Abs: 1}, {PSNR: 40}} {
			if _, err := EncodeSource(t.Context(), io.Discard, src, &Options{Bound: b}); !errors.Is(err, array.ErrShape) {
				t.Errorf("%d bytes, %+v: %v", n, b, err)
			}
		}
	}
}

// What elements cannot hold is an error before anything is written.
func TestValuesOfNoElement(t *testing.T) {
	for d, bad := range map[array.DType]float32{array.Int16: 1e6, array.Uint8: 300.7, array.Float16: 70000, array.Int8: 0.5, array.Uint16: float32(math.NaN())} {
		a := &array.Array[float32]{DType: d, Shape: []int{4}, Data: []float32{1, 2, 3, bad}}
		for _, b := range []Bound{{}, {Abs: 1}, {Lossless: true}, {PSNR: 40}, {PointwiseRel: 0.1}} {
			var out bytes.Buffer
			_, err := Encode(t.Context(), &out, a, &Options{Bound: b})
			if !errors.Is(err, array.ErrValue) || !strings.Contains(err.Error(), "value 3 is ") || out.Len() > 0 {
				t.Errorf("%v of %v: %v, %d bytes", bad, d, err, out.Len())
			}
			if _, err := EncodeSource(t.Context(), &out, array.FromArray(a), &Options{Bound: b}); !errors.Is(err, array.ErrValue) || out.Len() > 0 {
				t.Errorf("%v of %v, as a source: %v", bad, d, err)
			}
		}
	}
}
