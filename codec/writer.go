package codec

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/morselcodec/morsel/codec/internal/chunk"
	"github.com/morselcodec/morsel/codec/internal/container"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/pointwise"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/codec/internal/tiling"
	"github.com/morselcodec/morsel/codec/internal/wire"
	"github.com/morselcodec/morsel/formats/array"
)

// Writer encodes a stream of values. It holds a few slabs of chunks in memory,
// not the array; with Options.Keep and several chunks also what one index of
// the slowest axis spans, a few times over. It is for one goroutine at a time, and
// has several of its own only while Write lasts.
type Writer struct {
	ctx      context.Context
	w        io.Writer
	head     *header
	codec    chunk.Codec
	inline   bool
	workers  int
	progress progress
	start    time.Time

	written     int64  // bytes of the archive
	left        int64  // bytes of values still to come
	buf         []byte // values of the next slabs, and of the seam behind them
	seams       seams
	witness     *witness
	want        int // length of buf at which they are chunk.Encoded
	slab        int // first slab of buf
	slabs       int // slabs in buf when it is full
	index       container.Index
	stats       Stats
	maxRelative float64
	noise       noise
	width       float64        // of the range, for a PSNR
	used        map[string]int // values by predictor
	compared    comparisons
	err         error
	closed      bool
}

// NewWriter starts an archive of the array that h describes. Write takes the
// values, row-major, as little-endian elements of h.DType; Close ends the
// archive.
func NewWriter(ctx context.Context, w io.Writer, h array.Header, o *Options) (*Writer, error) {
	if o == nil {
		o = &Options{}
	}
	values, err := h.Check()
	if err != nil {
		return nil, err
	}
	if o.FillPolicy == FillAuto && o.survey == nil {
		return nil, fmt.Errorf("%w: a Writer cannot look for fill values before it gets them; see Prepare", ErrOptions)
	}
	level, err := o.level()
	if err != nil {
		return nil, err
	}
	head, err := newHeader(h, o)
	if err != nil {
		return nil, err
	}
	if head.kind == chunk.BoundNone && values > 0 {
		switch {
		case o.Model == nil:
			return nil, fmt.Errorf("%w: without a bound only a model's latents are stored; give a model (-m FILE)", ErrOptions)
		case len(o.Model.Window()) > len(h.Shape):
			return nil, fmt.Errorf("%w: the model's window %s has more axes than the array %s",
				ErrOptions, array.FormatShape(o.Model.Window()), array.FormatShape(h.Shape))
		}
	}
	if err := head.checkReadable(level, o.Model); err != nil {
		return nil, err
	}
	workers := workerCount(o.Workers)
	wr := &Writer{
		ctx:      ctx,
		w:        w,
		head:     head,
		codec:    chunk.Codec{Params: head.params(), Ctx: ctx, Level: level, Model: o.Model},
		inline:   o.InlineModel,
		workers:  workers,
		progress: progress{f: o.Progress, total: values},
		start:    time.Now(),
		left:     values * int64(h.DType.Size()),
		used:     map[string]int{},
	}
	if o.Model != nil {
		wr.codec.Model = o.Model.WithWorkers(1) // chunks run in parallel already
	}
	if head.kind == chunk.BoundPSNR {
		wr.width = o.Range.Width()
	}
	if wr.witness, err = newWitness(head, o); err != nil {
		return nil, err
	}
	wr.stats = Stats{
		DType: h.DType.String(), Shape: h.Shape, Level: level, Fill: listed(head.fills), FillDeclared: head.fills != nil, InputBytes: wr.left,
	}
	if wr.seams, err = newSeams(head); err != nil {
		return nil, err
	}
	wr.plan()
	b := append([]byte(container.MagicHead), wire.Version)
	b = container.AppendSection(b, container.TagHeader, head.payload())
	if name := cleanName(h.Name); name != "" {
		b = container.AppendSection(b, container.TagName, []byte(name))
	}
	wr.index.First = int64(len(b))
	wr.stats.Sections.Overhead = int64(len(b))
	return wr, wr.emit(b)
}

