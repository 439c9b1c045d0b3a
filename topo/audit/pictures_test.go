package audit

import (
	"bytes"
	"image/png"
	"math"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
)

// luminance of a colour, relative (WCAG 2).
func luminance(m colorMap, t float64) float64 {
	lin := func(c uint8) float64 {
		v := float64(c) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	c := m.at(t)
	return 0.2126*lin(c.R) + 0.7152*lin(c.G) + 0.0722*lin(c.B)
}

func TestColorMaps(t *testing.T) {
	for k := 1; k <= 100; k++ {
		if luminance(sequential, float64(k)/100) <= luminance(sequential, float64(k-1)/100) {
			t.Errorf("sequential does not get lighter at %d %%", k)
		}
	}
	for k := 1; k <= 50; k++ {
		for _, side := range []float64{-1, 1} {
			if luminance(diverging, 0.5+side*float64(k)/100) >= luminance(diverging, 0.5+side*float64(k-1)/100) {
				t.Errorf("diverging does not get darker at %d %% on side %v", k, side)
			}
		}
	}
	if sequential.at(math.NaN()) != missing || sequential.at(-3) != sequential.at(0) || sequential.at(9) != sequential.at(1) {
		t.Error("values beyond the ends or missing")
	}
}

func TestHTML(t *testing.T) {
	for _, shape := range [][]int{{600}, {20, 30}, {9, 600, 10}, {3, 4, 5, 6}} {
		x, y := noisy(6, shape, 0.05)
		x.Name = `<script>alert("x")</script>`
		x.Data[3] = math.NaN()
		r := compare(t, x, y, nil)
		var b bytes.Buffer
		if err := r.WriteHTML(&b); err != nil {
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
		for _, section := range r.sections() {
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
		if err := compare(t, x, y, nil).WritePNG(&b); err != nil {
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
	if err := new(Report).WritePNG(&bytes.Buffer{}); err == nil {
		t.Error("a report without arrays has a picture")
	}
}

func TestSection(t *testing.T) {
	// The middle plane of a 4x3x1100 field, every third column.
	n := 4 * 3 * 1100
	a := &array.Array[float32]{Shape: []int{4, 3, 1100}, Data: make([]float32, n)}
	for i := range a.Data {
		a.Data[i] = float32(i)
	}
	s := compare(t, a, a, &Options{NoPersistence: true}).pictures.section
	if s.width != 367 || s.height != 3 || s.original[0] != 2*3*1100 || s.original[367] != 2*3*1100+1100 || s.original[1] != 2*3*1100+3 {
		t.Errorf("%dx%d: %v", s.width, s.height, s.original[:3])
	}
}

func TestHistogram(t *testing.T) {
	x := &array.Array[float64]{Shape: []int{4}, Data: []float64{0, 0, 0, 0}}
	y := &array.Array[float64]{Shape: []int{4}, Data: []float64{-2, 0, 0.01, 2}}
	h := compare(t, x, y, nil).pictures.histogram
	if h.limit != 2 || h.counts[0] != 1 || h.counts[bins/2] != 2 || h.counts[bins-1] != 1 {
		t.Errorf("%+v", h)
	}
}
