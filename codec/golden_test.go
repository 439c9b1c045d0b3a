package codec

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/chunk"
	"github.com/morselcodec/morsel/codec/internal/residual"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/synth"
)

// Until the first release, a change of the format rewrites the golden archives
// (go test ./codec -run Golden -rewrite); from then on they stay as they are.
var rewrite = flag.Bool("rewrite", false, "write the golden archives anew")

const goldenDir = "../testdata/golden"

var modelRewritten bool

// goldenModel is a small model of one example of shallow water.
func goldenModel(t *testing.T) *autoencoder.Model {
	t.Helper()
	path := filepath.Join(goldenDir, "model.mrsm")
	if *rewrite && !modelRewritten {
		modelRewritten = true
		waves, err := synth.Generate(t.Context(), "shallow-water", &synth.Options{Seed: 7, Count: 4})
		if err != nil {
			t.Fatal(err)
		}
		set := func(yield func(array.Source, error) bool) { yield(array.FromArray(waves), nil) }
		m, err := autoencoder.Train(context.Background(), set, &autoencoder.TrainOptions{
			Preset: "dense", Window: []int{8, 8}, Steps: 400, Batch: 16, Seed: 1,
		})
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := m.Write(&b); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m, err := autoencoder.Read(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Every machine decodes the golden archives to the same bytes.
func TestGoldenArchives(t *testing.T) {
	sumsFile := filepath.Join(goldenDir, "sha256.json")
	sums := map[string]string{}
	if *rewrite {
		for name, g := range goldens(t) {
			var b bytes.Buffer
			if _, err := Encode(t.Context(), &b, g.array, g.o); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if err := os.WriteFile(filepath.Join(goldenDir, name+".mrsl"), b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			sums[name] = decodedSum(t, name, b.Bytes())
		}
		list, err := json.MarshalIndent(sums, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(sumsFile, append(list, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	list, err := os.ReadFile(sumsFile)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(list, &sums); err != nil {
		t.Fatal(err)
	}
	var found contents
	for name, g := range goldens(t) {
		archive, err := os.ReadFile(filepath.Join(goldenDir, name+".mrsl"))
		if err != nil {
			t.Fatal(err)
		}
		found.add(t, archive)
		if got := decodedSum(t, name, archive); got != sums[name] {
			t.Errorf("%s decodes to %s, want %s", name, got, sums[name])
		}
		r, err := NewReader(t.Context(), bytes.NewReader(archive), nil)
		if err != nil {
			t.Fatal(err)
		}
		if used := usesModel(t, archive); used != (g.o != nil && g.o.Model != nil) {
			t.Errorf("%s uses a model: %v", name, used)
		}
		h := r.Header()
		raw := make([]byte, len(g.array.Data)*h.DType.Size())
		array.Demote(raw, g.array.Data, h.DType)
		if eps := r.head.eps; !math.IsInf(eps, 1) {
			back, err := decodeRaw(archive, &DecodeOptions{Models: finder(goldenModel(t))})
			if err != nil {
				t.Fatal(err)
			}
			check := checkBound
			if r.head.kind == chunk.BoundPointwise {
				check, eps = checkPointwise, r.head.asked
			}
			if err := check(h, raw, back, eps, nil); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if err := checkKeep(h, raw, back, r.head.keep, r.head.fills); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	found.complete(t)
}

func usesModel(t *testing.T, archive []byte) bool {
	t.Helper()
	a, err := Open(t.Context(), bytes.NewReader(archive), int64(len(archive)), nil)
	if err != nil {
		t.Fatal(err)
	}
	info, err := a.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return info.Sections.Latents > 0
}

// contents counts what archives hold.
type contents struct {
	types  [array.Uint64 + 1]int
	bounds [chunk.BoundKinds]int
	modes  [chunk.Modes]int
	blocks [block.Kinds]int
	coders [residual.Coders]int
}

func (c *contents) add(t *testing.T, archive []byte) {
	t.Helper()
	a, err := Open(t.Context(), bytes.NewReader(archive), int64(len(archive)), nil)
	if err != nil {
		t.Fatal(err)
	}
	c.types[a.head.DType]++
	c.bounds[a.head.kind]++
	for i := range a.offsets {
		data, err := a.chunk(i)
		if err != nil {
			t.Fatal(err)
		}
		c.modes[data.Mode]++
		for kind, b := range data.Blocks {
			if b != nil {
				c.blocks[kind]++
			}
		}
		if b := data.Blocks[block.Residual]; b != nil {
			c.coders[b[0]]++
		}
	}
}

// complete fails the test unless everything that the format has occurs.
func (c *contents) complete(t *testing.T) {
	t.Helper()
	for what, counts := range map[string][]int{
		"type": c.types[1:], "bound": c.bounds[:], "mode": c.modes[:], "block": c.blocks[1:], "coder": c.coders[:],
	} {
		if slices.Contains(counts, 0) {
			t.Errorf("the golden archives hold each %s so often: %v", what, counts)
		}
	}
}

func decodedSum(t *testing.T, name string, archive []byte) string {
	t.Helper()
	b, err := decodeRaw(archive, &DecodeOptions{Models: finder(goldenModel(t))})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
