package codec

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/morselcodec/morsel/codec/internal/chunk"
	"github.com/morselcodec/morsel/codec/internal/container"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/tiling"
	"github.com/morselcodec/morsel/formats/array"
)

// Archive gives random access to an archive. Several goroutines may use it at
// once, if its ReaderAt lets them: each gets values of its own from the Source
// of a Region, also from the same one.
type Archive struct {
	r       io.ReaderAt
	size    int64
	version int
	head    *header
	index   *container.Index
	indexAt int64   // its offset
	offsets []int64 // of the chunk sections
	models  modelFinder
	options DecodeOptions
}

// Open reads header and index of an archive that is size bytes long.
func Open(ctx context.Context, r io.ReaderAt, size int64, o *DecodeOptions) (*Archive, error) {
	if o == nil {
		o = &DecodeOptions{}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	front := &Reader{sections: container.NewReader(io.NewSectionReader(r, 0, size), 0, container.HeadRead)}
	front.sections.MaxMemory = o.maxMemory()
	if err := front.start(o); err != nil {
		return nil, err
	}
	a := &Archive{r: r, size: size, version: front.version, head: front.head, options: *o, models: modelFinder{find: o.Models, memory: o.maxMemory()}}
	if err := a.readIndex(front.sections.Offset); err != nil {
		return nil, err
	}
	at := a.index.First
	for _, n := range a.index.Lengths {
		if a.index.ModelLength > 0 && at == a.index.Model {
			at += a.index.ModelLength
		}
		a.offsets = append(a.offsets, at)
		at += n
	}
	if at != a.indexAt {
		return nil, fault.At("index", a.indexAt, fmt.Errorf("the sections that it lists end at byte %d", at))
	}
	return a, nil
}

// readIndex reads the index of an archive whose first section behind the header
// and the ancillary ones is at first.
func (a *Archive) readIndex(first int64) error {
	at := a.size - container.FooterLen
	var b [container.FooterLen]byte
	if at < first {
		return fault.At("footer", first, fmt.Errorf("truncated: expected %d more bytes, found %d", container.FooterLen, a.size-first))
	}
	if err := container.NewReader(io.NewSectionReader(a.r, at, container.FooterLen), at, container.FooterLen).ReadFull(b[:]); err != nil {
		return fault.Corrupt("footer", at, err)
	}
	if err := container.CheckFooter(b, -1); err != nil {
		return fault.At("footer", at, err)
	}
	length := int64(uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24)
	if length == 0 && a.head.tiles.Total <= 1 {
		a.indexAt = at
		a.index = &container.Index{First: first}
		if a.head.tiles.Total == 1 {
			a.index.Lengths = []int64{at - first}
		}
		return nil
	}
	sec, err := a.section(at-length, length, container.TagIndex)
	if err != nil {
		return err
	}
	a.indexAt = sec.Offset
	if a.index, err = container.ParseIndex(sec.Payload, a.head.tiles.Total); err != nil {
		return fault.At("index", sec.Offset, err)
	}
	switch {
	case a.index.Implied():
		return fault.At("index", sec.Offset, errors.New("an archive of one chunk without a model has none"))
	case a.index.First != first:
		return fault.At("index", sec.Offset, fmt.Errorf("chunks begin at byte %d, it says %d", first, a.index.First))
	}
	if a.index.ModelLength > 0 {
		sec, err := a.section(a.index.Model, a.index.ModelLength, container.TagModel)
		if err != nil {
			return err
		}
		if err := a.models.section(sec.Payload); err != nil {
			return fault.Corrupt("model", sec.Offset, err)
		}
	}
	return nil
}

// section reads the section at the given offset, of the given tag.
func (a *Archive) section(offset, length int64, tag byte) (container.Section, error) {
	if offset < 0 || offset > a.size || length > a.size-offset {
		return container.Section{}, fault.At(container.SectionName(tag), offset, errors.New("lies outside the archive"))
	}
	s := container.NewReader(io.NewSectionReader(a.r, offset, length), offset, int(min(length, container.StreamRead)))
	s.MaxMemory, s.MaxChunk = a.options.maxMemory(), a.head.maxChunkBytes()
	sec, err := s.Next()
	if err != nil {
		return sec, err
	}
	if sec.Tag != tag || sec.Length != length {
		return sec, fault.At(container.SectionName(tag), offset, errors.New("is not where the index says"))
	}
	return sec, nil
}

func (a *Archive) chunk(ordinal int) (*chunk.Chunk, error) {
	sec, err := a.section(a.offsets[ordinal], a.index.Lengths[ordinal], container.TagChunk)
	if err != nil {
		return nil, err
	}
	data, err := chunk.Parse(sec.Payload, ordinal)
	if err != nil {
		return nil, fault.At("chunk", sec.Offset, err)
	}
	if data.UsesModel() && (a.index.ModelLength == 0 || sec.Offset < a.index.Model) {
		return nil, fault.At("chunk", sec.Offset, errNoModel)
	}
	data.Offset, data.Length = sec.Offset, sec.Length
	return data, nil
}

// Header returns the array's description.
func (a *Archive) Header() array.Header { return a.head.Header }

// Region returns a Source of the values with lo[i] ≤ index i < hi[i]. Only the
// chunks that hold some of them are read and decoded.
func (a *Archive) Region(ctx context.Context, lo, hi []int) (array.Source, error) {
	shape := a.head.Shape
	if len(lo) != len(shape) || len(hi) != len(shape) {
		return array.Source{}, fmt.Errorf("%w: a region of rank %d in an array of rank %d", array.ErrShape, len(lo), len(shape))
	}
	for i := range shape {
		if lo[i] < 0 || hi[i] < lo[i] || hi[i] > shape[i] {
			return array.Source{}, fmt.Errorf("%w: region %d:%d of axis %d, which has %d", array.ErrShape, lo[i], hi[i], i, shape[i])
		}
	}
	h := a.head.Header
	h.Shape = tiling.Extent(lo, hi)
	return array.Source{Header: h, Values: func() (io.ReadCloser, error) {
		r := newRegionReader(ctx, a.head, &a.options, lo, hi)
		r.model, r.fetch = a.models.get, a.chunk
		return io.NopCloser(r), nil
	}}, nil
}

// Info describes the archive. It reads all of it, but decodes nothing.
func (a *Archive) Info(ctx context.Context) (Info, error) {
	h := a.head
	values, _ := array.CheckShape(h.Shape)
	info := Info{
		Version: a.version, Name: h.Name, DType: h.DType.String(), Shape: h.Shape, Chunk: h.tiles.Chunk, Chunks: h.tiles.Total,
		InputBytes: values * int64(h.DType.Size()), ArchiveBytes: a.size, Bound: h.kind.String(), BoundValue: h.asked,
		Fill: listed(h.fills), FillDeclared: h.fills != nil, Keep: h.guarantees(), InlineModel: a.models.inline,
	}
	info.Ratio, info.BitsPerValue = rates(info.InputBytes, a.size, h.DType)
	if h.kind != chunk.BoundNone && h.kind != chunk.BoundPointwise {
		info.BoundAbs = &h.eps
	}
	if a.index.ModelLength > 0 {
		id := fmt.Sprintf("%x", a.models.id)
		info.Model = &id
	}
	used := map[string]int{}
	info.Sections.Overhead = a.size
	for i := range a.offsets {
		if err := ctx.Err(); err != nil {
			return info, err
		}
		data, err := a.chunk(i)
		if err != nil {
			return info, err
		}
		lo, hi := h.tiles.Box(i)
		used[data.Predictor()] += array.Product(tiling.Extent(lo, hi))
		info.Sections.count(data, 0)
	}
	info.Predictor = mostUsed(used)
	return info, nil
}
