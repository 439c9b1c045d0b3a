package formats

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/internal/fail"
)

func TestDetectFormat(t *testing.T) {
	for name, want := range map[string]Format{
		"a.npy": NPY, "A.NPZ": NPZ, "dir.npy/a.arrow": Arrow, `c:\x\a.feather`: Arrow, "a.arrows": ArrowStream, "a.csv.gz": CSV,
		"a.png": PNG, "a.pgm": PGM, "a.idx": IDX, "train-images-idx3-ubyte": IDX, "t10k-labels.idx1-ubyte.gz": IDX,
		"u_2x3.f32": Raw, "u.f64.gz": Raw, "u.i16": Raw, "u.dat": Raw, "u.bin": Raw, "u.raw": Raw,
		"": 0, "-": 0, "a": 0, "a.txt": CSV, "a.TSV.gz": CSV, "npy": 0, "a.npy.bak": 0, "a.gz": 0,
	} {
		if got := DetectFormat(name); got != want {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
	for f := Raw; f.Valid(); f++ {
		if got, err := ParseFormat(f.String()); got != f || err != nil {
			t.Errorf("%v reads as %v, %v", f, got, err)
		}
	}
	if _, err := ParseFormat("hdf5"); err == nil || !strings.Contains(err.Error(), "arrow") {
		t.Errorf("%v, want an error that lists the formats", err)
	}
}

func TestRaw(t *testing.T) {
	for _, c := range []struct {
		name  string
		size  int
		o     *OpenOptions
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
		{name: "u_2x3.raw", size: 6, o: &OpenOptions{DType: array.Int8}, dtype: array.Int8, shape: []int{2, 3}},
		{name: "u.f32", size: 24, o: &OpenOptions{Shape: []int{6}}, dtype: array.Float32, shape: []int{6}},
		{name: "-", size: 24, o: &OpenOptions{Shape: []int{3}, DType: array.Float64}, dtype: array.Float64, shape: []int{3}},
		{name: "u_2x3.f32", size: 24, o: &OpenOptions{Shape: []int{3}, DType: array.Float64}, dtype: array.Float64, shape: []int{3}},
		{name: "u_0x3.f32", size: 0, dtype: array.Float32, shape: []int{0, 3}},
		{name: "skull_4x3x2_uint16.raw", size: 48, dtype: array.Uint16, shape: []int{2, 3, 4}},
		{name: "dir/A_4x3_FLOAT32.RAW", size: 48, dtype: array.Float32, shape: []int{3, 4}},
		{name: "a_4x3_float32.raw", size: 48, o: &OpenOptions{Shape: []int{4, 3}}, dtype: array.Float32, shape: []int{4, 3}},
		{name: "a_4x3_float32.raw", size: 48, o: &OpenOptions{DType: array.Int32}, dtype: array.Int32, shape: []int{3, 4}},
		{name: "u_2x3.f32", size: 34, o: &OpenOptions{Offset: 10}, dtype: array.Float32, shape: []int{2, 3}},
		{name: "u_2x3.f32", size: 32, o: &OpenOptions{Offset: 4, Skip: 4}, dtype: array.Float32, shape: []int{2, 3}},
		{name: "u_2x3.dat", size: 49, o: &OpenOptions{Skip: 1}, dtype: array.Float64, shape: []int{2, 3}},
		{name: "u_2x3.f32", size: 34, err: "if the other 10 are a header, give them as the offset"},
		{name: "u_2x3.f32", size: 9, o: &OpenOptions{Offset: 4, Skip: 6}, err: "fewer than the offset 4 and the 6 to skip"},
		{name: "u_0.f32", size: 9, o: &OpenOptions{Offset: 1 << 62, Skip: 1 << 62}, err: "fewer"},
		{name: "u_25x125x125.f64", size: 3124999, err: "25x125x125 of f64 wants 3125000 bytes, found 3124999"},
		{name: "u_2x3.dat", size: 25, err: "2x3 wants 24 or 48 bytes (f32 or f64), found 25"},
		{name: "u.f32", size: 24, err: "give the shape"},
		{name: "u_2x3x.f32", size: 24, err: "give the shape"},
		{name: "u_1x1x1x1x1x1.f32", size: 4, err: "give the shape"},
		{name: "u_99999999999x99999999999.f32", size: 4, err: "give the shape"},
		{name: "-", size: 24, err: "give the format"},
		{name: "u.f32", size: 24, o: &OpenOptions{Shape: []int{1 << 62, 4}}, err: "too many values"},
		{name: "u.f32", size: 24, o: &OpenOptions{Shape: []int{-6}}, err: "dimension 0 is -6"},
	} {
		s, err := openBytes(make([]byte, c.size), c.name, c.o)
		if c.err != "" {
			if err == nil || !errors.Is(err, fail.ErrFormat) || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s of %d bytes: %v, want %q", c.name, c.size, err, c.err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s of %d bytes: %v", c.name, c.size, err)
		} else if len(s) != 1 || s[0].DType != c.dtype || !slices.Equal(s[0].Shape, c.shape) {
			t.Errorf("%s of %d bytes: %+v, want %v %v", c.name, c.size, s, c.dtype, c.shape)
		}
	}
}

// What lies around the values is passed over, also where it is packed.
func TestRawPart(t *testing.T) {
	b := []byte("head\x01\x02\x03\x04tail!")
	o := &OpenOptions{Shape: []int{2}, DType: array.Int16, Offset: 4, Skip: 5}
	for name, b := range map[string][]byte{"x.bin": b, "x.bin.gz": zipped(b)} {
		s, err := openBytes(b, name, o)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if got, err := allBytes(s[0]); err != nil || string(got) != "\x01\x02\x03\x04" {
				t.Errorf("%s: % x, %v", name, got, err)
			}
		}
	}
	if _, err := openBytes(zipped(b), "x.bin.gz", &OpenOptions{Shape: []int{2}, DType: array.Int16, Offset: 4, Skip: 4}); !errors.Is(err, fail.ErrShape) {
		t.Errorf("a packed file of another length: %v", err)
	}
	if s, err := openBytes(zipped(make([]byte, 48)), "u_2x3.dat.gz", nil); err != nil || s[0].DType != array.Float64 {
		t.Errorf("the type that a packed length shows: %v, %v", s, err)
	}
}

