package codec

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec/internal/chunk"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/interrupt"
	"github.com/morselcodec/morsel/codec/internal/tiling"
	"github.com/morselcodec/morsel/formats/array"
)

// regionReader decodes the part of an array from lo to hi, slab after slab.
type regionReader struct {
	ctx      context.Context
	head     *header
	lo, hi   []int
	workers  int
	budget   *budget
	progress progress
	fetch    func(ordinal int) (*chunk.Chunk, error) // called with ascending ordinals
	model    func() (*autoencoder.Model, error)
	end      func() error // called once after the last chunk; may be nil

	slab  int    // next one
	store []byte // memory for buf
	buf   []byte // decoded and not yet read
	more  int64  // bytes that follow buf and repeat it, of a constant chunk
	err   error
}

func newRegionReader(ctx context.Context, h *header, o *DecodeOptions, lo, hi []int) *regionReader {
	r := &regionReader{ctx: ctx, head: h, lo: lo, hi: hi, workers: workerCount(o.Workers), budget: newBudget(o)}
	r.progress = progress{f: o.Progress, total: int64(array.Product(tiling.Extent(lo, hi)))}
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
		switch {
		case r.more > 0:
			r.buf = r.store[:min(int64(len(r.store)), r.more)]
			r.more -= int64(len(r.buf))
		case r.err == nil:
			r.err = r.fill()
		default:
			return 0, r.err
		}
	}
	n := copy(p, r.buf)
	r.buf = r.buf[n:]
	return n, nil
}

// job is a chunk to decode into its place in the buffer.
type job struct {
	data       *chunk.Chunk
	codec      *chunk.Codec
	memory     int64 // that decoding it takes
	lo, hi     []int // of the chunk
	start      int   // of the chunk's slab in the buffer
	slabLo     []int // of the part of the slab in the region
	slabExtent []int
}

// slabPart is what the region has of a slab.
type slabPart struct {
	number     int
	lo, extent []int
	start      int // in the buffer
}

// fill decodes the next slabs into buf. It returns io.EOF after the last.
func (r *regionReader) fill() error {
	parts, length := r.next()
	if len(parts) == 0 {
		if r.end != nil {
			if err := r.end(); err != nil {
				return err
			}
		}
		return io.EOF
	}
	t := &r.head.tiles
	var jobs []job
	var held int64 // bytes of the sections of jobs
	for k := range parts {
		p := &parts[k]
		for i := p.number * t.SlabChunks; i < (p.number+1)*t.SlabChunks; i++ {
			j := job{start: p.start, slabLo: p.lo, slabExtent: p.extent}
			if j.lo, j.hi = t.Box(i); !clip(slices.Clone(j.lo), slices.Clone(j.hi), r.lo, r.hi) {
				continue
			}
			if err := r.read(&j, i); err != nil {
				return err
			}
			if k == 0 && t.SlabChunks == 1 && j.data.Mode == chunk.Constant {
				r.slab = p.number + 1
				return r.repeat(&j)
			}
			held += j.data.Length
			if err := r.budget.need(fmt.Sprintf("chunk %d", i), int64(length)+held+j.memory); err != nil {
				return err
			}
			if jobs = append(jobs, j); len(jobs) >= 4*r.workers || held > tiling.BatchBytes {
				if err := r.decode(jobs, length, held); err != nil {
					return err
				}
				jobs, held = jobs[:0], 0
			}
		}
	}
	if err := r.decode(jobs, length, held); err != nil {
		return err
	}
	r.buf = r.store[:length]
	return nil
}

// next returns the parts of the next slabs that are decoded together, and their
// bytes.
func (r *regionReader) next() (parts []slabPart, length int) {
	t := &r.head.tiles
	size := r.head.DType.Size()
	most := t.BatchSlabs(size, r.workers)
	for ; r.slab < t.Slabs() && len(parts) < most; r.slab++ {
		lo, hi := t.SlabBox(r.slab)
		if !clip(lo, hi, r.lo, r.hi) {
			continue
		}
		p := slabPart{number: r.slab, lo: lo, extent: tiling.Extent(lo, hi), start: length}
		n := array.Product(p.extent) * size
		if len(parts) > 0 && int64(length+n) > r.budget.usual/4 {
			break
		}
		parts = append(parts, p)
		length += n
	}
	return parts, length
}

