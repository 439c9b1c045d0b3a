package codec

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/keep"
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/long"
	"github.com/morselcodec/morsel/internal/synth"
)

// Every machine encodes to the same bytes: their hashes are in a table, which
// .ci/run compares on every tier of instructions and on arm64. A change of what
// the encoder does writes it anew: go test ./codec -run Same -rewrite, and once
// more with -long.
func TestSameArchives(t *testing.T) {
	name, list := "same.txt", sameCases
	if long.Run() {
		name, list = "same-long.txt", sameCasesLong
	}
	fields, model := sameFields(t), sameModel(t)
	var table strings.Builder
	for _, line := range list() {
		sum := sha256.New()
		for _, c := range line.cases {
			if _, err := Encode(t.Context(), sum, c.array(fields), c.options(model)); err != nil {
				t.Fatalf("%+v: %v", c, err)
			}
		}
		fmt.Fprintf(&table, "%x %s\n", sum.Sum(nil), line.name)
	}
	path := filepath.Join("testdata", name)
	if *rewrite {
		if err := os.WriteFile(path, []byte(table.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	wanted := strings.Split(string(want), "\n")
	for i, got := range strings.Split(table.String(), "\n") {
		if i >= len(wanted) || got != wanted[i] {
			t.Errorf("other bytes: %s", got)
		}
	}
}

// sameLine is some archives that share a hash.
type sameLine struct {
	name  string
	cases []sameCase
}

// sameCase is an archive of the table.
type sameCase struct {
	mode    string
	level   int
	kind    int // of generated field
	dtype   array.DType
	rank    int
	values  int
	special bool // some values are not finite, or markers
	chunks  bool
}

var sameModes = []string{"abs", "rel", "psnr", "pwrel", "lossless", "none", "guide", "signs", "order", "extrema", "both", "fill", "auto"}

const sameTypes = int(array.Uint64)

// newSameCase turns i into what mode and level leave open.
func newSameCase(mode string, level, i int) sameCase {
	c := sameCase{
		mode: mode, level: level, kind: i % len(synth.Kinds()), dtype: array.DType(1 + i%sameTypes), rank: 1 + i%grid.MaxRank,
		values: 4096, special: i%3 == 0, chunks: i%2 == 0,
	}
	switch mode {
	case "order":
		c.rank = 1 + i%keep.MaxOrderRank
	case "fill", "auto":
		c.special = true
	case "none", "guide":
		c.rank = 2 + i%(grid.MaxRank-1)
	}
	return c
}

func sameCases() (list []sameLine) {
	for m, mode := range sameModes {
		for level := 1; level <= 9; level++ {
			c := newSameCase(mode, level, 7*m+level)
			list = append(list, sameLine{fmt.Sprintf("%s -%d %v rank %d %s", mode, level, c.dtype, c.rank, synth.Kinds()[c.kind]), []sameCase{c}})
		}
	}
	for _, c := range []sameCase{{mode: "lossless", level: 1}, {mode: "rel", level: 5}, {mode: "rel", level: 8}} {
		c.dtype, c.rank, c.values = array.Float32, 3, grid.SmallArray+4096
		list = append(list, sameLine{fmt.Sprintf("large %s -%d", c.mode, c.level), []sameCase{c}})
	}
	return list
}

func sameCasesLong() (list []sameLine) {
	i := 0
	for _, mode := range sameModes {
		for level := 1; level <= 9; level++ {
			line := sameLine{name: fmt.Sprintf("%s -%d", mode, level)}
			for range 2 * sameTypes {
				line.cases = append(line.cases, newSameCase(mode, level, i))
				i++
			}
			list = append(list, line)
		}
	}
	return list
}

// sameFields returns the values of a field of each kind, from 0 to 1.
func sameFields(t *testing.T) (fields [][]float64) {
	t.Helper()
	for _, kind := range synth.Kinds() {
		// 4096 values at least, of shallow water more than grid.SmallArray.
		count := map[string]int{"shallow-water": 5, "sinusoid": 2, "random-walk": 64, "spheres": 41}[kind]
		a, err := synth.Generate(t.Context(), kind, &synth.Options{Seed: 11, Count: count})
		if err != nil {
			t.Fatal(err)
		}
		lo, hi := math.Inf(1), math.Inf(-1)
		var x []float64
		for _, v := range a.Data {
			x = append(x, float64(v))
			lo, hi = min(lo, float64(v)), max(hi, float64(v))
		}
		for i, v := range x {
			x[i] = (v - lo) / (hi - lo)
		}
		fields = append(fields, x)
	}
	return fields
}

// sameModel is that of the golden archives, which -rewrite leaves alone here.
func sameModel(t *testing.T) *autoencoder.Model {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(goldenDir, "model.mrsm"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := autoencoder.Read(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// array returns the values to encode.
func (c *sameCase) array(fields [][]float64) *array.Array[float64] {
	a := &array.Array[float64]{DType: c.dtype, Shape: [][]int{{4096}, {64, 64}, {8, 8, 64}, {4, 4, 4, 64}, {2, 2, 4, 4, 64}}[c.rank-1]}
	a.Shape[0] *= c.values / 4096
	scale := 100.0
	if c.dtype.IsInteger() {
		_, hi := quant.IntegerRange(c.dtype)
		scale = min(hi, 1e15) * 0.75
	}
	for i, v := range fields[c.kind][:c.values] {
		v = float64(v*scale) - float64(scale*0.25)
		switch {
		case c.dtype.IsInteger():
			lo, _ := quant.IntegerRange(c.dtype)
			v = max(math.Round(v), lo)
		case c.special && i%97 == 5:
			v = math.NaN()
		case c.special && i%89 == 7:
			v = -9999
		case c.special && i == 1000:
			v = math.Inf(1)
		}
		a.Data = append(a.Data, v)
	}
	raw := make([]byte, len(a.Data)*c.dtype.Size())
	array.Demote(raw, a.Data, c.dtype) // round to the type
	if err := array.Promote(a.Data, raw, c.dtype); err != nil {
		panic(err)
	}
	return a
}

func (c *sameCase) options(m *autoencoder.Model) *Options {
	o := &Options{Level: c.level, Workers: 2, FillPolicy: FillNone}
	switch c.mode {
	case "abs":
		o.Bound.Abs = 2
	case "rel":
		o.Bound.Rel = 1e-3
	case "psnr":
		o.Bound.PSNR = 50
	case "pwrel":
		o.Bound.PointwiseRel = 1e-2
	case "lossless":
		o.Bound.Lossless = true
	case "none":
		o.Bound.None, o.Model = true, m
	case "guide":
		o.Bound.Rel, o.Model = 0.1, m
	case "fill":
		o.FillPolicy = FillDeclared
		if !c.dtype.IsInteger() {
			e, err := array.ParseElement(c.dtype, "-9999")
			if err != nil {
				panic(err)
			}
			o.Fills = append(o.Fills, e)
		}
	case "auto":
		o.FillPolicy = FillAuto
	default:
		o.Bound.Rel = 0.02
		o.Keep = map[string]Keep{"signs": KeepSigns, "order": KeepOrder, "extrema": KeepExtrema, "both": KeepSigns | KeepExtrema}[c.mode]
	}
	if c.chunks {
		o.tinyChunks = true
		for range c.rank - 1 {
			o.Chunk = append(o.Chunk, 64)
		}
		o.Chunk = append(o.Chunk, 48)
		if c.rank == 1 {
			o.Chunk[0] = 1500
		}
	}
	return o
}
