package codec

import (
	"context"
	"fmt"
	"io"
	"math"

	"github.com/morselcodec/morsel/codec/internal/tiling"
	"github.com/morselcodec/morsel/formats/array"
)

// Writer encodes a stream of values. It holds a few slabs of chunks in memory,
// not the array; with Options.Keep and several chunks also what one index of
// the slowest axis spans, a few times over. It is for one goroutine at a time, and
// has several of its own only while Write lasts.
type Writer struct {
	encoder  *encoder
	observer *observer
	left     int64  // bytes of values still to come
	buf      []byte // values of the next slabs, and of the seam behind them
	want     int    // length of buf at which they are encoded
	slab     int    // first slab of buf
	slabs    int    // slabs in buf when it is full, and
	bytes    int    // theirs
	stats    Stats
	err      error
	closed   bool
}

// NewWriter starts an archive of the array that h describes. Write takes the
// values, row-major, as little-endian elements of h.DType; Close ends the
// archive.
func NewWriter(ctx context.Context, w io.Writer, h array.Header, o *Options) (*Writer, error) {
	p, err := newPlan(h, o)
	if err != nil {
		return nil, err
	}
	return p.writer(ctx, w)
}

func (p *plan) writer(ctx context.Context, w io.Writer) (*Writer, error) {
	seen, err := newObserver(p.head, &p.options)
	if err != nil {
		return nil, err
	}
	e, err := newEncoder(ctx, w, p)
	if err != nil {
		return nil, err
	}
	wr := &Writer{encoder: e, observer: seen, left: p.inputBytes()}
	wr.collect()
	return wr, nil
}

// collect sets how much is collected before the next slabs are encoded.
func (w *Writer) collect() {
	t := &w.encoder.head.tiles
	size := w.encoder.head.DType.Size()
	w.slabs = min(t.BatchSlabs(size, w.encoder.workers), t.Slabs()-w.slab)
	w.bytes = 0
	for s := w.slab; s < w.slab+w.slabs; s++ {
		w.bytes += array.Product(tiling.Extent(t.SlabBox(s))) * size
	}
	w.want = min(w.bytes+w.encoder.seams.reach, len(w.buf)+int(min(w.left, math.MaxInt/2)))
}

// Write takes the next values.
func (w *Writer) Write(p []byte) (int, error) {
	if w.err == nil {
		w.err = w.encoder.ctx.Err()
	}
	if w.err != nil {
		return 0, w.err
	}
	if int64(len(p)) > w.left {
		h := w.encoder.head
		return 0, fmt.Errorf("%w: %s of %v is %d bytes, found more",
			array.ErrShape, array.FormatShape(h.Shape), h.DType, w.encoder.inputBytes())
	}
	n := len(p)
	for len(p) > 0 {
		k := min(len(p), w.want-len(w.buf))
		w.buf = append(w.buf, p[:k]...)
		w.left -= int64(k)
		p = p[k:]
		for len(w.buf) == w.want && w.slabs > 0 {
			if w.err = w.flush(); w.err != nil {
				return n - len(p), w.err
			}
		}
	}
	return n, nil
}

// flush encodes the slabs in buf.
func (w *Writer) flush() error {
	t := &w.encoder.head.tiles
	size := w.encoder.head.DType.Size()
	starts := make([]int, w.slabs) // of each slab in buf
	for i := 1; i < w.slabs; i++ {
		starts[i] = starts[i-1] + array.Product(tiling.Extent(t.SlabBox(w.slab+i-1)))*size
	}
	w.observer.add(w.buf[:w.bytes])
	w.encoder.seams.slabs = w.bytes
	err := w.encoder.encode(w.slabs*t.SlabChunks, func(i int, lo, hi []int) cutout {
		s := i / t.SlabChunks
		slabLo, slabHi := t.SlabBox(w.slab + s)
		shape := tiling.Extent(lo, hi)
		elements := make([]byte, array.Product(shape)*size)
		tiling.CopyBox(elements, lo, shape, w.buf[starts[s]:], slabLo, tiling.Extent(slabLo, slabHi), lo, hi, size)
		return cutout{elements: elements}
	}, w.buf)
	if err != nil {
		return err
	}
	w.buf = w.buf[:copy(w.buf, w.buf[w.bytes:])]
	w.slab += w.slabs
	w.collect()
	return nil
}

// Close finishes the archive. It fails if values are missing.
func (w *Writer) Close() error {
	if w.closed || w.err != nil {
		return w.err
	}
	w.closed = true
	if w.err = w.encoder.ctx.Err(); w.err != nil {
		return w.err
	}
	if w.left > 0 {
		h, all := w.encoder.head, w.encoder.inputBytes()
		w.err = fmt.Errorf("%w: %s of %v is %d bytes, found %d", array.ErrShape, array.FormatShape(h.Shape), h.DType, all, all-w.left)
		return w.err
	}
	w.stats, w.err = w.encoder.finish(w.observer)
	return w.err
}

// Stats reports on a closed Writer.
func (w *Writer) Stats() Stats { return w.stats }
