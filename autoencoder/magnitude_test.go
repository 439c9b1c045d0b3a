package autoencoder

import (
	"encoding/binary"
	"errors"
	"io"
	"iter"
	"math"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
)

// transformed are waves about 0 as float64, times scale, plus offset.
func transformed(scale, offset float64) *array.Array[float64] {
	a := &array.Array[float64]{Name: "waves", Shape: []int{6, 30, 40}}
	for _, v := range waves(a.Shape...).Data {
		a.Data = append(a.Data, offset+scale*(float64(v)-100)/5)
	}
	return a
}

// relativeError is that of what a model makes of float64 windows, in standard
// deviations.
func relativeError(t *testing.T, m *Model, a *array.Array[float64]) float64 {
	t.Helper()
	n := array.Product(m.Window())
	windows := a.Data[:len(a.Data)/n*n]
	codes := make([]int32, len(windows)/n*m.LatentLen())
	y := make([]float64, len(windows))
	if err := errors.Join(m.Encode64(codes, windows), m.Decode64(y, codes)); err != nil {
		t.Fatal(err)
	}
	var s float64
	for i, v := range windows {
		d := (v - y[i]) / m.contents.Normalisation.Scale
		s += d * d
	}
	return math.Sqrt(s / float64(len(windows)))
}

// A field far from zero, or of any magnitude, trains as well as one about it.
func TestTrainAtAnyMagnitude(t *testing.T) {
	options := func() *TrainOptions {
		return &TrainOptions{Window: []int{40}, Steps: 150, Batch: 32, Seed: 3, Fills: []array.Element{element(t, array.Float64, "-9999")}}
	}
	for _, perWindow := range []bool{false, true} {
		for _, c := range []struct{ scale, offset float64 }{
			{1, 0}, {1, 1e9}, {1, -1e12}, {1e300, 0}, {1e307, 3e307}, {1e-300, 0}, {1e-310, 0}, {1e-40, 0}, {1e40, 1e45},
		} {
			o := options()
			o.PerWindow = perWindow
			a := transformed(c.scale, c.offset)
			a.Data[5], a.Data[77] = math.NaN(), -9999
			m, err := Train(t.Context(), setOf(a), o)
			if err != nil {
				t.Fatalf("%+v: %v", c, err)
			}
			i := m.Info()
			a.Data[5], a.Data[77] = c.offset, c.offset
			if e := relativeError(t, m, a); !(e < 0.3) {
				t.Errorf("%+v, per window %v: off by %.3g standard deviations; normalisation %+v", c, perWindow, e, i.Normalisation)
			}
			if d := i.Training.Data; d.Missing != 2 || d.Values+d.HeldOut != int64(len(a.Data)-2) {
				t.Errorf("%+v: record %+v", c, d)
			}
			if v := i.Training.Validation; v == nil || !(v.DSL < 0.4) {
				t.Errorf("%+v: validation %+v", c, v)
			}
		}
	}
}

// integers is a source of 64-bit integers.
func integers(d array.DType, shape []int, bits []uint64) array.Source {
	var b []byte
	for _, v := range bits {
		b = binary.LittleEndian.AppendUint64(b, v)
	}
	return array.Source{Header: array.Header{Name: "integers", DType: d, Shape: shape}, Values: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(string(b))), nil
	}}
}

func only(src array.Source) iter.Seq2[array.Source, error] {
	return func(yield func(array.Source, error) bool) { yield(src, nil) }
}