// Options for one format are none for another.
func TestOptionsOfOthers(t *testing.T) {
	b := testFile(t, "f4.npy")
	for _, o := range []*OpenOptions{{BigEndian: true}, {Offset: 1}, {Skip: 1}, {Delimiter: ','}, {Null: "0"}, {Stack: true}} {
		if _, err := openBytes(b, "f4.npy", o); !errors.Is(err, ErrOptions) || errors.Is(err, fail.ErrFormat) || !strings.Contains(err.Error(), "npy") {
			t.Errorf("%+v: %v, want ErrOptions", o, err)
		}
	}
	if _, err := openBytes(b, "u_1.u8", &OpenOptions{Format: Raw, Offset: -1}); !errors.Is(err, ErrOptions) {
		t.Errorf("an offset of -1: %v", err)
	}
}

// Members follow one another, zeros pad the last, and nothing else may follow.
func TestGzipMembers(t *testing.T) {
	one, two := zipped([]byte("ab")), zipped([]byte("cd"))
	o := &OpenOptions{Shape: []int{4}, DType: array.Uint8}
	for want, b := range map[string][]byte{
		"members":   slices.Concat(one, two),
		"padding":   slices.Concat(one, two, make([]byte, 70_000)),
		"empty one": slices.Concat(zipped(nil), one, zipped(nil), two),
	} {
		s, err := openBytes(b, "x.gz", o)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := allBytes(s[0]); err != nil || string(got) != "abcd" {
			t.Errorf("%s: %q, %v", want, got, err)
		}
	}
	for name, b := range map[string][]byte{
		"garbage":          slices.Concat(one, two, []byte("x")),
		"garbage in zeros": slices.Concat(one, two, []byte{0, 0, 1}),
		"zeros between":    slices.Concat(one, []byte{0}, two),
		"half a member":    slices.Concat(one, two[:len(two)-3]),
		"half a mark":      slices.Concat(one, two, []byte{0x1f}),
	} {
		s, err := openBytes(b, "x.gz", o)
		if err == nil {
			_, err = allBytes(s[0])
		}
		if !errors.Is(err, fail.ErrFormat) {
			t.Errorf("%s: %v, want ErrFormat", name, err)
		}
	}
}

func TestRawBigEndian(t *testing.T) {
	s, err := openBytes([]byte{0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0}, "u_2.f32", &OpenOptions{BigEndian: true})
	if err != nil {
		t.Fatal(err)
	}
	a, err := array.Read[float32](s[0])
	if err != nil || !slices.Equal(a.Data, []float32{1, -2}) {
		t.Errorf("%v, %v", a, err)
	}
}

// What the caller says of a file with a header must be so.
func TestExpectations(t *testing.T) {
	b := testFile(t, "f4.npy")
	for _, o := range []*OpenOptions{{Shape: []int{24}}, {DType: array.Float64}} {
		if _, err := openBytes(b, "f4.npy", o); !errors.Is(err, fail.ErrFormat) {
			t.Errorf("%+v: %v, want an error", o, err)
		}
	}
	if _, err := openBytes(b, "f4.npy", &OpenOptions{Shape: []int{2, 3, 4}, DType: array.Float32}); err != nil {
		t.Error(err)
	}
}

func zipped(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(b)
	z.Close()
	return out.Bytes()
}

