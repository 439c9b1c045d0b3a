package codec

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/tiling"
	"github.com/morselcodec/morsel/formats/array"
)

// forgedModel is the file of a model with the given architecture, which must have
// one weight, one bias and one channel of latents.
func forgedModel(t *testing.T, spec autoencoder.Spec) []byte {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(goldenDir, "model.mrsm"))
	if err != nil {
		t.Fatal(err)
	}
	const prefix = 16 // magic, version, header length
	var head map[string]any
	if err := json.Unmarshal(file[prefix:][:binary.LittleEndian.Uint32(file[12:])], &head); err != nil {
		t.Fatal(err)
	}
	head["spec"] = spec
	b, err := json.Marshal(head)
	if err != nil {
		t.Fatal(err)
	}
	enc, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	numbers := []byte{11: 0x80, 15: 0x3f} // weight, bias and centre 0, step 1; byte-shuffled
	out := binary.LittleEndian.AppendUint32(slices.Clone(file[:12]), uint32(len(b)))
	out = enc.EncodeAll(numbers, append(out, b...))
	id := sha256.Sum256(out)
	return append(out, id[:]...)
}

// Layers without weights take time as well, and so do windows that stick out of
// a chunk.
func TestModelsOfMuchWork(t *testing.T) {
	const side = 1 << 12
	up := autoencoder.Layer{Kind: "upsample", Factor: []int{side, side}}
	gelus := slices.Repeat([]autoencoder.Layer{{Kind: "gelu"}}, 60)
	for name, c := range map[string]struct {
		decoder      []autoencoder.Layer
		shape, chunk []int
	}{
		"layers":  {append([]autoencoder.Layer{up}, gelus...), []int{32, 1, 2}, []int{1, 1, 2}},
		"windows": {[]autoencoder.Layer{up}, []int{1 << 11, 1, 2}, []int{1 << 10, 1, 2}},
	} {
		model := forgedModel(t, autoencoder.Spec{
			Window:  []int{side, side},
			Encoder: []autoencoder.Layer{{Kind: "conv", Out: 1, Kernel: []int{1, 1}, Stride: []int{side, side}}},
			Decoder: c.decoder,
		})
		m, err := autoencoder.Read(bytes.NewReader(model))
		if err != nil {
			t.Fatal(err)
		}
		h := &header{Header: array.Header{DType: array.Float32, Shape: c.shape}, kind: boundNone}
		if h.tiles, err = tiling.New(c.shape, c.chunk, 4); err != nil {
			t.Fatal(err)
		}
		list := []piece{{tagHeader, h.payload()}, {tagModel, append([]byte{modelInline}, model...)}}
		for i := range h.tiles.Total {
			data := chunkData{ordinal: i, mode: modeLatents}
			data.block[block.Latents] = appendLatents(nil, make([]int32, c.chunk[0]*m.LatentLen()), m.LatentLen(), 9, nil)
			list = append(list, piece{tagChunk, data.append(nil)})
		}
		start := time.Now()
		_, err = drain(assemble(list), &DecodeOptions{MaxBytes: 1 << 20, MaxMemory: 1 << 30})
		if d := time.Since(start); !errors.Is(err, fault.ErrLimit) || d > 10*time.Second {
			t.Errorf("%s: after %v: %v", name, d, err)
		}
	}
}
