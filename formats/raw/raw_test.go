package raw

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

func TestRaw(t *testing.T) {
	for _, c := range []struct {
		name  string
		size  int
		o     Options
		dtype array.DType // 0 for an error
		shape []int
		err   string
	}{
		{name: "isabel_velmag_t02_2x3x4.f64", size: 192, dtype: array.Float64, shape: []int{2, 3, 4}},
		{name: "u_2_3_4.f32", size: 96, dtype: array.Float32, shape: []int{2, 3, 4}},
		{name: "run_7_2x3.f32", size: 24, dtype: array.Float32, shape: []int{2, 3}},
		{name: "run_7_2_3.f32", size: 24, dtype: array.Float32, shape: []int{2, 3}},
		{name: "CLD_1_4_3.f32", size: 48, dtype: array.Float32, shape: []int{1, 4, 3}},
		{name: "u_2_3.dat", size: 24, dtype: array.Float32, shape: []int{2, 3}},
		{name: "u_2_3.dat", size: 48, dtype: array.Float64, shape: []int{2, 3}},
		{name: "u_6.u16", size: 12, dtype: array.Uint16, shape: []int{6}},
		{name: "u_2x3.raw", size: 6, o: Options{DType: array.Int8}, dtype: array.Int8, shape: []int{2, 3}},
		{name: "u.f32", size: 24, o: Options{Shape: []int{6}}, dtype: array.Float32, shape: []int{6}},
		{name: "-", size: 24, o: Options{Shape: []int{3}, DType: array.Float64}, dtype: array.Float64, shape: []int{3}},
		{name: "u_2x3.f32", size: 24, o: Options{Shape: []int{3}, DType: array.Float64}, dtype: array.Float64, shape: []int{3}},
		{name: "u_0x3.f32", size: 0, dtype: array.Float32, shape: []int{0, 3}},
		{name: "skull_4x3x2_uint16.raw", size: 48, dtype: array.Uint16, shape: []int{2, 3, 4}},
		{name: "dir/A_4x3_FLOAT32.RAW", size: 48, dtype: array.Float32, shape: []int{3, 4}},
		{name: "a_4x3_float32.raw", size: 48, o: Options{Shape: []int{4, 3}}, dtype: array.Float32, shape: []int{4, 3}},
		{name: "a_4x3_float32.raw", size: 48, o: Options{DType: array.Int32}, dtype: array.Int32, shape: []int{3, 4}},
		{name: "u_2x3.f32", size: 34, o: Options{Offset: 10}, dtype: array.Float32, shape: []int{2, 3}},
		{name: "u_2x3.f32", size: 32, o: Options{Offset: 4, Skip: 4}, dtype: array.Float32, shape: []int{2, 3}},
		{name: "u_2x3.dat", size: 49, o: Options{Skip: 1}, dtype: array.Float64, shape: []int{2, 3}},
		{name: "u_2x3.f32", size: 34, err: "if the other 10 are a header, give them as the offset"},
		{name: "u_2x3.f32", size: 9, o: Options{Offset: 4, Skip: 6}, err: "fewer than the offset 4 and the 6 to skip"},
		{name: "u_0.f32", size: 9, o: Options{Offset: 1 << 62, Skip: 1 << 62}, err: "fewer"},
		{name: "u_25x125x125.f64", size: 3124999, err: "25x125x125 of f64 wants 3125000 bytes, found 3124999"},
		{name: "u_2x3.dat", size: 25, err: "2x3 wants 24 or 48 bytes (f32 or f64), found 25"},
		{name: "u.f32", size: 24, err: "give the shape"},
		{name: "u_2x3x.f32", size: 24, err: "give the shape"},
		{name: "u_1x1x1x1x1x1.f32", size: 4, err: "give the shape"},
		{name: "u_99999999999x99999999999.f32", size: 4, err: "give the shape"},
		{name: "u.f32", size: 24, o: Options{Shape: []int{array.MaxValues, 4}}, err: "too many values"},
		{name: "u.f32", size: 24, o: Options{Shape: []int{-6}}, err: "dimension 0 is -6"},
	} {
		s, err := Open(input.File(bytes.NewReader(make([]byte, c.size)), int64(c.size)), c.name, c.o)
		if c.err != "" {
			if err == nil || !errors.Is(err, fail.ErrFormat) || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s of %d bytes: %v, want %q", c.name, c.size, err, c.err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s of %d bytes: %v", c.name, c.size, err)
		} else if s.DType != c.dtype || !slices.Equal(s.Shape, c.shape) {
			t.Errorf("%s of %d bytes: %+v, want %v %v", c.name, c.size, s, c.dtype, c.shape)
		}
	}
}

// What lies around the values is passed over, also where it is packed.
func TestRawPart(t *testing.T) {
	b := []byte("head\x01\x02\x03\x04tail!")
	o := Options{Shape: []int{2}, DType: array.Int16, Offset: 4, Skip: 5}
	packed := func(b []byte) input.Input {
		b = golden.Gzip(b)
		return input.Gzip(bytes.NewReader(b), int64(len(b)))
	}
	for name, in := range map[string]input.Input{"x.bin": input.File(bytes.NewReader(b), int64(len(b))), "x.bin.gz": packed(b)} {
		s, err := Open(in, name, o)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if got, err := golden.Bytes(s); err != nil || string(got) != "\x01\x02\x03\x04" {
				t.Errorf("%s: % x, %v", name, got, err)
			}
		}
	}
	if _, err := Open(packed(b), "x.bin.gz", Options{Shape: []int{2}, DType: array.Int16, Offset: 4, Skip: 4}); !errors.Is(err, fail.ErrShape) {
		t.Errorf("a packed file of another length: %v", err)
	}
	if s, err := Open(packed(make([]byte, 48)), "u_2x3.dat.gz", Options{}); err != nil || s.DType != array.Float64 {
		t.Errorf("the type that a packed length shows: %v, %v", s, err)
	}
}

func TestRawBigEndian(t *testing.T) {
	b := []byte{0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0}
	s, err := Open(input.File(bytes.NewReader(b), int64(len(b))), "u_2.f32", Options{BigEndian: true})
	if err != nil {
		t.Fatal(err)
	}
	a, err := array.Read[float32](s)
	if err != nil || !slices.Equal(a.Data, []float32{1, -2}) {
		t.Errorf("%v, %v", a, err)
	}
}