func TestNothingLeftToTrainOn(t *testing.T) {
	nan := math.NaN()
	for name, c := range map[string]struct {
		change func(a *array.Array[float64])
		want   string
	}{
		"NaN":         {func(a *array.Array[float64]) { fill(a.Data, nan) }, "none of the 7200 values can be used"},
		"fill":        {func(a *array.Array[float64]) { fill(a.Data, -9999) }, "none of the 7200 values can be used"},
		"infinities":  {func(a *array.Array[float64]) { fill(a.Data, math.Inf(-1)) }, "none of the 7200 values can be used"},
		"held out":    {func(a *array.Array[float64]) { fill(a.Data[:6000], nan) }, "of 7200 values only 1200 in the part held out"},
		"wide":        {func(a *array.Array[float64]) { a.Data[3], a.Data[4] = 1.7e308, -1.7e308 }, "range from -1.7e+308 to 1.7e+308"},
		"wide centre": {func(a *array.Array[float64]) { fill(a.Data, 1.7e308); a.Data[4000] = -1.7e308 }, "range from -1.7e+308 to 1.7e+308"},
	} {
		a := transformed(1, 0)
		c.change(a)
		o := quick()
		o.Fills = []array.Element{element(t, array.Float64, "-9999")}
		if m, err := Train(t.Context(), setOf(a), o); !errors.Is(err, ErrOptions) || m != nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: model %v, error %v; want %q", name, m != nil, err, c.want)
		}
	}
}

func fill(x []float64, v float64) {
	for i := range x {
		x[i] = v
	}
}

// A set that gives something else when it is read again is refused.
func TestSetThatChanges(t *testing.T) {
	a, b := transformed(1, 0), transformed(1, 0)
	b.Data[1234]++
	c := transformed(1, 0)
	c.Shape = []int{6, 40, 30}
	short := *transformed(1, 0)
	for name, second := range map[string][]*array.Array[float64]{
		"value": {b}, "shape": {c}, "fewer": {}, "more": {a, a}, "values missing": {&short},
	} {
		reading := 0
		set := func(yield func(array.Source, error) bool) {
			arrays := []*array.Array[float64]{a}
			if reading++; reading > 1 {
				arrays = second
			}
			for _, x := range arrays {
				src := array.FromArray(x)
				if x == &short {
					src.Values = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("too short")), nil }
				}
				if !yield(src, nil) {
					return
				}
			}
		}
		want := ErrChanged
		if name == "values missing" {
			want = array.ErrFormat
		}
		if m, err := Train(t.Context(), set, quick()); !errors.Is(err, want) || m != nil {
			t.Errorf("%s: model %v, error %v", name, m != nil, err)
		}
	}
}

// Sets of several types and shapes are one set, and an error names its array.
func TestMixedSet(t *testing.T) {
	set := func(yield func(array.Source, error) bool) {
		bits := make([]uint64, 320)
		for i := range bits {
			bits[i] = uint64(90 + i%20)
		}
		_ = yield(array.FromArray(waves(3, 30, 40)), nil) &&
			yield(integers(array.Int64, []int{16, 20}, bits), nil) &&
			yield(array.FromArray(transformed(5, 100)), nil)
	}
	o := quick()
	o.Fills = []array.Element{{DType: array.Int64, Bits: 95}, {DType: array.Float32}}
	m, err := Train(t.Context(), set, o)
	if err != nil {
		t.Fatal(err)
	}
	d := m.Info().Training.Data
	if d.Arrays != 3 || d.Missing != 16 || d.Fills[0] != (FillRecord{DType: "f32", Value: "0", Count: 0}) || d.Fills[1] != (FillRecord{DType: "i64", Value: "95", Count: 16}) {
		t.Errorf("record %+v", d)
	}
	line := &array.Array[float32]{Name: "a line", Shape: []int{40}, Data: make([]float32, 40)}
	if _, err := Train(t.Context(), setOf(waves(30, 40), line), quick()); !errors.Is(err, array.ErrShape) || !strings.Contains(err.Error(), "a line") {
		t.Errorf("an array of too few axes: %v", err)
	}
	broken := errors.New("disk on fire")
	src := integers(array.Int64, []int{16, 20}, nil)
	src.Values = func() (io.ReadCloser, error) { return nil, broken }
	if _, err := Train(t.Context(), only(src), quick()); !errors.Is(err, broken) || !strings.Contains(err.Error(), "integers") {
		t.Errorf("an array that cannot be read: %v", err)
	}
}

func element(t *testing.T, d array.DType, s string) array.Element {
	t.Helper()
	e, err := array.ParseElement(d, s)
	if err != nil {
		t.Fatal(err)
	}
	return e
}
