// Package golden gives tests of file formats the files of formats/testdata, and what
// NumPy, pyarrow and Pillow find in them.
package golden

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
)

// Want is an array as NumPy sees it, see make.py in formats/testdata.
type Want struct {
	Name  string
	DType string
	Shape []int
	Hex   string
}

// Arrays returns what the files hold, by their names.
func Arrays(t testing.TB) map[string][]Want {
	t.Helper()
	var m map[string][]Want
	if err := json.Unmarshal(File(t, "expected.json"), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// File returns the bytes of a file, to tests of formats and of the packages below it.
func File(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if os.IsNotExist(err) {
		b, err = os.ReadFile(filepath.Join("..", "testdata", name))
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Bytes reads all values.
func Bytes(s array.Source) ([]byte, error) {
	r, err := s.Values()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// Check compares sources with what NumPy says, bit for bit, but for the
// bits of a NaN that stands for a missing value.
func Check(t *testing.T, got []array.Source, want []Want) {
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
			b, err := Bytes(s)
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

// Describe writes arrays as name=[values], with type and shape where they are
// not f64 and one axis.
func Describe(t *testing.T, sources ...array.Source) string {
	t.Helper()
	var all []string
	for _, s := range sources {
		b, err := Bytes(s)
		if err != nil {
			t.Fatal(err)
		}
		var v []string
		for n := s.DType.Size(); len(b) > 0; b = b[n:] {
			v = append(v, array.ElementAt(s.DType, b).String())
		}
		text := s.Name + "="
		if s.DType != array.Float64 {
			text += s.DType.String()
		}
		if len(s.Shape) > 1 {
			text += array.FormatShape(s.Shape)
		}
		all = append(all, text+strings.ReplaceAll(fmt.Sprint(v), "+Inf", "Inf"))
	}
	return strings.Join(all, " ")
}

// Ramp is an array of the numbers from 0 on.
func Ramp(name string, shape ...int) array.Source {
	n, err := array.CheckShape(shape)
	if err != nil {
		panic(err)
	}
	a := &array.Array[float32]{Name: name, Shape: shape, Data: make([]float32, n)}
	for i := range a.Data {
		a.Data[i] = float32(i)
	}
	return array.FromArray(a)
}

// Gzip packs b with gzip.
func Gzip(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write(b) // to memory, which does not fail
	_ = z.Close()
	return out.Bytes()
}
