package formats

import (
	"bytes"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/formats/internal/golden"
)

func openBytes(b []byte, name string, o *OpenOptions) ([]Source, error) {
	f, err := Open(bytes.NewReader(b), int64(len(b)), name, o)
	if err != nil {
		return nil, err
	}
	return f.Arrays, nil
}

// Files made by NumPy, pyarrow and Pillow read as those read them.
func TestGoldenFiles(t *testing.T) {
	for name, want := range golden.Arrays(t) {
		t.Run(name, func(t *testing.T) {
			got, err := openBytes(golden.File(t, name), name, nil)
			if err != nil {
				t.Fatal(err)
			}
			golden.Check(t, got, want)
		})
	}
}

// The same without a telling name, as from a pipe.
func TestDetectByContent(t *testing.T) {
	for name, want := range golden.Arrays(t) {
		f := DetectFormat(name)
		if f == Raw { // nothing to tell them by
			continue
		}
		for _, as := range []string{"-", "x.npy", "x.dat", "x.csv"} {
			if as == "x.csv" && name == "text.pgm" { // text, and the name says of which kind
				continue
			}
			got, err := openBytes(golden.File(t, name), as, nil)
			if err != nil {
				t.Errorf("%s as %s: %v", name, as, err)
				continue
			}
			golden.Check(t, got, want)
		}
	}
}

// Every golden array survives every format that can hold it.
func TestRoundTrip(t *testing.T) {
	for name, want := range golden.Arrays(t) {
		sources, err := openBytes(golden.File(t, name), name, nil)
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
				if err := Write(&b, out.f, []Source{s}, out.o); err != nil {
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
				golden.Check(t, back, []golden.Want{w})
			}
		}
	}
}

func holds(f Format, h Header) bool {
	image := h.DType == Uint8 || h.DType == Uint16
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
	for name, want := range golden.Arrays(t) {
		if strings.HasSuffix(name, ".csv") || name == "text.pgm" { // text may end anywhere
			continue
		}
		b := golden.File(t, name)
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
					_, err = golden.Bytes(s)
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
