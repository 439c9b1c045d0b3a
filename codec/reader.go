package codec

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"

	"github.com/morselcodec/morsel/formats"
)

// Reader decodes an archive from a stream, in order. It holds a few slabs of
// chunks in memory, not the array. It is for one goroutine at a time, and has
// several of its own only while Read lasts.
type Reader struct {
	sections *sectionReader
	version  int
	head     *header
	models   modelFinder
	index    index
	out      *regionReader
}

// NewReader reads an archive up to its header.
func NewReader(ctx context.Context, r io.Reader, o *DecodeOptions) (*Reader, error) {
	if o == nil {
		o = &DecodeOptions{}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	rd := &Reader{sections: newSectionReader(r, 0, streamRead), models: modelFinder{find: o.Models, memory: o.maxMemory()}}
	rd.sections.memory = o.maxMemory()
	if err := rd.start(o); err != nil {
		return nil, err
	}
	rd.index.first = rd.sections.offset
	rd.out = newRegionReader(ctx, rd.head, o, make([]int, len(rd.head.Shape)), rd.head.Shape)
	rd.out.model, rd.out.fetch, rd.out.end = rd.models.get, rd.chunk, rd.finish
	return rd, nil
}

// defaultMaxBytes is the largest array that is decoded unless the caller says
// otherwise.
const defaultMaxBytes = 1 << 40

// start reads prologue, header and name.
func (r *Reader) start(o *DecodeOptions) error {
	var err error
	if r.version, err = r.sections.prologue(); err != nil {
		return err
	}
	sec, err := r.sections.any()
	if err != nil {
		return err
	}
	if sec.tag != tagHeader {
		return &CorruptError{sectionName(sec.tag), sec.offset, errors.New("expected the header first")}
	}
	if r.head, err = parseHeader(sec.payload); err != nil {
		return &CorruptError{"header", sec.offset, err}
	}
	if err := r.head.checkSize(o.maxBytes()); err != nil {
		return err
	}
	r.sections.chunk = r.head.maxChunkBytes()
	return r.ancillary()
}

// ancillary reads the sections between header and first chunk.
func (r *Reader) ancillary() error {
	named := false
	// An error of Peek comes again when the next section is read.
	for b, _ := r.sections.r.Peek(1); len(b) > 0 && b[0]&ancillary != 0; b, _ = r.sections.r.Peek(1) {
		sec, err := r.sections.any()
		if err != nil {
			return err
		}
		if sec.tag != tagName {
			continue
		}
		name := string(sec.payload)
		switch {
		case named:
			return &CorruptError{"name", sec.offset, errors.New("the array has a name already")}
		case name == "" || name != cleanName(name):
			return &CorruptError{"name", sec.offset, fmt.Errorf("%d bytes that are not UTF-8 of 1 to %d", len(name), maxName)}
		}
		r.head.Name, named = name, true
	}
	return nil
}

// chunk reads the section of the next chunk, and a model section before it.
func (r *Reader) chunk(ordinal int) (*chunkData, error) {
	for {
		sec, err := r.sections.any()
		if err != nil {
			return nil, err
		}
		switch {
		case sec.tag == tagChunk:
			data, err := parseChunk(sec.payload, ordinal)
			if err != nil {
				return nil, &CorruptError{"chunk", sec.offset, err}
			}
			if data.usesModel() && r.index.modelLength == 0 {
				return nil, &CorruptError{"chunk", sec.offset, errNoModel}
			}
			data.offset, data.length = sec.offset, sec.length
			r.index.lengths = append(r.index.lengths, sec.length)
			return data, nil
		case sec.tag == tagModel && r.index.modelLength == 0:
			if err := r.models.section(sec.payload); err != nil {
				return nil, corrupt("model", sec.offset, err)
			}
			r.index.model, r.index.modelLength = sec.offset, sec.length
		default:
			return nil, &CorruptError{sectionName(sec.tag), sec.offset, fmt.Errorf("expected chunk %d", ordinal)}
		}
	}
}

// finish checks what follows the last chunk.
func (r *Reader) finish() error {
	if r.index.implied() {
		return r.sections.footer(0)
	}
	sec, err := r.sections.any()
	if err != nil {
		return err
	}
	if sec.tag != tagIndex {
		return &CorruptError{sectionName(sec.tag), sec.offset, errors.New("expected the index")}
	}
	x, err := parseIndex(sec.payload, len(r.index.lengths))
	if err != nil {
		return &CorruptError{"index", sec.offset, err}
	}
	if len(x.lengths) == 0 {
		x.lengths = r.index.lengths
	}
	if !reflect.DeepEqual(*x, r.index) {
		return &CorruptError{"index", sec.offset, errors.New("it does not list the chunks that are there")}
	}
	return r.sections.footer(sec.length)
}

// Header returns the array's description.
func (r *Reader) Header() formats.Header { return r.head.Header }

// Read gives the decoded values, row-major, as little-endian elements. It
// returns io.EOF only if the whole archive was sound, its last byte included.
func (r *Reader) Read(p []byte) (int, error) { return r.out.Read(p) }

// Archive gives random access to an archive. Several goroutines may use it at
// once, if its ReaderAt lets them: each gets values of its own from the Source
// of a Region, also from the same one.
type Archive struct {
	r       io.ReaderAt
	size    int64
	version int
	head    *header
	index   *index
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
	front := &Reader{sections: newSectionReader(io.NewSectionReader(r, 0, size), 0, headRead)}
	front.sections.memory = o.maxMemory()
	if err := front.start(o); err != nil {
		return nil, err
	}
	a := &Archive{r: r, size: size, version: front.version, head: front.head, options: *o, models: modelFinder{find: o.Models, memory: o.maxMemory()}}
	if err := a.readIndex(front.sections.offset); err != nil {
		return nil, err
	}
	at := a.index.first
	for _, n := range a.index.lengths {
		if a.index.modelLength > 0 && at == a.index.model {
			at += a.index.modelLength
		}
		a.offsets = append(a.offsets, at)
		at += n
	}
	if at != a.indexAt {
		return nil, &CorruptError{"index", a.indexAt, fmt.Errorf("the sections that it lists end at byte %d", at)}
	}
	return a, nil
}

// readIndex reads the index of an archive whose first section behind the header
// and the ancillary ones is at first.
func (a *Archive) readIndex(first int64) error {
	at := a.size - footerLen
	var b [footerLen]byte
	if at < first {
		return &CorruptError{"footer", first, fmt.Errorf("truncated: expected %d more bytes, found %d", footerLen, a.size-first)}
	}
	if err := newSectionReader(io.NewSectionReader(a.r, at, footerLen), at, footerLen).full(b[:]); err != nil {
		return corrupt("footer", at, err)
	}
	if err := checkFooter(b, -1); err != nil {
		return &CorruptError{"footer", at, err}
	}
	length := int64(uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24)
	if length == 0 && a.head.tiles.total <= 1 {
		a.indexAt = at
		a.index = &index{first: first}
		if a.head.tiles.total == 1 {
			a.index.lengths = []int64{at - first}
		}
		return nil
	}
	sec, err := a.section(at-length, length, tagIndex)
	if err != nil {
		return err
	}
	a.indexAt = sec.offset
	if a.index, err = parseIndex(sec.payload, a.head.tiles.total); err != nil {
		return &CorruptError{"index", sec.offset, err}
	}
	switch {
	case a.index.implied():
		return &CorruptError{"index", sec.offset, errors.New("an archive of one chunk without a model has none")}
	case a.index.first != first:
		return &CorruptError{"index", sec.offset, fmt.Errorf("chunks begin at byte %d, it says %d", first, a.index.first)}
	}
	if a.index.modelLength > 0 {
		sec, err := a.section(a.index.model, a.index.modelLength, tagModel)
		if err != nil {
			return err
		}
		if err := a.models.section(sec.payload); err != nil {
			return corrupt("model", sec.offset, err)
		}
	}
	return nil
}

// section reads the section with the given place and tag.
func (a *Archive) section(offset, length int64, tag byte) (section, error) {
	if offset < 0 || offset > a.size || length > a.size-offset {
		return section{}, &CorruptError{sectionName(tag), offset, errors.New("lies outside the archive")}
	}
	s := newSectionReader(io.NewSectionReader(a.r, offset, length), offset, int(min(length, streamRead)))
	s.memory, s.chunk = a.options.maxMemory(), a.head.maxChunkBytes()
	sec, err := s.any()
	if err != nil {
		return sec, err
	}
	if sec.tag != tag || sec.length != length {
		return sec, &CorruptError{sectionName(tag), offset, errors.New("is not where the index says")}
	}
	return sec, nil
}

func (a *Archive) chunk(ordinal int) (*chunkData, error) {
	sec, err := a.section(a.offsets[ordinal], a.index.lengths[ordinal], tagChunk)
	if err != nil {
		return nil, err
	}
	data, err := parseChunk(sec.payload, ordinal)
	if err != nil {
		return nil, &CorruptError{"chunk", sec.offset, err}
	}
	if data.usesModel() && (a.index.modelLength == 0 || sec.offset < a.index.model) {
		return nil, &CorruptError{"chunk", sec.offset, errNoModel}
	}
	data.offset, data.length = sec.offset, sec.length
	return data, nil
}

// Header returns the array's description.
func (a *Archive) Header() formats.Header { return a.head.Header }

// Region returns a Source of the values with lo[i] ≤ index i < hi[i]. Only the
// chunks that hold some of them are read and decoded.
func (a *Archive) Region(ctx context.Context, lo, hi []int) (formats.Source, error) {
	shape := a.head.Shape
	if len(lo) != len(shape) || len(hi) != len(shape) {
		return formats.Source{}, fmt.Errorf("%w: a region of rank %d in an array of rank %d", formats.ErrShape, len(lo), len(shape))
	}
	for i := range shape {
		if lo[i] < 0 || hi[i] < lo[i] || hi[i] > shape[i] {
			return formats.Source{}, fmt.Errorf("%w: region %d:%d of axis %d, which has %d", formats.ErrShape, lo[i], hi[i], i, shape[i])
		}
	}
	h := a.head.Header
	h.Shape = extent(lo, hi)
	return formats.Source{Header: h, Values: func() (io.ReadCloser, error) {
		r := newRegionReader(ctx, a.head, &a.options, lo, hi)
		r.model, r.fetch = a.models.get, a.chunk
		return io.NopCloser(r), nil
	}}, nil
}

// Info describes the archive. It reads all of it, but decodes nothing.
func (a *Archive) Info(ctx context.Context) (Info, error) {
	h := a.head
	values, _ := formats.CheckShape(h.Shape)
	info := Info{
		Version: a.version, Name: h.Name, DType: h.DType.String(), Shape: h.Shape, Chunk: h.tiles.chunk, Chunks: h.tiles.total,
		InputBytes: values * int64(h.DType.Size()), ArchiveBytes: a.size, Bound: h.kind.String(), BoundValue: h.asked,
		Fill: listed(h.fills), FillDeclared: h.fills != nil, Keep: h.guarantees(), InlineModel: a.models.inline,
	}
	info.Ratio, info.BitsPerValue = rates(info.InputBytes, a.size, h.DType)
	if h.kind != boundNone && h.kind != boundPointwise {
		info.BoundAbs = &h.eps
	}
	if a.index.modelLength > 0 {
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
		lo, hi := h.tiles.box(i)
		used[data.predictor()] += product(extent(lo, hi))
		info.Sections.count(data, 0)
	}
	info.Predictor = mostUsed(used)
	return info, nil
}
