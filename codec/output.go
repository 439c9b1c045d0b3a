package codec

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec/internal/chunk"
	"github.com/morselcodec/morsel/codec/internal/container"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/internal/wire"
)

// output writes the sections of an archive, one behind the other, and keeps their
// index.
type output struct {
	w        io.Writer
	written  int64 // bytes
	index    container.Index
	sections Sections
	model    *string // SHA-256 of the model that was written; nil: none was
}

// begin writes what stands before the chunks.
func (o *output) begin(h *header) error {
	b := append([]byte(container.MagicHead), container.Version)
	b = wire.AppendSection(b, container.TagHeader, h.payload())
	if name := cleanName(h.Name); name != "" {
		b = wire.AppendSection(b, container.TagName, []byte(name))
	}
	o.index.First = int64(len(b))
	o.sections.Overhead = int64(len(b))
	return o.emit(b)
}

// chunk writes a chunk, whose payload may have most bytes.
func (o *output) chunk(c *chunk.Chunk, most int64) error {
	payload := c.Append(nil)
	if int64(len(payload)) > most {
		return fmt.Errorf("%w: the model's latents take %d bytes for a chunk, more than a reader accepts, %d", fault.ErrLimit, len(payload), most)
	}
	b := wire.AppendSection(nil, container.TagChunk, payload)
	o.index.Lengths = append(o.index.Lengths, int64(len(b)))
	o.sections.count(c, int64(len(b)))
	return o.emit(b)
}

// writeModel writes the model, or its name.
func (o *output) writeModel(m *autoencoder.Model, inline bool) error {
	id := m.ID()
	name := hex.EncodeToString(id[:])
	o.model = &name
	payload := append([]byte{modelByID}, id[:]...)
	if inline {
		var b bytes.Buffer
		b.WriteByte(modelInline)
		if err := m.Write(&b); err != nil {
			return err
		}
		payload = b.Bytes()
	}
	b := wire.AppendSection(nil, container.TagModel, payload)
	o.index.Model, o.index.ModelLength = o.written, int64(len(b))
	o.sections.Overhead += int64(len(b))
	return o.emit(b)
}

// end writes what stands behind the chunks.
func (o *output) end() error {
	var b []byte
	if !o.index.Implied() {
		b = wire.AppendSection(nil, container.TagIndex, o.index.Append(nil))
	}
	if uint64(len(b)) > math.MaxUint32 {
		return errors.New("too many chunks for the archive's index; make them larger")
	}
	b = container.AppendFooter(b, len(b))
	o.sections.Overhead += int64(len(b))
	return o.emit(b)
}

func (o *output) emit(b []byte) error {
	n, err := o.w.Write(b)
	o.written += int64(n)
	return err
}
