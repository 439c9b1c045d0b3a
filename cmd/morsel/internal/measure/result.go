// Package measure finds out what a field takes: at each effort level and in
// smaller chunks the archive's size and the speed of the library's calls, and at the
// same bound those of other compressors, its peers, which Python brings.
package measure

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/morselcodec/morsel/cmd/morsel/internal/console"
	"github.com/morselcodec/morsel/codec"
	"github.com/morselcodec/morsel/formats"
)

// Result is what bench finds out about one array.
type Result struct {
	Input   string   `json:"input"`
	DType   string   `json:"dtype"`
	Shape   []int    `json:"shape"`
	Bytes   int64    `json:"input_bytes"`
	Bound   string   `json:"bound"` // as asked for
	Threads int      `json:"threads"`
	Levels  []Level  `json:"levels"`
	Chunks  []Chunk  `json:"chunks"`
	Peers   []Peer   `json:"peers"`
	Missing []string `json:"missing"` // peers that were not run, and why
}

// Rate is what compressors are compared by.
type Rate struct {
	ArchiveBytes int64   `json:"archive_bytes"`
	Ratio        float64 `json:"ratio"`
	BitsPerValue float64 `json:"bits_per_value"`
	Compress     float64 `json:"compress_mb_per_second"`
	Decompress   float64 `json:"decompress_mb_per_second"`
	Runs         int     `json:"runs"` // of compressing
	MaxAbsError  float64 `json:"max_abs_error"`
}

func newRate(input, archive, values int64, compress, decompress float64) Rate {
	return Rate{
		ArchiveBytes: archive, Ratio: float64(input) / float64(archive),
		BitsPerValue: 8 * float64(archive) / float64(max(values, 1)),
		Compress:     float64(input) / 1e6 / compress, Decompress: float64(input) / 1e6 / decompress,
	}
}

// Level is what an effort level makes of the array.
type Level struct {
	Level int `json:"level"`
	Rate
}

// Chunk tells what chunks of a shape cost, beside the default ones.
type Chunk struct {
	Chunk        []int   `json:"chunk"`
	ArchiveBytes int64   `json:"archive_bytes"`
	Percent      float64 `json:"percent"` // more than the default's
}

// BoundText names a bound as flags do.
func BoundText(b codec.Bound) string {
	switch {
	case b.Lossless:
		return "lossless"
	case b.Abs != 0:
		return fmt.Sprintf("abs %g", b.Abs)
	case b.PointwiseRel != 0:
		return fmt.Sprintf("pwrel %g", b.PointwiseRel)
	case b.PSNR != 0:
		return fmt.Sprintf("psnr %g", b.PSNR)
	case b.Rel != 0:
		return fmt.Sprintf("rel %g", b.Rel)
	}
	return fmt.Sprintf("rel %g", codec.DefaultRel)
}

// Array measures levels and chunks. It returns the absolute bound, 0 if
// there is none.
func Array[T formats.Float](ctx context.Context, b *Result, src formats.Source, opts codec.Options, levels []int, budget time.Duration, bar *console.Progress) (eps float64, err error) {
	a, err := formats.Read[T](src)
	if err != nil {
		return 0, err
	}
	values := int64(len(a.Data))
	b.Bytes = values * int64(src.DType.Size())
	encode := func(buf *bytes.Buffer, o *codec.Options) (codec.Stats, error) {
		buf.Reset()
		return codec.Encode(ctx, buf, a, o)
	}
	var archive bytes.Buffer
	var stats codec.Stats
	for _, level := range levels {
		bar.Describe(fmt.Sprintf("level %d", level))
		opts.Level = level
		compress, runs, err := Median(ctx, budget, func() (err error) {
			stats, err = encode(&archive, &opts)
			return err
		})
		if err != nil {
			return 0, err
		}
		decompress, _, err := Median(ctx, budget, func() error {
			_, err := codec.Decode[T](ctx, bytes.NewReader(archive.Bytes()), &codec.DecodeOptions{Workers: opts.Workers})
			return err
		})
		if err != nil {
			return 0, err
		}
		r := newRate(b.Bytes, stats.ArchiveBytes, values, compress, decompress)
		r.Runs, r.MaxAbsError = runs, stats.MaxAbsError
		b.Levels = append(b.Levels, Level{level, r})
	}
	if stats.BoundAbs != nil {
		eps = *stats.BoundAbs
	}
	bar.Describe("chunks")
	opts.Level = 0
	whole, err := encode(&archive, &opts)
	if err != nil {
		return 0, err
	}
	for _, chunk := range chunkShapes(src.Shape, src.DType.Size()) {
		opts.Chunk = chunk
		s, err := encode(&archive, &opts)
		if err != nil {
			return 0, err
		}
		b.Chunks = append(b.Chunks, Chunk{chunk, s.ArchiveBytes, 100 * (float64(s.ArchiveBytes)/float64(whole.ArchiveBytes) - 1)})
	}
	return eps, nil
}

// chunkSides are sides of smaller chunks to try, by rank.
var chunkSides = [formats.MaxRank + 1][2]int{1: {1 << 18, 1 << 15}, 2: {512, 256}, 3: {64, 32}, 4: {24, 16}, 5: {12, 8}}

// chunkShapes returns smaller chunks to try on an array of elements of size
// bytes.
func chunkShapes(shape []int, size int) (list [][]int) {
	for _, side := range chunkSides[len(shape)] {
		chunk, n := make([]int, len(shape)), size
		for a, extent := range shape {
			chunk[a] = max(min(side, extent), 1)
			n *= chunk[a]
		}
		if !slices.Equal(chunk, shape) && n >= codec.MinChunkBytes {
			list = append(list, chunk)
		}
	}
	return list
}
