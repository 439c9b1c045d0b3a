package raster

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/input"
	"github.com/morselcodec/morsel/formats/internal/fail"
	"github.com/morselcodec/morsel/formats/internal/golden"
)

func file(b []byte) input.Input { return input.File(bytes.NewReader(b), int64(len(b))) }

func TestPNGErrors(t *testing.T) {
	huge := bytes.Clone(golden.File(t, "grey.png"))
	copy(huge[16:], "\x7f\xff\xff\xff\x7f\xff\xff\xff")
	trailing := append(bytes.Clone(golden.File(t, "grey.png")), 0)
	for want, b := range map[string][]byte{
		"cannot come from": huge, "trailing bytes": trailing, "signature": []byte("\x89PNQ"),
	} {
		if _, err := OpenPNG(file(b), 1<<30); !errors.Is(err, fail.ErrFormat) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	for _, s := range []array.Source{golden.Ramp("", 2, 2), {Header: array.Header{DType: array.Uint8, Shape: []int{4}}}, {Header: array.Header{DType: array.Uint8, Shape: []int{2, 2, 2}}}} {
		if err := WritePNG(&bytes.Buffer{}, s); err == nil || !strings.Contains(err.Error(), "cannot hold") {
			t.Errorf("%v: %v", s.Header, err)
		}
	}
}

// A writer refuses what its reader would not take.
func TestPGMWithoutPixels(t *testing.T) {
	for _, shape := range [][]int{{3, 0}, {0, 3}} {
		s := array.FromBytes(array.Header{DType: array.Uint8, Shape: shape}, nil)
		if err := WritePGM(&bytes.Buffer{}, s); !errors.Is(err, fail.ErrUnsupported) {
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
			if err := WritePNG(&b, array.FromBytes(h, []byte(pixels))); err != nil {
				t.Fatal(err)
			}
			s, err := OpenPNG(file(b.Bytes()), 1<<30)
			if err != nil || s.DType != d || !slices.Equal(s.Shape, h.Shape) {
				t.Fatalf("%+v, %v, want %+v", s, err, h)
			}
			if got, err := golden.Bytes(s); err != nil || string(got) != pixels {
				t.Errorf("%v: % x, %v; want % x", d, got, err, pixels)
			}
		}
	}
}

func TestPGMErrors(t *testing.T) {
	for text, want := range map[string]string{
		"P6\n1 1\n255\n\x00\x00\x00":  "want P5 or P2",
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
		s, err := OpenPGM(file([]byte(text)), 1<<20)
		if err == nil {
			_, err = golden.Bytes(s)
		}
		if !errors.Is(err, fail.ErrFormat) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
