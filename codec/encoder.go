package codec

import (
	"context"
	"io"
	"time"

	"github.com/morselcodec/morsel/codec/internal/chunk"
	"github.com/morselcodec/morsel/codec/internal/tiling"
)

// encoder encodes the chunks of an array in their order: it cuts some out, codes
// them in parallel, makes what is kept right across their seams, and writes them.
type encoder struct {
	*plan
	ctx      context.Context
	codec    chunk.Codec
	out      output
	seams    seams
	progress progress
	start    time.Time
	next     int // chunk
	totals   totals
}

// cutout is a chunk, cut out of an array.
type cutout struct {
	elements []byte
	values   any // the same as numbers, see chunk.Codec.Encode; nil: nobody has them yet
}

// newEncoder begins an archive.
func newEncoder(ctx context.Context, w io.Writer, p *plan) (*encoder, error) {
	e := &encoder{
		plan: p, ctx: ctx, codec: p.codec(ctx), out: output{w: w}, start: time.Now(),
		progress: progress{f: p.options.Progress, total: p.inputBytes() / int64(p.head.DType.Size())},
		totals:   totals{used: map[string]int{}},
	}
	var err error
	if e.seams, err = newSeams(p.head); err != nil {
		return nil, err
	}
	return e, e.out.begin(p.head)
}

// encode encodes the next n chunks, which cut returns, given where they are. window
// holds the elements of the slabs that they fill, and those behind that their seams
// reach; nobody looks at it where nothing is kept across seams.
func (e *encoder) encode(n int, cut func(i int, lo, hi []int) cutout, window []byte) error {
	t := &e.head.tiles
	results := make([]chunk.Encoded, n)
	parallel(n, e.workers, func(i int) {
		lo, hi := t.Box(e.next + i)
		shape := tiling.Extent(lo, hi)
		p := cut(i, lo, hi)
		results[i] = e.codec.Encode(e.next+i, shape, p.elements, p.values)
		e.progress.add(tiling.Product(shape))
	})
	if err := e.seams.enforce(e.next, results, window, e.workers); err != nil {
		return err
	}
	for i := range results {
		lo, hi := t.Box(e.next + i)
		if err := e.write(&results[i], tiling.Product(tiling.Extent(lo, hi))); err != nil {
			return err
		}
	}
	e.next += n
	return nil
}

// write writes an encoded chunk, and the model before the first that uses it.
func (e *encoder) write(c *chunk.Encoded, values int) error {
	if c.Err != nil {
		return c.Err
	}
	if c.UsesModel() && e.out.model == nil {
		// The first use has to pay for naming the model.
		if a := c.Alternative; a != nil && a.Blocks.Size() <= c.Blocks.Size()+chunk.ModelSection {
			return e.write(a, values)
		}
		if err := e.out.writeModel(e.codec.Model, e.options.InlineModel); err != nil {
			return err
		}
	}
	e.totals.add(c, values)
	return e.out.chunk(&c.Chunk, e.head.maxChunkBytes())
}

// finish ends the archive and reports on it.
func (e *encoder) finish(seen *observer) (Stats, error) {
	if err := e.ctx.Err(); err != nil {
		return Stats{}, err
	}
	s := Stats{
		DType: e.head.DType.String(), Shape: e.head.Shape, Level: e.level,
		Fill: listed(e.head.fills), FillDeclared: e.head.fills != nil, InputBytes: e.inputBytes(),
	}
	if err := seen.report(&s); err != nil {
		return Stats{}, err
	}
	if err := e.out.end(); err != nil {
		return Stats{}, err
	}
	e.report(&s)
	return s, nil
}
