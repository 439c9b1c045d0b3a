package codec

import (
	"context"
	"io"

	"github.com/morselcodec/morsel/codec/internal/chunk"
	"github.com/morselcodec/morsel/codec/internal/tiling"
	"github.com/morselcodec/morsel/formats/array"
)

// sampleValues is about how many values a sample holds; it has one chunk at
// least.
const sampleValues = 1 << 22

// sample is some of an array's chunks, spread over it.
type sample struct {
	head   *header
	chunks []sampleChunk
}

type sampleChunk struct {
	ordinal  int
	shape    []int
	elements []byte
}

// takeSample reads src and keeps some of the chunks that o cuts it into.
func takeSample(ctx context.Context, src array.Source, o *Options) (*sample, error) {
	head, err := newHeader(src.Header, o)
	if err != nil {
		return nil, err
	}
	r, err := src.Values()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	t := &head.tiles
	size := head.DType.Size()
	s := &sample{head: head}
	want := min(max(sampleValues/array.Product(t.Chunk), 1), t.Total)
	var slabs []byte
	for slab := range t.Slabs() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		lo, hi := t.SlabBox(slab)
		n := array.Product(tiling.Extent(lo, hi)) * size
		if slabs == nil {
			slabs = make([]byte, n) // none is larger than the first
		}
		buf := slabs[:n]
		if _, err := io.ReadFull(r, buf); err != nil {
			return nil, err
		}
		for i := slab * t.SlabChunks; i < (slab+1)*t.SlabChunks; i++ {
			// One of each of as many runs of chunks as are wanted.
			if i*want%t.Total >= want {
				continue
			}
			boxLo, boxHi := t.Box(i)
			c := sampleChunk{ordinal: i, shape: tiling.Extent(boxLo, boxHi)}
			c.elements = make([]byte, array.Product(c.shape)*size)
			tiling.CopyBox(c.elements, boxLo, c.shape, buf, lo, tiling.Extent(lo, hi), boxLo, boxHi, size)
			s.chunks = append(s.chunks, c)
		}
	}
	return s, nil
}

// psnr returns the PSNR of the sample, coded with the bound eps.
func (s *sample) psnr(ctx context.Context, o *Options, eps, width float64) (float64, error) {
	head := *s.head
	head.eps = eps
	codec := chunk.Codec{Params: head.params(), Ctx: ctx, Level: o.Level}
	results := make([]chunk.Encoded, len(s.chunks))
	parallel(len(results), workerCount(o.Workers), func(i int) {
		c := &s.chunks[i]
		e := codec.Encode(c.ordinal, c.shape, c.elements, nil)
		e.Finish()
		results[i] = chunk.Encoded{Err: e.Err, Squares: e.Squares, Ordinary: e.Ordinary}
	})
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	var n squaredErrors
	for i := range results {
		if err := results[i].Err; err != nil {
			return 0, err
		}
		n.add(&results[i])
	}
	return n.psnr(width, eps), nil
}
