package codec

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/morselcodec/morsel/autoencoder"
)

// regionReader decodes the part of an array from lo to hi, slab after slab.
type regionReader struct {
	ctx      context.Context
	head     *header
	lo, hi   []int
	workers  int
	progress progress
	fetch    func(ordinal int) (*chunkData, error) // called with ascending ordinals
	model    func() (*autoencoder.Model, error)
	end      func() error // called once after the last chunk; may be nil

	slab int    // next one
	buf  []byte // decoded and not yet read
	err  error
}

func newRegionReader(ctx context.Context, h *header, o *DecodeOptions, lo, hi []int) *regionReader {
	r := &regionReader{ctx: ctx, head: h, lo: lo, hi: hi, workers: workerCount(o.Workers)}
	r.progress = progress{f: o.Progress, total: int64(product(extent(lo, hi)))}
	return r
}

// Read implements io.Reader.
func (r *regionReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	for len(r.buf) == 0 {
		if r.err == nil {
			r.err = r.fill()
		}
		if r.err != nil {
			return 0, r.err
		}
	}
	n := copy(p, r.buf)
	r.buf = r.buf[n:]
	return n, nil
}

// job is a chunk to decode into its place in the buffer.
type job struct {
	data       *chunkData
	lo, hi     []int // of the chunk
	start      int   // of the chunk's slab in the buffer
	slabLo     []int // of the part of the slab in the region
	slabExtent []int
}

// fill decodes the next slabs into buf. It returns io.EOF after the last.
func (r *regionReader) fill() error {
	t := &r.head.tiles
	size := r.head.DType.Size()
	var jobs []job
	bytes, batch := 0, t.batchSlabs(size, r.workers)
	for ; r.slab < t.slabs() && batch > 0; r.slab++ {
		slabLo, slabHi := t.slabBox(r.slab)
		if !clip(slabLo, slabHi, r.lo, r.hi) {
			continue
		}
		slabExtent := extent(slabLo, slabHi)
		for i := r.slab * t.slabChunks; i < (r.slab+1)*t.slabChunks; i++ {
			lo, hi := t.box(i)
			if !clip(append([]int(nil), lo...), append([]int(nil), hi...), r.lo, r.hi) {
				continue
			}
			if err := r.ctx.Err(); err != nil {
				return err
			}
			data, err := r.fetch(i)
			if err != nil {
				return err
			}
			jobs = append(jobs, job{data, lo, hi, bytes, slabLo, slabExtent})
		}
		bytes += product(slabExtent) * size
		batch--
	}
	if len(jobs) == 0 {
		if r.end != nil {
			if err := r.end(); err != nil {
				return err
			}
		}
		return io.EOF
	}
	codec, err := r.codecFor(jobs)
	if err != nil {
		return err
	}
	buf := make([]byte, bytes)
	errs := make([]error, len(jobs))
	parallel(len(jobs), r.workers, func(i int) {
		errs[i] = r.decode(codec, &jobs[i], buf[jobs[i].start:])
	})
	if err := r.ctx.Err(); err != nil {
		return err
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	r.buf = buf
	return nil
}

// codecFor returns what decodes the jobs; with the model if one needs it.
func (r *regionReader) codecFor(jobs []job) (*chunkCodec, error) {
	c := &chunkCodec{header: r.head, ctx: r.ctx}
	for _, j := range jobs {
		if j.data.usesModel() {
			m, err := r.model()
			if err != nil {
				return nil, err
			}
			c.model = m
			break
		}
	}
	return c, nil
}

// decode decodes a chunk and copies what lies in the region to its slab.
func (r *regionReader) decode(codec *chunkCodec, j *job, slab []byte) (err error) {
	defer stopping(&err)
	size := r.head.DType.Size()
	shape := extent(j.lo, j.hi)
	elements := make([]byte, product(shape)*size)
	if err := codec.decode(elements, shape, j.data); err != nil {
		return &CorruptError{"chunk", j.data.offset, fmt.Errorf("chunk %d: %w", j.data.ordinal, err)}
	}
	lo, hi := append([]int(nil), j.lo...), append([]int(nil), j.hi...)
	clip(lo, hi, r.lo, r.hi)
	copyBox(slab, j.slabLo, j.slabExtent, elements, j.lo, shape, lo, hi, size)
	r.progress.add(product(extent(lo, hi)))
	return nil
}

// clip cuts the box from lo to hi to the one from otherLo to otherHi. It
// reports whether something is left.
func clip(lo, hi, otherLo, otherHi []int) bool {
	for a := range lo {
		lo[a], hi[a] = max(lo[a], otherLo[a]), min(hi[a], otherHi[a])
		if lo[a] >= hi[a] {
			return false
		}
	}
	return true
}
