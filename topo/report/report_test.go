package report

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"html"
	"image/png"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/topo/audit"
)

// noisy is a field of waves, and one with uniform errors up to eps.
func noisy(seed uint64, shape []int, eps float64) (x, y *array.Array[float64]) {
	n, _ := array.CheckShape(shape)
	r := rand.New(rand.NewPCG(seed, 1))
	x, y = &array.Array[float64]{Shape: shape}, &array.Array[float64]{Shape: shape}
	for i := range int(n) {
		v := math.Sin(float64(i%shape[len(shape)-1])/5) + 0.05*r.NormFloat64()
		x.Data, y.Data = append(x.Data, v), append(y.Data, v+eps*(2*r.Float64()-1))
	}
	return x, y
}

func compare[T array.Float](t *testing.T, x, y *array.Array[T]) *audit.Report {
	t.Helper()
	r, err := audit.Compare(t.Context(), x, y, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestHTML(t *testing.T) {
	for _, shape := range [][]int{{600}, {20, 30}, {9, 600, 10}, {3, 4, 5, 6}} {
		x, y := noisy(6, shape, 0.05)
		x.Name = `<script>alert("x")</script>`
		x.Data[3] = math.NaN()
		r := compare(t, x, y)
		var b bytes.Buffer
		if err := WriteHTML(&b, r); err != nil {
			t.Fatal(err)
		}
		s := b.String()
		for _, bad := range []string{"http:", "https:", "//cdn", "<script", "ZgotmplZ", "<link"} {
			if strings.Contains(s, bad) {
				t.Errorf("%v: page contains %q", shape, bad)
			}
		}
		pictures := 6        // three slices, the histogram and two diagrams
		if len(shape) == 1 { // curves, the histogram and one diagram
			pictures = 3
		}
		if got := strings.Count(s, `src="data:image/png;base64,`); got != pictures {
			t.Errorf("%v: %d pictures, want %d", shape, got, pictures)
		}
		for _, section := range r.Sections() {
			if !strings.Contains(s, section.Title) {
				t.Errorf("%v: no section %q", shape, section.Title)
			}
		}
	}
}

func TestPNG(t *testing.T) {
	for _, shape := range [][]int{{600}, {20, 30}, {5, 6, 7}} {
		x, y := noisy(7, shape, 0.05)
		var b bytes.Buffer
		if err := WritePNG(&b, compare(t, x, y)); err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(&b)
		if err != nil {
			t.Fatal(err)
		}
		if w := img.Bounds().Dx(); w != 1440 {
			t.Errorf("%v: width %d", shape, w)
		}
	}
	if err := WritePNG(io.Discard, new(audit.Report)); err == nil {
		t.Error("a report without arrays has a picture")
	}
}

// Whatever the values are, every output can be written.
func TestExtremes(t *testing.T) {
	const huge = math.MaxFloat64
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		name  string
		shape []int
		x, y  []float64
	}{
		{"widest", []int{2, 3}, []float64{-huge, huge, 1, 3, 2, 5}, []float64{huge, -huge, 1, 4, 2, 5}},
		{"smallest", []int{6}, []float64{0, 5e-324, 0, 1e-323, 0, 0}, []float64{0, 1e-323, 5e-324, 1e-323, 0, 0}},
		{"damaged", []int{6}, []float64{1, 2, 3, 4, 5, 6}, []float64{nan, inf, -inf, nan, inf, -inf}},
		{"nothing left", []int{2, 3}, []float64{nan, nan, nan, nan, nan, inf}, []float64{1, 2, 3, 4, 5, 6}},
		{"wild", []int{6}, []float64{1, 2, 3, 4, 5, 6}, []float64{1, huge, 3, -huge, 5, 6}},
		{"constant", []int{6}, []float64{1, 1, 1, 1, 1, 1}, []float64{1, huge, 1, -huge, 1, 1}},
		{"kept", []int{3}, []float64{2, 2, 2}, []float64{2, 2, 2}},
		{"one value", []int{1, 1}, []float64{7}, []float64{8}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := compare(t, &array.Array[float64]{Shape: c.shape, Data: c.x}, &array.Array[float64]{Shape: c.shape, Data: c.y})
			var page bytes.Buffer
			if err := errors.Join(r.WriteText(io.Discard), WriteHTML(&page, r), WritePNG(io.Discard, r)); err != nil {
				t.Error(err)
			}
			if !strings.Contains(html.UnescapeString(page.String()), r.Verdict()) {
				t.Error("the page has no verdict")
			}
		})
	}
}

// Integers beyond 2^53 are drawn from the least of them on.
func TestWideIntegers(t *testing.T) {
	source := func(values ...uint64) array.Source {
		var b []byte
		for _, v := range values {
			b = binary.LittleEndian.AppendUint64(b, v)
		}
		return array.Source{Header: array.Header{DType: array.Uint64, Shape: []int{len(values)}}, Values: func() (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(b)), nil
		}}
	}
	r, err := audit.CompareWide(t.Context(), source(1<<60, 1<<60+3, 1<<60+1), source(1<<60, 1<<60+2, 1<<60+1), nil)
	if err != nil {
		t.Fatal(err)
	}
	if s := r.Pictures.Slice; s.Lo != 0 || s.Hi != 3 || ofValues(r.Pictures.Scale) != " − 1152921504606846976" {
		t.Errorf("%+v, values%s", s, ofValues(r.Pictures.Scale))
	}
	if err := errors.Join(WriteHTML(io.Discard, r), WritePNG(io.Discard, r)); err != nil {
		t.Error(err)
	}
}

// An empty array and a report read from JSON have a page without pictures.
func TestNoPictures(t *testing.T) {
	x, y := noisy(8, []int{12, 13}, 0.1)
	b, err := json.Marshal(compare(t, x, y))
	if err != nil {
		t.Fatal(err)
	}
	var read audit.Report
	if err := json.Unmarshal(b, &read); err != nil {
		t.Fatal(err)
	}
	none := &array.Array[float32]{Shape: []int{0}}
	for _, r := range []*audit.Report{&read, compare(t, none, none)} {
		var page bytes.Buffer
		if err := WriteHTML(&page, r); err != nil || strings.Contains(page.String(), "<img") {
			t.Errorf("%v: %s", err, page.String())
		}
		if WritePNG(io.Discard, r) == nil {
			t.Error("a picture of nothing")
		}
	}
}

// A name from a file cannot mislead a reader.
func TestNamesArePrintable(t *testing.T) {
	a := &array.Array[float32]{Name: "u\x1b[2J\n\u202ev", Shape: []int{3}, Data: []float32{1, 2, 3}}
	var b bytes.Buffer
	if err := WriteHTML(&b, compare(t, a, a)); err != nil {
		t.Fatal(err)
	}
	if s := b.String(); !strings.Contains(s, `u\x1b[2J\n\u202ev`) || strings.ContainsAny(s, "\x1b\u202e") {
		t.Errorf("%.200q", s)
	}
}

// A report may be drawn by several. The race detector looks on, in .ci/run.
func TestAtOnce(t *testing.T) {
	x, y := noisy(8, []int{12, 13}, 0.1)
	r := compare(t, x, y)
	var want bytes.Buffer
	if err := WriteHTML(&want, r); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			var got bytes.Buffer
			if err := WriteHTML(&got, r); err != nil || got.String() != want.String() {
				t.Errorf("another page, %v", err)
			}
		})
	}
	wg.Wait()
}
