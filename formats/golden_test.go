package formats

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
)

// wantArray is an array as NumPy sees it, see testdata/make.py.
type wantArray struct {
	Name  string
	DType string
	Shape []int
	Hex   string
}

func goldens(t testing.TB) map[string][]wantArray {
	t.Helper()
	b, err := os.ReadFile("testdata/expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var m map[string][]wantArray
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func testFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func openBytes(b []byte, name string, o *OpenOptions) ([]array.Source, error) {
	f, err := Open(bytes.NewReader(b), int64(len(b)), name, o)
	if err != nil {
		return nil, err
	}
	return f.Arrays, nil
}

func allBytes(s array.Source) ([]byte, error) {
	r, err := s.Values()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// checkArrays compares sources with what NumPy says, bit for bit, but for the
// bits of a NaN that stands for a missing value.
func checkArrays(t *testing.T, got []array.Source, want []wantArray) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d arrays, want %d", len(got), len(want))
	}
	for i, w := range want {
		s := got[i]
		if s.Name != w.Name || s.DType.String() != w.DType || !slices.Equal(s.Shape, w.Shape) {
			t.Fatalf("array %d is %q %v %v, want %q %s %v", i, s.Name, s.DType, s.Shape, w.Name, w.DType, w.Shape)
		}
		for range 2 { // values can be read again
			b, err := allBytes(s)
			if err != nil {
				t.Fatal(err)
			}
			if h := hex.EncodeToString(b); h != w.Hex && !equalNumbers(b, w.Hex, s.DType) {
				t.Errorf("array %q:\n got %s\nwant %s", s.Name, h, w.Hex)
			}
		}
	}
}

func equalNumbers(got []byte, want string, d array.DType) bool {
	w, err := hex.DecodeString(want)
	if err != nil || len(got) != len(w) || d.IsInteger() {
		return false
	}
	a, b := make([]float64, len(w)/d.Size()), make([]float64, len(w)/d.Size())
	if array.Promote(a, got, d) != nil || array.Promote(b, w, d) != nil {
		return false
	}
	return slices.EqualFunc(a, b, func(x, y float64) bool { return x == y || x != x && y != y })
}

// Files made by NumPy, pyarrow and Pillow read as those read them.
func TestGoldenFiles(t *testing.T) {
	for name, want := range goldens(t) {
		t.Run(name, func(t *testing.T) {
			got, err := openBytes(testFile(t, name), name, nil)
			if err != nil {
				t.Fatal(err)
			}
			checkArrays(t, got, want)
		})
	}
}

// The same without a telling name, as from a pipe.
func TestDetectByContent(t *testing.T) {
	for name, want := range goldens(t) {
		f := DetectFormat(name)
		if f == Raw { // nothing to tell them by
			continue
		}
		for _, as := range []string{"-", "x.npy", "x.dat", "x.csv"} {
			if as == "x.csv" && name == "text.pgm" { // text, and the name says of which kind
				continue
			}
			got, err := openBytes(testFile(t, name), as, nil)
			if err != nil {
				t.Errorf("%s as %s: %v", name, as, err)
				continue
			}
			checkArrays(t, got, want)
		}
	}
}

// Every golden array survives every format that can hold it.
func TestRoundTrip(t *testing.T) {
	for name, want := range goldens(t) {
		sources, err := openBytes(testFile(t, name), name, nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i, s := range sources {
			for _, out := range []struct {
				f Format
				o *WriteOptions
			}{
				{Raw, nil}, {NPY, nil}, {NPZ, nil}, {CSV, nil}, {PNG, nil}, {PGM, nil},
				{Arrow, nil}, {Arrow, &WriteOptions{LayoutList}}, {Arrow, &WriteOptions{LayoutColumn}},
				{ArrowStream, nil}, {ArrowStream, &WriteOptions{LayoutList}}, {ArrowStream, &WriteOptions{LayoutColumn}},
			} {
				if !holds(out.f, s.Header) {
					continue
				}
				var b bytes.Buffer
				if err := Write(&b, out.f, []array.Source{s}, out.o); err != nil {
					t.Errorf("%s: array %d to %v: %v", name, i, out.f, err)
					continue
				}
				o := &OpenOptions{Format: out.f}
				if out.f == Raw {
					o.Shape, o.DType = s.Shape, s.DType
				}
				back, err := openBytes(b.Bytes(), "", o)
				if err != nil {
					t.Errorf("%s: array %d from %v: %v", name, i, out.f, err)
					continue
				}
				w := want[i]
				w.Name = back[0].Name // not every format keeps it
				checkArrays(t, back, []wantArray{w})
			}
		}
	}
}

func holds(f Format, h array.Header) bool {
	image := h.DType == array.Uint8 || h.DType == array.Uint16
	switch f {
	case CSV:
		return len(h.Shape) <= 2
	case PNG:
		return image && (len(h.Shape) == 2 || len(h.Shape) == 3 && (h.Shape[2] == 3 || h.Shape[2] == 4))
	case PGM:
		return image && len(h.Shape) == 2
	}
	return true
}

// Cutting a file short anywhere, or adding a byte, is an error wherever the
// length is known; it is never a panic or a different array.
func TestTruncation(t *testing.T) {
	for name, want := range goldens(t) {
		if strings.HasSuffix(name, ".csv") || name == "text.pgm" { // text may end anywhere
			continue
		}
		b := testFile(t, name)
		zip := strings.HasSuffix(name, ".npz") // may have a comment after it
		for n := range len(b) + 2 {
			if n == len(b) || n > len(b) && zip {
				continue
			}
			if name == "raw_7_2_3_4.dat" && n == len(b)/2 { // as many float32
				continue
			}
			if n < len(b)-100 && n%7 != 0 { // all cuts near the end, some elsewhere
				continue
			}
			cut := append([]byte(nil), b...)
			if n > len(b) {
				cut = append(cut, '!')
			} else {
				cut = cut[:n]
			}
			sources, err := openBytes(cut, name, nil)
			for _, s := range sources {
				if err == nil {
					_, err = allBytes(s)
				}
			}
			if name == "tensors.arrows" && len(sources) < len(want) { // cut between two messages
				continue
			}
			if err == nil {
				t.Errorf("%s: %d of %d bytes read as %d arrays, want an error (%d arrays in all)", name, n, len(b), len(sources), len(want))
			}
		}
	}
}
