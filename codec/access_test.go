package codec

import (
	"bytes"
	"io"
	"math"
	"sync/atomic"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/tiling"
	"github.com/morselcodec/morsel/formats/array"
)

// countingReader counts the bytes that are read through it.
type countingReader struct {
	io.ReaderAt
	bytes atomic.Int64
}

func (c *countingReader) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.ReaderAt.ReadAt(p, off)
	c.bytes.Add(int64(n))
	return n, err
}

// A region of one chunk in 64 takes less than a sixteenth of the archive to
// read, and decodes nothing but that chunk.
func TestRegionReadsItsChunksOnly(t *testing.T) {
	const side = 128
	shape := []int{side, side, side}
	raw := make([]byte, 4*side*side*side)
	row := make([]float32, side)
	for i := 0; i < side*side; i++ {
		z, y := float64(i/side), float64(i%side)
		for x := range row {
			row[x] = float32(math.Sin(z/9)*math.Cos(y/13) + math.Sin(float64(x)/7+z*y/400))
		}
		array.Demote(raw[4*side*i:], row, array.Float32)
	}
	h := array.Header{DType: array.Float32, Shape: shape}
	archive, _, err := encodeRaw(h, raw, &Options{Level: 1, Chunk: []int{32, 32, 32}})
	if err != nil {
		t.Fatal(err)
	}
	whole, err := decodeRaw(archive, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, lo := range [][]int{{0, 0, 0}, {32, 64, 96}, {96, 96, 96}} {
		hi := []int{lo[0] + 32, lo[1] + 32, lo[2] + 32}
		counting := &countingReader{ReaderAt: bytes.NewReader(archive)}
		var decoded int64
		a, err := Open(t.Context(), counting, int64(len(archive)), &DecodeOptions{Progress: func(done, _ int64) { decoded = done }})
		if err != nil {
			t.Fatal(err)
		}
		src, err := a.Region(t.Context(), lo, hi)
		if err != nil {
			t.Fatal(err)
		}
		r, err := src.Values()
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		want := make([]byte, 4*32*32*32)
		tiling.CopyBox(want, lo, src.Shape, whole, make([]int, 3), shape, lo, hi, 4)
		if !bytes.Equal(got, want) {
			t.Errorf("region at %v differs from the whole", lo)
		}
		if n := counting.bytes.Load(); n >= int64(len(archive))/16 {
			t.Errorf("region at %v: read %d of %d bytes, want less than a sixteenth", lo, n, len(archive))
		}
		if decoded != 32*32*32 {
			t.Errorf("region at %v: decoded %d values", lo, decoded)
		}
	}
}