// newHeader works out what holds for the whole archive.
func newHeader(h array.Header, o *Options) (*header, error) {
	shape, err := tiling.ChooseChunk(h.Shape, o.Chunk, h.DType.Size(), o.tinyChunks)
	if err != nil {
		return nil, err
	}
	head := &header{Header: h}
	if head.tiles, err = tiling.New(h.Shape, shape, h.DType.Size()); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrOptions, err)
	}
	if head.eps, err = o.Bound.resolve(o.Range); err != nil {
		return nil, err
	}
	if o.epsForPSNR != nil {
		head.eps = *o.epsForPSNR
	}
	if head.kind, head.asked = o.Bound.kind(); head.kind == chunk.BoundPointwise {
		head.logEps = pointwise.LogBound(head.asked, h.DType)
	}
	if err := checkGuarantees(o.Keep, o.Bound, len(h.Shape)); err != nil {
		return nil, err
	}
	head.keep = o.Keep
	if o.FillPolicy > FillNone {
		return nil, fmt.Errorf("%w: unknown fill policy %d", ErrOptions, o.FillPolicy)
	}
	if o.Fills != nil || o.FillPolicy != FillDeclared {
		head.fills = listed(different(o.Fills))
	}
	if err := special.CheckFills(h.DType, head.fills); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrOptions, err)
	}
	return head, nil
}

// plan sets how much is collected before the next slabs are encoded.
func (w *Writer) plan() {
	t := &w.head.tiles
	size := w.head.DType.Size()
	w.slabs = min(t.BatchSlabs(size, w.workers), t.Slabs()-w.slab)
	w.want = 0
	for s := w.slab; s < w.slab+w.slabs; s++ {
		w.want += tiling.Product(tiling.Extent(t.SlabBox(s))) * size
	}
	w.seams.slabs = w.want
	w.want = min(w.want+w.seams.reach, len(w.buf)+int(w.left))
}