// Every format reads through gzip.
func TestGzip(t *testing.T) {
	for name, want := range goldens(t) {
		if strings.HasSuffix(name, ".gz") {
			continue
		}
		got, err := openBytes(zipped(testFile(t, name)), name+".gz", nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		checkArrays(t, got, want)
	}
}

// A megabyte of gzip may hold a gigabyte; the limit holds.
func TestGzipBomb(t *testing.T) {
	bomb := zipped(make([]byte, 1<<24))
	for _, name := range []string{"a.csv.gz", "a.npz.gz", "a.arrow.gz", "a.png.gz", "u_2x2.f32.gz"} {
		if err := readAll(bomb, name, &OpenOptions{MaxBytes: 1 << 20}); !errors.Is(err, fail.ErrFormat) {
			t.Errorf("%s: %v, want an error", name, err)
		}
	}
	cut := zipped(testFile(t, "raw_2x3x4.f32"))
	for name, b := range map[string][]byte{"cut": cut[:len(cut)-1], "checksum": append(append([]byte{}, cut[:len(cut)-8]...), make([]byte, 8)...)} {
		if err := readAll(b, "u_2x3x4.f32.gz", nil); !errors.Is(err, fail.ErrFormat) {
			t.Errorf("%s: %v, want an error", name, err)
		}
	}
}

func TestMemoryLimit(t *testing.T) {
	for name := range map[string]bool{"fortran.npy": true, "grey.png": true, "series.csv": true, "text.pgm": true, "zstd.arrow": true, "permuted.arrow": true} {
		err := readAll(testFile(t, name), name, &OpenOptions{MaxBytes: 20})
		if !errors.Is(err, fail.ErrFormat) || !strings.Contains(err.Error(), "limit") {
			t.Errorf("%s: %v, want an error that names the limit", name, err)
		}
	}
	for _, name := range []string{"f4.npy", "f4be.npy", "zip64.npz", "grey.pgm", "raw_2x3x4.f32"} { // streamed
		if err := readAll(testFile(t, name), name, &OpenOptions{MaxBytes: 1}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRead(t *testing.T) {
	long := array.Source{Header: array.Header{DType: array.Uint8, Shape: []int{2}}, Values: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("abc")), nil
	}}
	short := array.Source{Header: array.Header{DType: array.Uint8, Shape: []int{1 << 50}}, Values: long.Values}
	for name, s := range map[string]array.Source{"long": long, "short": short} {
		if _, err := array.Read[float32](s); !errors.Is(err, fail.ErrFormat) {
			t.Errorf("%s: %v, want ErrFormat", name, err)
		}
		for _, f := range []Format{Raw, NPY, NPZ, Arrow} {
			if name == "short" && f == Arrow { // does not fit anyway
				continue
			}
			if err := Write(io.Discard, f, []array.Source{s}, nil); !errors.Is(err, fail.ErrFormat) {
				t.Errorf("%s: writing %v: %v, want ErrFormat", name, f, err)
			}
		}
	}
	b := testFile(t, "i8.npy")
	s, err := openBytes(b, "i8.npy", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := array.Read[float32](s[0]); !errors.Is(err, fail.ErrInexact) {
		t.Errorf("%v, want ErrInexact", err)
	}
	if _, err := array.Read[float64](s[0]); !errors.Is(err, fail.ErrInexact) || !strings.Contains(err.Error(), "-9223372036854775808 at value 0") {
		t.Errorf("%v, want ErrInexact and the place", err)
	}
}

// A big integer is found at its place in the array, not in a piece of it.
func TestInexactPosition(t *testing.T) {
	v := make([]byte, 8*100_000)
	v[8*70_000+7] = 0x7f
	_, err := array.Read[float64](array.FromBytes(array.Header{DType: array.Uint64, Shape: []int{100_000}}, v))
	if !errors.Is(err, fail.ErrInexact) || !strings.Contains(err.Error(), "value 70000 ") {
		t.Errorf("%v, want the value at 70000", err)
	}
}

func BenchmarkRead(b *testing.B) {
	a := &array.Array[float32]{Shape: []int{64, 64, 64}, Data: make([]float32, 64*64*64)}
	for _, f := range []Format{Raw, NPY, NPZ, Arrow, ArrowStream, CSV} {
		s := array.FromArray(a)
		if f == CSV {
			s.Shape = []int{64 * 64 * 64}
		}
		var file bytes.Buffer
		if err := Write(&file, f, []array.Source{s}, nil); err != nil {
			b.Fatal(err)
		}
		b.Run(f.String(), func(b *testing.B) {
			o := &OpenOptions{Format: f}
			if f == Raw {
				o.Shape, o.DType = a.Shape, array.Float32
			}
			b.SetBytes(int64(4 * len(a.Data)))
			for b.Loop() {
				sources, err := openBytes(file.Bytes(), "", o)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := array.Read[float64](sources[0]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
