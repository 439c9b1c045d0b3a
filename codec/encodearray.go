package codec

import (
	"context"
	"io"

	"github.com/morselcodec/morsel/codec/internal/tiling"
	"github.com/morselcodec/morsel/formats/array"
)

// fromArray returns an array in memory as an input: its chunks are cut out of it
// as they are, without a stream between.
func fromArray[T array.Float](a *array.Array[T]) *input {
	return &input{Source: array.FromArray(a), inMemory: func(e *encoder) error { return encodeArray(e, a) }}
}

// encodeArray encodes the chunks of an array in memory.
func encodeArray[T array.Float](e *encoder, a *array.Array[T]) error {
	t, d := &e.head.tiles, e.head.DType
	// Values of the chunks' own type need not be made of elements again.
	same := d == array.DTypeOf[T]()
	origin := make([]int, len(a.Shape))
	for e.next < t.Total {
		if err := e.ctx.Err(); err != nil {
			return err
		}
		n := min(t.BatchSlabs(d.Size(), e.workers)*t.SlabChunks, t.Total-e.next)
		err := e.encode(n, func(_ int, lo, hi []int) cutout {
			shape := tiling.Extent(lo, hi)
			x := make([]T, array.Product(shape))
			tiling.CopyBox(x, lo, shape, a.Data, origin, a.Shape, lo, hi, 1)
			p := cutout{elements: make([]byte, len(x)*d.Size())}
			array.Demote(p.elements, x, d)
			if same {
				p.values = x
			}
			return p
		}, nil)
		if err != nil {
			return err
		}
	}
	return nil
}

// encodeInMemory writes an archive of an array in memory.
func (in *input) encodeInMemory(ctx context.Context, w io.Writer, p *plan) (Stats, error) {
	seen, err := newObserver(p.head, &p.options)
	if err != nil {
		return Stats{}, err
	}
	if seen.sure = in.surveyed; !seen.sure {
		r, err := in.Values()
		if err != nil {
			return Stats{}, err
		}
		defer r.Close()
		if err := seen.read(ctx, r); err != nil {
			return Stats{}, err
		}
	}
	e, err := newEncoder(ctx, w, p)
	if err == nil {
		err = in.inMemory(e)
	}
	if err != nil {
		return Stats{}, err
	}
	return e.finish(seen)
}
