package codec

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/chunk"
	"github.com/morselcodec/morsel/codec/internal/container"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/latent"
	"github.com/morselcodec/morsel/codec/internal/tiling"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/wire"
)

// forgedModel is the file of a model that keeps one value of a window of
// side x side values, and decodes by upsampling it, then so many times GELU.
func forgedModel(side, gelus int) []byte {
	size := func(b []byte, n ...int) []byte {
		for _, n := range n {
			b = binary.AppendUvarint(b, uint64(n))
		}
		return b
	}
	one := make([]byte, 8)
	binary.LittleEndian.PutUint64(one, math.Float64bits(1))
	autoencoder := append(append(size([]byte{2}, side, side), make([]byte, 1+8)...), one...)
	autoencoder = append(autoencoder, 1, 0, 0, 0, 0, 0, 0, 0x80, 0x3f)     // a channel: centre 0, step 1
	encoder := append(size([]byte{0, 3}, side, side, 1), 1, 2, 1, 2, 1, 1) // one layer, a convolution 1x1
	encoder = append(size(append(encoder, 2), side, side), 0)
	encoder = append(append(encoder, 1, 0), make([]byte, 8)...) // a weight and a bias, 0
	decoder := size(append([]byte{1, 3, 1, 1, 1}, byte(1+gelus), 4, 2), side, side)
	decoder = append(append(decoder, bytes.Repeat([]byte{6}, gelus)...), 1, 0)

	file := append([]byte("\x89MRSM\r\n\x1a"), 1)
	file = wire.AppendSection(file, 1, autoencoder)
	file = wire.AppendSection(file, 2, encoder)
	file = append(wire.AppendSection(file, 2, decoder), 0)
	id := sha256.Sum256(file)
	return append(file, id[:]...)
}

// Layers without weights take time as well, and so do windows that stick out of
// a chunk.
func TestModelsOfMuchWork(t *testing.T) {
	const side = 1 << 12
	for name, c := range map[string]struct {
		gelus         int
		shape, chunks []int
	}{
		"layers":  {60, []int{32, 1, 2}, []int{1, 1, 2}},
		"windows": {0, []int{1 << 11, 1, 2}, []int{1 << 10, 1, 2}},
	} {
		model := forgedModel(side, c.gelus)
		m, err := autoencoder.Read(bytes.NewReader(model))
		if err != nil {
			t.Fatal(err)
		}
		h := &header{Header: array.Header{DType: array.Float32, Shape: c.shape}, kind: chunk.BoundNone}
		if h.tiles, err = tiling.New(c.shape, c.chunks, 4); err != nil {
			t.Fatal(err)
		}
		list := []piece{{container.TagHeader, h.payload()}, {container.TagModel, append([]byte{modelInline}, model...)}}
		for i := range h.tiles.Total {
			data := chunk.Chunk{Ordinal: i, Mode: chunk.Latents}
			data.Blocks[block.Latents] = latent.AppendBlock(nil, make([]int32, c.chunks[0]*m.LatentLen()), m.LatentLen(), 9, nil)
			list = append(list, piece{container.TagChunk, data.Append(nil)})
		}
		start := time.Now()
		_, err = drain(assemble(list), &DecodeOptions{MaxBytes: 1 << 20, MaxMemory: 1 << 30})
		if d := time.Since(start); !errors.Is(err, fault.ErrLimit) || d > 10*time.Second {
			t.Errorf("%s: after %v: %v", name, d, err)
		}
	}
}
