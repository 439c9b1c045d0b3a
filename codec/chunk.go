package codec

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/interrupt"
	"github.com/morselcodec/morsel/codec/internal/wire"
)

// Chunk modes.
const (
	modeRaw = iota
	modeConstant
	modeResidual
	modeLatents
	modePointwise
	modeScan
	modes
)

var modeNames = [modes]string{"raw", "constant", "residual", "latents", "pointwise", "scan"}

// lastBlock marks the last block, which reaches to the end of the section.
const lastBlock = 1 << 6

// Which blocks a mode must have, and may have, by kind.
var (
	blocksNeeded = [modes]uint{
		modeRaw: 1 << block.Raw, modeConstant: 1 << block.Raw, modeResidual: 1 << block.Residual, modeLatents: 1 << block.Latents,
		modePointwise: 1<<block.Residual | 1<<block.Signs, modeScan: 1 << block.Scan,
	}
	blocksAllowed = [modes]uint{
		modeRaw: 1 << block.Raw, modeConstant: 1 << block.Raw,
		modeResidual:  1<<block.Mask | 1<<block.Exact | 1<<block.Latents | 1<<block.Stencils | 1<<block.Residual | 1<<block.Keep,
		modeLatents:   1<<block.Mask | 1<<block.Exact | 1<<block.Latents,
		modePointwise: 1<<block.Mask | 1<<block.Exact | 1<<block.Stencils | 1<<block.Residual | 1<<block.Signs,
		modeScan:      1<<block.Mask | 1<<block.Exact | 1<<block.Scan | 1<<block.Table,
	}
)

// chunkData is a chunk section's payload taken apart.
type chunkData struct {
	ordinal int
	mode    int
	block   block.List
	offset  int64 // of the section in the archive it was read from
	length  int64 // of the section
}

func (c *chunkData) usesModel() bool { return c.block[block.Latents] != nil }

func (c *chunkData) append(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(c.ordinal))
	b = append(b, byte(c.mode))
	last := block.Kinds - 1
	for c.block[last] == nil {
		last--
	}
	for kind, payload := range c.block[:last] {
		if payload != nil {
			b = append(b, byte(kind))
			b = binary.AppendUvarint(b, uint64(len(payload)))
			b = append(b, payload...)
		}
	}
	return append(append(b, byte(last)|lastBlock), c.block[last]...)
}

func parseChunk(payload []byte, ordinal int) (*chunkData, error) {
	f := wire.Fields{B: payload}
	c := &chunkData{ordinal: int(f.Uvarint(min(1<<62, math.MaxInt))), mode: int(f.U8())}
	if f.Err == nil && c.ordinal != ordinal {
		return nil, fmt.Errorf("expected chunk %d, found %d", ordinal, c.ordinal)
	}
	if f.Err == nil && c.mode >= modes {
		return nil, fmt.Errorf("%w: unknown chunk mode %d in an archive of version %d", fault.ErrVersion, c.mode, versionWritten)
	}
	last, have := -1, uint(0)
	for ended := false; f.Err == nil && !ended; {
		kind := f.U8()
		n := uint64(len(f.B))
		if ended = kind&lastBlock != 0; !ended {
			n = f.Uvarint(wire.MaxSection)
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
			c.block[kind] = b
			have |= 1 << kind
		}
		last = int(kind)
	}
	if err := f.End(); err != nil {
		return nil, err
	}
	if have&blocksNeeded[c.mode] != blocksNeeded[c.mode] || have&^blocksAllowed[c.mode] != 0 {
		return nil, fmt.Errorf("a %s chunk with the wrong blocks", modeNames[c.mode])
	}
	return c, nil
}

// count adds the chunk's bytes to s; length is that of its whole section.
func (s *Sections) count(c *chunkData, length int64) {
	n := func(kind int) int64 { return int64(len(c.block[kind])) }
	mask, latents := n(block.Mask)+n(block.Exact), n(block.Latents)
	residual := n(block.Stencils) + n(block.Residual) + n(block.Signs) + n(block.Scan) + n(block.Table) + n(block.Raw)
	s.Mask += mask
	s.Latents += latents
	s.Residual += residual
	s.Keep += n(block.Keep)
	s.Overhead += length - mask - latents - residual - n(block.Keep)
}

// predictor names how the chunk's values are predicted.
func (c *chunkData) predictor() string {
	switch {
	case c.mode == modePointwise && c.block[block.Stencils] != nil:
		return "stencil of logarithms"
	case c.mode == modePointwise:
		return "cubic of logarithms"
	case c.mode != modeResidual:
		return modeNames[c.mode]
	case c.block[block.Stencils] != nil && c.usesModel():
		return "stencil+model"
	case c.usesModel():
		return "cubic+model"
	case c.block[block.Stencils] != nil:
		return "stencil"
	}
	return "cubic"
}

// chunkCodec is what coding a chunk needs of its archive.
type chunkCodec struct {
	*header
	ctx   context.Context
	level int
	model *autoencoder.Model
}

// gridOf returns the grid of a chunk, whose loops end with the context.
func (c *chunkCodec) gridOf(shape []int) grid.Grid {
	g := grid.New(shape)
	g.Watch = c.interrupt()
	return g
}

// interrupt is nil without a context, which is how some tests code a chunk.
func (c *chunkCodec) interrupt() *interrupt.Watch {
	if c.ctx == nil {
		return nil
	}
	return interrupt.New(c.ctx)
}
