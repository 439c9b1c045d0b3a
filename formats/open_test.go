package formats

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/formats/internal/golden"
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

// Options for one format are none for another.
func TestOptionsOfOthers(t *testing.T) {
	b := golden.File(t, "f4.npy")
	for _, o := range []*OpenOptions{{BigEndian: true}, {Offset: 1}, {Skip: 1}, {Delimiter: ','}, {Null: "0"}, {Stack: true}} {
		if _, err := openBytes(b, "f4.npy", o); !errors.Is(err, ErrOptions) || errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), "npy") {
			t.Errorf("%+v: %v, want ErrOptions", o, err)
		}
	}
	if _, err := openBytes([]byte("x"), "x_1.u8", &OpenOptions{Delimiter: ';'}); !errors.Is(err, ErrOptions) {
		t.Errorf("a delimiter of raw values: %v", err)
	}
	if _, err := openBytes(b, "u_1.u8", &OpenOptions{Format: Raw, Offset: -1}); !errors.Is(err, ErrOptions) {
		t.Errorf("an offset of -1: %v", err)
	}
}

// Without a word of the caller or of the name, the length says nothing.
func TestNothingTold(t *testing.T) {
	if _, err := openBytes(make([]byte, 24), "-", nil); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), "give the format") {
		t.Errorf("%v, want to be asked for the format", err)
	}
}

// What the caller says of a file with a header must be so.
func TestExpectations(t *testing.T) {
	b := golden.File(t, "f4.npy")
	for _, o := range []*OpenOptions{{Shape: []int{24}}, {DType: Float64}} {
		if _, err := openBytes(b, "f4.npy", o); !errors.Is(err, ErrFormat) {
			t.Errorf("%+v: %v, want an error", o, err)
		}
	}
	if _, err := openBytes(b, "f4.npy", &OpenOptions{Shape: []int{2, 3, 4}, DType: Float32}); err != nil {
		t.Error(err)
	}
}

// Every format reads through gzip.
func TestGzip(t *testing.T) {
	for name, want := range golden.Arrays(t) {
		if strings.HasSuffix(name, ".gz") {
			continue
		}
		got, err := openBytes(golden.Gzip(golden.File(t, name)), name+".gz", nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		golden.Check(t, got, want)
	}
}

// A megabyte of gzip may hold a gigabyte; the limit holds.
func TestGzipBomb(t *testing.T) {
	bomb := golden.Gzip(make([]byte, 1<<24))
	for _, name := range []string{"a.csv.gz", "a.npz.gz", "a.arrow.gz", "a.png.gz", "u_2x2.f32.gz"} {
		if err := readAll(bomb, name, &OpenOptions{MaxBytes: 1 << 20}); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v, want an error", name, err)
		}
	}
	cut := golden.Gzip(golden.File(t, "raw_2x3x4.f32"))
	for name, b := range map[string][]byte{"cut": cut[:len(cut)-1], "checksum": append(append([]byte{}, cut[:len(cut)-8]...), make([]byte, 8)...)} {
		if err := readAll(b, "u_2x3x4.f32.gz", nil); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v, want an error", name, err)
		}
	}
}

func TestMemoryLimit(t *testing.T) {
	for name := range map[string]bool{"fortran.npy": true, "grey.png": true, "series.csv": true, "text.pgm": true, "zstd.arrow": true, "permuted.arrow": true} {
		err := readAll(golden.File(t, name), name, &OpenOptions{MaxBytes: 20})
		if !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), "limit") {
			t.Errorf("%s: %v, want an error that names the limit", name, err)
		}
	}
	for _, name := range []string{"f4.npy", "f4be.npy", "zip64.npz", "grey.pgm", "raw_2x3x4.f32"} { // streamed
		if err := readAll(golden.File(t, name), name, &OpenOptions{MaxBytes: 1}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRead(t *testing.T) {
	long := Source{Header: Header{DType: Uint8, Shape: []int{2}}, Values: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("abc")), nil
	}}
	short := Source{Header: Header{DType: Uint8, Shape: []int{min(1<<50, MaxValues)}}, Values: long.Values}
	for name, s := range map[string]Source{"long": long, "short": short} {
		if _, err := Read[float32](s); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v, want ErrFormat", name, err)
		}
		for _, f := range []Format{Raw, NPY, NPZ, Arrow} {
			if name == "short" && f == Arrow { // does not fit anyway
				continue
			}
			if err := Write(io.Discard, f, []Source{s}, nil); !errors.Is(err, ErrFormat) {
				t.Errorf("%s: writing %v: %v, want ErrFormat", name, f, err)
			}
		}
	}
	b := golden.File(t, "i8.npy")
	s, err := openBytes(b, "i8.npy", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Read[float32](s[0]); !errors.Is(err, ErrInexact) {
		t.Errorf("%v, want ErrInexact", err)
	}
	if _, err := Read[float64](s[0]); !errors.Is(err, ErrInexact) || !strings.Contains(err.Error(), "-9223372036854775808 at value 0") {
		t.Errorf("%v, want ErrInexact and the place", err)
	}
}

func BenchmarkRead(b *testing.B) {
	a := &Array[float32]{Shape: []int{64, 64, 64}, Data: make([]float32, 64*64*64)}
	for _, f := range []Format{Raw, NPY, NPZ, Arrow, ArrowStream, CSV} {
		s := FromArray(a)
		if f == CSV {
			s.Shape = []int{64 * 64 * 64}
		}
		var file bytes.Buffer
		if err := Write(&file, f, []Source{s}, nil); err != nil {
			b.Fatal(err)
		}
		b.Run(f.String(), func(b *testing.B) {
			o := &OpenOptions{Format: f}
			if f == Raw {
				o.Shape, o.DType = a.Shape, Float32
			}
			b.SetBytes(int64(4 * len(a.Data)))
			for b.Loop() {
				sources, err := openBytes(file.Bytes(), "", o)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := Read[float64](sources[0]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
