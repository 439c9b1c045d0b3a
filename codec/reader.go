package codec

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"

	"github.com/morselcodec/morsel/codec/internal/chunk"
	"github.com/morselcodec/morsel/codec/internal/container"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/wire"
)

// Reader decodes an archive from a stream, in order. It holds a few slabs of
// chunks in memory, not the array. It is for one goroutine at a time, and has
// several of its own only while Read lasts.
type Reader struct {
	sections *container.Reader
	version  int
	head     *header
	models   modelFinder
	index    container.Index
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
	rd := &Reader{sections: container.NewReader(r, 0, container.StreamRead), models: modelFinder{find: o.Models, memory: o.maxMemory()}}
	rd.sections.MaxMemory = o.maxMemory()
	if err := rd.start(o); err != nil {
		return nil, err
	}
	rd.index.First = rd.sections.Offset
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
	if r.version, err = r.sections.Prologue(); err != nil {
		return err
	}
	sec, err := r.sections.Next()
	if err != nil {
		return err
	}
	if sec.Tag != container.TagHeader {
		return fault.At(container.SectionName(sec.Tag), sec.Offset, errors.New("expected the header first"))
	}
	if r.head, err = parseHeader(sec.Payload); err != nil {
		return fault.At("header", sec.Offset, err)
	}
	if err := r.head.checkSize(o.maxBytes()); err != nil {
		return err
	}
	r.sections.MaxChunk = r.head.maxChunkBytes()
	return r.ancillary()
}

// ancillary reads the sections between header and first chunk.
func (r *Reader) ancillary() error {
	named := false
	// An error of Peek comes again when the next section is read.
	for b, _ := r.sections.R.Peek(1); len(b) > 0 && b[0]&wire.Ancillary != 0; b, _ = r.sections.R.Peek(1) {
		sec, err := r.sections.Next()
		if err != nil {
			return err
		}
		if sec.Tag != container.TagName {
			continue
		}
		name := string(sec.Payload)
		switch {
		case named:
			return fault.At("name", sec.Offset, errors.New("the array has a name already"))
		case name == "" || name != cleanName(name):
			return fault.At("name", sec.Offset, fmt.Errorf("%d bytes that are not UTF-8 of 1 to %d", len(name), maxName))
		}
		r.head.Name, named = name, true
	}
	return nil
}

// chunk reads the section of the next chunk, and a model section before it.
func (r *Reader) chunk(ordinal int) (*chunk.Chunk, error) {
	for {
		sec, err := r.sections.Next()
		if err != nil {
			return nil, err
		}
		switch {
		case sec.Tag == container.TagChunk:
			data, err := chunk.Parse(sec.Payload, ordinal)
			if err != nil {
				return nil, fault.At("chunk", sec.Offset, err)
			}
			if data.UsesModel() && r.index.ModelLength == 0 {
				return nil, fault.At("chunk", sec.Offset, errNoModel)
			}
			data.Offset, data.Length = sec.Offset, sec.Length
			r.index.Lengths = append(r.index.Lengths, sec.Length)
			return data, nil
		case sec.Tag == container.TagModel && r.index.ModelLength == 0:
			if err := r.models.section(sec.Payload); err != nil {
				return nil, fault.Corrupt("model", sec.Offset, err)
			}
			r.index.Model, r.index.ModelLength = sec.Offset, sec.Length
		default:
			return nil, fault.At(container.SectionName(sec.Tag), sec.Offset, fmt.Errorf("expected chunk %d", ordinal))
		}
	}
}

// finish checks what follows the last chunk.
func (r *Reader) finish() error {
	if r.index.Implied() {
		return r.sections.Footer(0)
	}
	sec, err := r.sections.Next()
	if err != nil {
		return err
	}
	if sec.Tag != container.TagIndex {
		return fault.At(container.SectionName(sec.Tag), sec.Offset, errors.New("expected the index"))
	}
	x, err := container.ParseIndex(sec.Payload, len(r.index.Lengths))
	if err != nil {
		return fault.At("index", sec.Offset, err)
	}
	if len(x.Lengths) == 0 {
		x.Lengths = r.index.Lengths
	}
	if !reflect.DeepEqual(*x, r.index) {
		return fault.At("index", sec.Offset, errors.New("it does not list the chunks that are there"))
	}
	return r.sections.Footer(sec.Length)
}

// Header returns the array's description.
func (r *Reader) Header() array.Header { return r.head.Header }

// Read gives the decoded values, row-major, as little-endian elements. It
// returns io.EOF only if the whole archive was sound, its last byte included.
func (r *Reader) Read(p []byte) (int, error) { return r.out.Read(p) }