// read fetches chunk i and counts what decoding it takes.
func (r *regionReader) read(j *job, i int) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	var err error
	if j.data, err = r.fetch(i); err != nil {
		return err
	}
	j.codec = &chunk.Codec{Params: r.head.params(), Ctx: r.ctx}
	if j.data.UsesModel() {
		if j.codec.Model, err = r.model(); err != nil {
			return err
		}
	}
	shape := tiling.Extent(j.lo, j.hi)
	k, err := j.codec.Cost(shape, j.data)
	if err != nil {
		return j.failed(err)
	}
	if err := r.budget.spend(k, j.data.Length); err != nil {
		return fmt.Errorf("chunk %d: %w", i, err)
	}
	j.memory = k.Memory
	if !slices.Equal(j.slabLo, j.lo) || !slices.Equal(j.slabExtent, shape) {
		j.memory += int64(array.Product(shape) * r.head.DType.Size())
	}
	return nil
}

// failed says which chunk err is about.
func (j *job) failed(err error) error {
	return fault.At("chunk", j.data.Offset, fmt.Errorf("chunk %d: %w", j.data.Ordinal, err))
}

// decode decodes jobs into the buffer of the given length; held bytes are their
// sections.
func (r *regionReader) decode(jobs []job, length int, held int64) error {
	if cap(r.store) < length {
		r.store = nil // before there are two
		r.budget.allocate(int64(length), 0)
		r.store = make([]byte, length)
	}
	largest := int64(1)
	for i := range jobs {
		largest = max(largest, jobs[i].memory)
	}
	workers := int(min(max((r.budget.usual-int64(length)-held)/largest, 1), int64(r.workers)))
	errs := make([]error, len(jobs))
	parallel(len(jobs), workers, func(i int) {
		r.budget.allocate(jobs[i].memory, int64(workers-1)*largest)
		errs[i] = r.chunk(&jobs[i], r.store[jobs[i].start:length])
	})
	if err := r.ctx.Err(); err != nil {
		return err
	}
	return errors.Join(errs...)
}

// chunk decodes a chunk and copies what lies in the region to its slab.
func (r *regionReader) chunk(j *job, slab []byte) (err error) {
	defer interrupt.Recover(&err)
	size := r.head.DType.Size()
	shape := tiling.Extent(j.lo, j.hi)
	direct := slices.Equal(j.slabLo, j.lo) && slices.Equal(j.slabExtent, shape)
	elements := slab[:min(array.Product(shape)*size, len(slab))]
	if !direct {
		elements = make([]byte, array.Product(shape)*size)
	}
	if err := j.codec.Decode(elements, shape, j.data); err != nil {
		return j.failed(err)
	}
	lo, hi := slices.Clone(j.lo), slices.Clone(j.hi)
	clip(lo, hi, r.lo, r.hi)
	if !direct {
		tiling.CopyBox(slab, j.slabLo, j.slabExtent, elements, j.lo, shape, lo, hi, size)
	}
	r.progress.add(array.Product(tiling.Extent(lo, hi)))
	return nil
}

// repeatBytes is how much of a constant chunk is laid out.
const repeatBytes = 64 << 10

// repeat gives the values of a constant chunk that is a slab of its own.
func (r *regionReader) repeat(j *job) error {
	size := r.head.DType.Size()
	values := array.Product(j.slabExtent)
	n := min(values, repeatBytes/size) * size
	if cap(r.store) < n {
		r.store = make([]byte, n)
	}
	r.store = r.store[:n]
	if err := j.codec.Decode(r.store, []int{n / size}, j.data); err != nil {
		return j.failed(err)
	}
	r.more = int64(values) * int64(size)
	r.progress.add(values)
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
