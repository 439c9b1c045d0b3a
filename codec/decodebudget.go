package codec

import (
	"fmt"
	"math"
	"runtime"
	"sync/atomic"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec/internal/chunk"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/latent"
	"github.com/morselcodec/morsel/codec/internal/lossless"
	"github.com/morselcodec/morsel/formats/array"
)

// budget is what a reader may use.
type budget struct {
	memory int64        // at the most
	usual  int64        // for several chunks at a time
	work   int64        // nanoseconds that values may take, whatever the input
	done   int64        // those of the chunks so far
	input  int64        // bytes of those
	since  atomic.Int64 // bytes allocated since the last collection
}

const (
	defaultMaxMemory = min(4<<30, math.MaxInt/2) // what 32 bits address is less
	usualMemory      = 256 << 20

	// An archive may take a second, or workPerByte for each byte of MaxBytes,
	// and workPerInput for each of its own.
	leastWork    = 1e9
	workPerByte  = 24
	workPerInput = 128e3
)

func newBudget(o *DecodeOptions) *budget {
	b := &budget{memory: o.MaxMemory, usual: o.MaxMemory}
	if o.MaxMemory == 0 {
		b.memory, b.usual = defaultMaxMemory, usualMemory
	}
	b.work = max(min(o.maxBytes(), math.MaxInt64/workPerByte)*workPerByte, leastWork)
	return b
}

// maxBytes returns the largest size of the array.
func (o *DecodeOptions) maxBytes() int64 {
	if o.MaxBytes == 0 {
		return defaultMaxBytes
	}
	return o.MaxBytes
}

func (o *DecodeOptions) maxMemory() int64 {
	if o.MaxMemory == 0 {
		return defaultMaxMemory
	}
	return o.MaxMemory
}

// checkSize refuses an array of more than limit bytes.
func (h *header) checkSize(limit int64) error {
	values, _ := array.CheckShape(h.Shape)
	if size := int64(h.DType.Size()); values > limit/size {
		return fmt.Errorf("%w: array %s of %v takes %d bytes, the limit is %d (MaxBytes)", fault.ErrLimit,
			array.FormatShape(h.Shape), h.DType, values*size, limit)
	}
	return nil
}

// maxChunkBytes returns the longest payload of a chunk section.
func (h *header) maxChunkBytes() int64 {
	return 2*int64(array.Product(h.tiles.Chunk))*int64(h.DType.Size()) + 64<<10
}

// spend counts the work of a chunk.
func (b *budget) spend(k chunk.Cost, input int64) error {
	b.done += k.Work
	b.input += input
	if allowed := float64(b.work) + float64(float64(b.input)*workPerInput); float64(b.done) > allowed {
		return fmt.Errorf("%w: %d bytes claim values that take about %.2g s to decode, MaxBytes allows %.2g s",
			fault.ErrLimit, b.input, float64(b.done)/1e9, allowed/1e9)
	}
	return nil
}

// allocate collects what earlier chunks left, if that and the memory that is
// about to be allocated could add up to more than is usual. Left to itself, the
// runtime lets garbage double the heap. running is what other chunks hold.
func (b *budget) allocate(memory, running int64) {
	if b.since.Add(memory) > b.usual && memory > collectFrom {
		runtime.GC()
		b.since.Store(memory + running)
	}
}

// collectFrom is the size from which what a chunk leaves is worth collecting.
const collectFrom = 16 << 20

// need refuses memory beyond the limit.
func (b *budget) need(what string, memory int64) error {
	if memory > b.memory {
		return fault.BeyondMemory(what, memory, b.memory)
	}
	return nil
}

// checkReadable refuses, before the work, what no reader with default options
// would take.
func (h *header) checkReadable(level int, m *autoencoder.Model) error {
	if err := h.checkSize(defaultMaxBytes); err != nil || h.tiles.Total == 0 {
		return err
	}
	most, what := chunk.MaxCodedValues, "a chunk"
	switch {
	case h.keep != 0:
		most, what = chunk.MaxKeepValues, fmt.Sprintf("a chunk that keeps %v", h.keep)
	case h.kind == chunk.BoundPointwise:
		most, what = chunk.MaxPointwiseValues, "a chunk with a pointwise relative bound"
	case h.kind == chunk.BoundLossless && level >= lossless.LeastLevel:
		most, what = chunk.MaxScanValues, fmt.Sprintf("a lossless chunk of level %d", level)
	}
	shape := h.tiles.Chunk
	last := shape[len(shape)-1]
	switch values := array.Product(shape); {
	case values > most:
		return fmt.Errorf("%w: %s holds at most %d values, %s has %d; make chunks smaller (--chunk)", ErrOptions, what, most, array.FormatShape(shape), values)
	case last > chunk.MaxLine:
		return fmt.Errorf("%w: a chunk has at most %d values along its last axis, %s has %d; make chunks smaller (--chunk)", ErrOptions, chunk.MaxLine, array.FormatShape(shape), last)
	}
	if m == nil || h.kind != chunk.BoundNone {
		return nil
	}
	g := grid.New(shape)
	return latent.Check(&g, m)
}
