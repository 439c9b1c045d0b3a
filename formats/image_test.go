package formats

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/internal/fail"
)

func TestPNGErrors(t *testing.T) {
	huge := bytes.Clone(testFile(t, "grey.png"))
	copy(huge[16:], "\x7f\xff\xff\xff\x7f\xff\xff\xff")
	trailing := append(bytes.Clone(testFile(t, "grey.png")), 0)
	for want, b := range map[string][]byte{
		"cannot come from": huge, "trailing bytes": trailing, "GIF picture": []byte("GIF89a"), "signature": []byte("\x89PNQ"),
	} {
		if _, err := openBytes(b, "x.png", nil); !errors.Is(err, fail.ErrFormat) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	for _, s := range []array.Source{ramp("", 2, 2), {Header: array.Header{DType: array.Uint8, Shape: []int{4}}}, {Header: array.Header{DType: array.Uint8, Shape: []int{2, 2, 2}}}} {
		if err := Write(&bytes.Buffer{}, PNG, []array.Source{s}, nil); err == nil || !strings.Contains(err.Error(), "cannot hold") {
			t.Errorf("%v: %v", s.Header, err)
		}
	}
}

// A writer refuses what its reader would not take.
func TestPGMWithoutPixels(t *testing.T) {
	for _, shape := range [][]int{{3, 0}, {0, 3}} {
		s := array.FromBytes(array.Header{DType: array.Uint8, Shape: shape}, nil)
		if err := Write(&bytes.Buffer{}, PGM, []array.Source{s}, nil); !errors.Is(err, fail.ErrUnsupported) {
			t.Errorf("%v: %v", shape, err)
		}
	}
}

// Opaque alpha stays a channel, and colour under full transparency survives.
func TestPNGAlpha(t *testing.T) {
	for _, pixels := range []string{"\x01\x02\x03\xff\x04\x05\x06\xff", "\x01\x02\x03\x00\x04\x05\x06\x01"} {
		for _, d := range []array.DType{array.Uint8, array.Uint16} {
			h := array.Header{DType: d, Shape: []int{2 / d.Size(), 1, 4}}
			var b bytes.Buffer
			if err := Write(&b, PNG, []array.Source{array.FromBytes(h, []byte(pixels))}, nil); err != nil {
				t.Fatal(err)
			}
			s, err := openBytes(b.Bytes(), "x.png", &OpenOptions{Shape: h.Shape, DType: d})
			if err != nil {
				t.Fatal(err)
			}
			if got, err := allBytes(s[0]); err != nil || string(got) != pixels {
				t.Errorf("%v: % x, %v; want % x", d, got, err, pixels)
			}
		}
	}
}

func TestPGMErrors(t *testing.T) {
	for text, want := range map[string]string{
		"P6\n1 1\n255\n\x00\x00\x00":  "bitmap Netpbm picture",
		"P4 1 1":                      "bitmap Netpbm picture",
		"P5\n2 2\n255\n\x00\x00\x00":  "wants 4 bytes, found 3",
		"P5\n1 1\n255\n\x00\x00":      "wants 1 bytes, found 2",
		"P5\n0 1\n255\n":              "impossible header",
		"P5\n1 1\n70000\n\x00\x00":    "impossible header",
		"P5\n1 -1\n255\n":             "want a number",
		"P5\n1":                       "height",
		"P2\n2 1\n9\n1 10\n":          "want a number up to 9",
		"P2\n2 1\n9\n1\n":             "value 1 of 2",
		"P2\n2 1\n9\n1 2 3\n":         "follows",
		"P2\n99999 99999\n9\n1 2 3\n": "limit",
	} {
		_, err := openBytes([]byte(text), "x.pgm", &OpenOptions{MaxBytes: 1 << 20})
		if !errors.Is(err, fail.ErrFormat) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestIDXErrors(t *testing.T) {
	for text, want := range map[string]string{
		"\x00\x00\x08\x01\x00\x00\x00\x02\x00":                     "wants 2 bytes, found 1",
		"\x00\x00\x08\x01\xff\xff\xff\xff\x00":                     "dimension 0 is -1",
		"\x00\x00\x08\x02\x00\x00\x00\x02":                         "truncated header",
		"\x00\x00\x0a\x01\x00\x00\x00\x01\x00":                     "magic",
		"\x00\x00\x08\x06" + strings.Repeat("\x00\x00\x00\x01", 6): "magic",
		"": "magic",
	} {
		if _, err := openBytes([]byte(text), "x.idx", nil); !errors.Is(err, fail.ErrFormat) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestWriteErrors(t *testing.T) {
	two := []array.Source{ramp("", 2), ramp("", 2)}
	for _, f := range []Format{Raw, NPY, PNG, PGM} {
		if err := Write(&bytes.Buffer{}, f, two, nil); err == nil {
			t.Errorf("%v took two arrays", f)
		}
	}
	for _, f := range []Format{0, IDX, 99} {
		if err := Write(&bytes.Buffer{}, f, two[:1], nil); err == nil {
			t.Errorf("%v was written", f)
		}
	}
	for f := Raw; f.Valid(); f++ {
		if err := Write(&bytes.Buffer{}, f, nil, nil); err == nil {
			t.Errorf("%v of nothing was written", f)
		}
		if err := Write(&bytes.Buffer{}, f, []array.Source{{}}, nil); !errors.Is(err, fail.ErrFormat) {
			t.Errorf("%v of an invalid header: %v", f, err)
		}
	}
	half := array.FromArray(&array.Array[float64]{DType: array.Int8, Shape: []int{1}, Data: []float64{0.5}})
	if err := Write(&bytes.Buffer{}, NPY, []array.Source{half}, nil); !errors.Is(err, fail.ErrValue) {
		t.Errorf("half as an integer: written, %v", err)
	}
}
