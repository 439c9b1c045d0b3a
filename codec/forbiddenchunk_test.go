package codec

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/chunk"
	"github.com/morselcodec/morsel/codec/internal/container"
	"github.com/morselcodec/morsel/formats/array"
)

// reforged returns the archive with the header and the first chunk changed.
func reforged(t *testing.T, archive []byte, header func(b []byte), blocks func(b *block.List)) []byte {
	t.Helper()
	list := pieces(t, archive)
	list[0].payload = slices.Clone(list[0].payload)
	header(list[0].payload)
	k := slices.IndexFunc(list, func(p piece) bool { return p.tag == container.TagChunk })
	c, err := chunk.Parse(list[k].payload, 0)
	if err != nil {
		t.Fatal(err)
	}
	blocks(&c.Blocks)
	list[k].payload = c.Append(nil)
	return assemble(list)
}

// What integers are decoded from must be integers of the type: how a processor
// converts other numbers is its own affair.
func TestForbiddenIntegers(t *testing.T) {
	x := make([]float64, 60*60)
	as := func(d array.DType, f func(v float64) float64) []byte {
		for i := range x {
			x[i] = f(math.Sin(float64(i/60)/9) * math.Cos(float64(i%60)/7))
		}
		raw := make([]byte, len(x)*d.Size())
		array.Demote(raw, x, d)
		archive, _, err := encodeRaw(array.Header{DType: d, Shape: []int{60, 60}}, raw, &Options{Bound: Bound{Lossless: true}, Level: 1})
		if err != nil {
			t.Fatal(err)
		}
		return archive
	}
	for _, c := range []struct {
		name     string
		from, to array.DType
		f        func(v float64) float64
		ok       bool
	}{
		{"integers", array.Float32, array.Int16, func(v float64) float64 { return math.Round(3e4 * v) }, true},
		{"fractions", array.Float32, array.Int16, func(v float64) float64 { return math.Round(3e4*v) / 2 }, false},
		{"above", array.Float32, array.Int16, func(v float64) float64 { return math.Round(4e4 * v) }, false},
		{"negative", array.Float32, array.Uint16, func(v float64) float64 { return math.Round(3e4 * v) }, false},
		{"large", array.Float64, array.Uint64, func(v float64) float64 { return 6.75e15 + 2e15*v }, true},
		{"too large", array.Float64, array.Int64, func(v float64) float64 { return 8e15 + 2e15*v }, false},
		{"far too large", array.Float64, array.Uint32, func(v float64) float64 { return 1e300 * v }, false},
	} {
		archive := reforged(t, as(c.from, c.f), func(b []byte) { b[0] += byte(c.to) - byte(c.from) }, func(b *block.List) {
			if b[block.Residual] == nil {
				t.Fatalf("%s: not coded by residuals", c.name)
			}
		})
		b, err := decodeRaw(archive, nil)
		if !c.ok {
			if !errors.Is(err, ErrCorrupt) {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		want := make([]byte, len(x)*c.to.Size())
		if array.Demote(want, x, c.to); err != nil || !bytes.Equal(b, want) {
			t.Errorf("%s: other integers (%v)", c.name, err)
		}
	}
}

// Unsigned values are not negative.
func TestForbiddenSigns(t *testing.T) {
	archive := reforged(t, samples(t)["pointwise integers"], func([]byte) {}, func(b *block.List) {
		b[block.Signs] = append(slices.Clone(b[block.Signs]), make([]byte, 64)...)
		b[block.Signs][0] = 1
	})
	if _, err := decodeRaw(archive, nil); !errors.Is(err, ErrCorrupt) {
		t.Error(err)
	}
}

// Stencils that end too early are no stencils.
func TestForbiddenStencils(t *testing.T) {
	golden, err := os.ReadFile(filepath.Join(goldenDir, "large.mrsl"))
	if err != nil {
		t.Fatal(err)
	}
	archive := reforged(t, golden, func([]byte) {}, func(b *block.List) {
		if b[block.Stencils] == nil {
			t.Fatal("no stencils")
		}
		b[block.Stencils] = []byte{}
	})
	if _, err := decodeRaw(archive, nil); !errors.Is(err, ErrCorrupt) {
		t.Error(err)
	}
}
