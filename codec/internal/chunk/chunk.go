package chunk

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/container"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/internal/wire"
)

// lastBlock is added to the kind of the last block, which reaches to the end of the
// section.
const lastBlock = 1 << 6

// Chunk is a chunk as coded: what the payload of its section holds, and where that is.
type Chunk struct {
	Ordinal int // in the chunk grid, from 0
	Mode    int // Raw to Scan
	Blocks  block.List
	Offset  int64 // of its section in the archive it was read from
	Length  int64 // of its section, tag to checksum
}

// UsesModel reports whether a model is needed to decode the chunk.
func (c *Chunk) UsesModel() bool { return c.Blocks[block.Latents] != nil }

// Append appends the payload of the chunk's section.
func (c *Chunk) Append(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(c.Ordinal))
	b = append(b, byte(c.Mode))
	last := block.Kinds - 1
	for c.Blocks[last] == nil {
		last--
	}
	for kind, payload := range c.Blocks[:last] {
		if payload != nil {
			b = append(b, byte(kind))
			b = binary.AppendUvarint(b, uint64(len(payload)))
			b = append(b, payload...)
		}
	}
	return append(append(b, byte(last)|lastBlock), c.Blocks[last]...)
}

// Parse takes the payload of the section of chunk number ordinal apart, and checks
// that it has the blocks of its mode. Blocks that readers skip are dropped.
func Parse(payload []byte, ordinal int) (*Chunk, error) {
	f := wire.Fields{B: payload}
	c := &Chunk{Ordinal: int(f.Uvarint(min(1<<62, math.MaxInt))), Mode: int(f.U8())}
	if f.Err == nil && c.Ordinal != ordinal {
		return nil, fmt.Errorf("expected chunk %d, found %d", ordinal, c.Ordinal)
	}
	if f.Err == nil && c.Mode >= Modes {
		return nil, fmt.Errorf("%w: unknown chunk mode %d in an archive of version %d", fault.ErrVersion, c.Mode, container.Version)
	}
	last, kinds := -1, uint(0)
	for ended := false; f.Err == nil && !ended; {
		kind := f.U8()
		n := uint64(len(f.B))
		if ended = kind&lastBlock != 0; !ended {
			n = f.Uvarint(container.MaxSection)
		}
		b := f.Bytes(int(n))
		kind &^= lastBlock
		switch {
		case f.Err != nil:
		case int(kind) <= last:
			f.Fail("block %d after block %d", kind, last)
		case kind&wire.Ancillary != 0:
		case kind == 0 || kind >= block.Kinds:
			return nil, fmt.Errorf("%w: unknown critical block %d", fault.ErrVersion, kind)
		default:
			if b == nil {
				b = []byte{}
			}
			c.Blocks[kind] = b
			kinds |= 1 << kind
		}
		last = int(kind)
	}
	if err := f.End(); err != nil {
		return nil, err
	}
	if m := &modes[c.Mode]; kinds&m.needs != m.needs || kinds&^(m.needs|m.allows) != 0 {
		return nil, fmt.Errorf("a %s chunk with the wrong blocks", modes[c.Mode].name)
	}
	return c, nil
}

// Predictor names how the chunk's values are predicted, for statistics.
func (c *Chunk) Predictor() string {
	switch {
	case c.Mode == Pointwise && c.Blocks[block.Stencils] != nil:
		return "stencil of logarithms"
	case c.Mode == Pointwise:
		return "cubic of logarithms"
	case c.Mode != Residual:
		return modes[c.Mode].name
	case c.Blocks[block.Stencils] != nil && c.UsesModel():
		return "stencil+model"
	case c.UsesModel():
		return "cubic+model"
	case c.Blocks[block.Stencils] != nil:
		return "stencil"
	}
	return "cubic"
}