// Write takes the next values.
func (w *Writer) Write(p []byte) (int, error) {
	if w.err == nil {
		w.err = w.ctx.Err()
	}
	if w.err != nil {
		return 0, w.err
	}
	if int64(len(p)) > w.left {
		return 0, fmt.Errorf("%w: %s of %v is %d bytes, found more",
			array.ErrShape, array.FormatShape(w.head.Shape), w.head.DType, w.stats.InputBytes)
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
	t := &w.head.tiles
	size := w.head.DType.Size()
	first := w.slab * t.SlabChunks
	results := make([]chunk.Encoded, w.slabs*t.SlabChunks)
	starts := make([]int, w.slabs) // of each slab in buf
	for i := 1; i < w.slabs; i++ {
		starts[i] = starts[i-1] + tiling.Product(tiling.Extent(t.SlabBox(w.slab+i-1)))*size
	}
	parallel(len(results), w.workers, func(i int) {
		s := i / t.SlabChunks
		slabLo, slabHi := t.SlabBox(w.slab + s)
		lo, hi := t.Box(first + i)
		shape := tiling.Extent(lo, hi)
		elements := make([]byte, tiling.Product(shape)*size)
		tiling.CopyBox(elements, lo, shape, w.buf[starts[s]:], slabLo, tiling.Extent(slabLo, slabHi), lo, hi, size)
		results[i] = w.codec.Encode(first+i, shape, elements)
		w.progress.add(tiling.Product(shape))
	})
	w.witness.add(w.buf[:w.seams.slabs])
	if err := w.seams.settle(first, results, w.buf, w.workers); err != nil {
		return err
	}
	for i := range results {
		lo, hi := t.Box(first + i)
		if err := w.chunk(&results[i], tiling.Product(tiling.Extent(lo, hi))); err != nil {
			return err
		}
	}
	w.buf = w.buf[:copy(w.buf, w.buf[w.seams.slabs:])]
	w.slab += w.slabs
	w.plan()
	return nil
}

// chunk writes an chunk.Encoded chunk, and the model before the first that uses it.
func (w *Writer) chunk(e *chunk.Encoded, values int) error {
	if e.Err != nil {
		return e.Err
	}
	if e.UsesModel() && w.index.ModelLength == 0 {
		// The first use has to pay for naming the model.
		if a := e.Alternative; a != nil && a.Blocks.Size() <= e.Blocks.Size()+chunk.ModelSection {
			return w.chunk(a, values)
		}
		if err := w.writeModel(); err != nil {
			return err
		}
	}
	payload := e.Append(nil)
	if most := w.head.maxChunkBytes(); int64(len(payload)) > most {
		return fmt.Errorf("%w: the model's latents take %d bytes for a chunk, more than a reader accepts, %d", fault.ErrLimit, len(payload), most)
	}
	b := container.AppendSection(nil, container.TagChunk, payload)
	w.index.Lengths = append(w.index.Lengths, int64(len(b)))
	w.stats.Sections.count(&e.Chunk, int64(len(b)))
	w.stats.MaxAbsError = math.Max(w.stats.MaxAbsError, e.MaxError)
	w.maxRelative = math.Max(w.maxRelative, e.MaxRelative)
	w.noise.add(e)
	w.compared.add(e)
	w.used[e.Predictor()] += values
	return w.emit(b)
}

func (w *Writer) writeModel() error {
	id := w.codec.Model.ID()
	name := hex.EncodeToString(id[:])
	w.stats.Model = &name
	payload := append([]byte{modelByID}, id[:]...)
	if w.inline {
		var b bytes.Buffer
		b.WriteByte(modelInline)
		if err := w.codec.Model.Write(&b); err != nil {
			return err
		}
		payload = b.Bytes()
	}
	b := container.AppendSection(nil, container.TagModel, payload)
	w.index.Model, w.index.ModelLength = w.written, int64(len(b))
	w.stats.Sections.Overhead += int64(len(b))
	return w.emit(b)
}

func (w *Writer) emit(b []byte) error {
	n, err := w.w.Write(b)
	w.written += int64(n)
	return err
}

// Close finishes the archive. It fails if values are missing.
func (w *Writer) Close() error {
	if w.closed || w.err != nil {
		return w.err
	}
	w.closed = true
	if w.err = w.ctx.Err(); w.err != nil {
		return w.err
	}
	if w.left > 0 {
		w.err = fmt.Errorf("%w: %s of %v is %d bytes, found %d", array.ErrShape,
			array.FormatShape(w.head.Shape), w.head.DType, w.stats.InputBytes, w.stats.InputBytes-w.left)
		return w.err
	}
	if w.err = w.witness.report(&w.stats); w.err != nil {
		return w.err
	}
	var b []byte
	if !w.index.Implied() {
		b = container.AppendSection(nil, container.TagIndex, w.index.Append(nil))
	}
	if len(b) > math.MaxUint32 {
		w.err = errors.New("too many chunks for the archive's index; make them larger")
		return w.err
	}
	b = container.AppendFooter(b, len(b))
	w.stats.Sections.Overhead += int64(len(b))
	if w.err = w.emit(b); w.err != nil {
		return w.err
	}
	w.finishStats()
	return nil
}

func (w *Writer) finishStats() {
	s := &w.stats
	s.ArchiveBytes = w.written
	s.Ratio, s.BitsPerValue = rates(s.InputBytes, s.ArchiveBytes, w.head.DType)
	s.Keep = w.head.keep.Names()
	switch w.head.kind {
	case chunk.BoundNone:
	case chunk.BoundPointwise:
		s.BoundPwRel, s.MaxPwRelError = &w.head.asked, &w.maxRelative
	case chunk.BoundPSNR:
		s.PSNR = finiteOrNil(w.noise.psnr(w.width, w.head.eps))
		s.BoundAbs = &w.head.eps
	default:
		s.BoundAbs = &w.head.eps
	}
	s.Predictor = mostUsed(w.used)
	w.finishModel()
	s.Seconds = time.Since(w.start).Seconds()
}

// rates returns the compression ratio and the bits per value.
func rates(input, archive int64, d array.DType) (ratio, bits float64) {
	if values := input / int64(d.Size()); values > 0 {
		bits = 8 * float64(archive) / float64(values)
	}
	return float64(input) / float64(archive), bits
}

// mostUsed returns the name that most values go by, the first of equals.
func mostUsed(used map[string]int) string {
	best := "none"
	for name, n := range used {
		if n > used[best] || n == used[best] && name < best {
			best = name
		}
	}
	return best
}

// Stats reports on a closed Writer.
func (w *Writer) Stats() Stats { return w.stats }
