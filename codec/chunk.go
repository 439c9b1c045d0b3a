package codec

import (
	"context"
	"encoding/binary"
	"fmt"

	"github.com/morselcodec/morsel/autoencoder"
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

// Block kinds, in the order in which they stand.
const (
	blockRaw = 1 + iota
	blockMask
	blockExact
	blockLatents
	blockStencils
	blockResidual
	blockKeep
	blockSigns
	blockScan
	blockTable
	blockKinds
)

// lastBlock marks the last block, which reaches to the end of the section.
const lastBlock = 1 << 6

// Which blocks a mode must have, and may have, by kind.
var (
	blocksNeeded = [modes]uint{
		modeRaw: 1 << blockRaw, modeConstant: 1 << blockRaw, modeResidual: 1 << blockResidual, modeLatents: 1 << blockLatents,
		modePointwise: 1<<blockResidual | 1<<blockSigns, modeScan: 1 << blockScan,
	}
	blocksAllowed = [modes]uint{
		modeRaw: 1 << blockRaw, modeConstant: 1 << blockRaw,
		modeResidual:  1<<blockMask | 1<<blockExact | 1<<blockLatents | 1<<blockStencils | 1<<blockResidual | 1<<blockKeep,
		modeLatents:   1<<blockMask | 1<<blockExact | 1<<blockLatents,
		modePointwise: 1<<blockMask | 1<<blockExact | 1<<blockStencils | 1<<blockResidual | 1<<blockSigns,
		modeScan:      1<<blockMask | 1<<blockExact | 1<<blockScan | 1<<blockTable,
	}
)

// chunkData is a chunk section's payload taken apart.
type chunkData struct {
	ordinal int
	mode    int
	block   [blockKinds][]byte // nil where absent
	offset  int64              // of the section in the archive it was read from
	length  int64              // of the section
}

func (c *chunkData) usesModel() bool { return c.block[blockLatents] != nil }

func (c *chunkData) append(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(c.ordinal))
	b = append(b, byte(c.mode))
	last := blockKinds - 1
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
	f := fields{b: payload}
	c := &chunkData{ordinal: int(f.uvarint(1 << 62)), mode: int(f.u8())}
	if f.err == nil && c.ordinal != ordinal {
		return nil, fmt.Errorf("expected chunk %d, found %d", ordinal, c.ordinal)
	}
	if f.err == nil && c.mode >= modes {
		return nil, fmt.Errorf("%w: unknown chunk mode %d in an archive of version %d", ErrVersion, c.mode, versionWritten)
	}
	last, have := -1, uint(0)
	for ended := false; f.err == nil && !ended; {
		kind := f.u8()
		n := uint64(len(f.b))
		if ended = kind&lastBlock != 0; !ended {
			n = f.uvarint(maxSection)
		}
		b := f.bytes(int(n))
		kind &^= lastBlock
		switch {
		case f.err != nil:
		case int(kind) <= last:
			f.fail("block %d after block %d", kind, last)
		case kind&ancillary != 0:
		case kind == 0 || kind >= blockKinds:
			return nil, fmt.Errorf("%w: unknown critical block %d", ErrVersion, kind)
		default:
			if b == nil {
				b = []byte{}
			}
			c.block[kind] = b
			have |= 1 << kind
		}
		last = int(kind)
	}
	if err := f.end(); err != nil {
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
	mask, latents := n(blockMask)+n(blockExact), n(blockLatents)
	residual := n(blockStencils) + n(blockResidual) + n(blockSigns) + n(blockScan) + n(blockTable) + n(blockRaw)
	s.Mask += mask
	s.Latents += latents
	s.Residual += residual
	s.Keep += n(blockKeep)
	s.Overhead += length - mask - latents - residual - n(blockKeep)
}

// predictor names how the chunk's values are predicted.
func (c *chunkData) predictor() string {
	switch {
	case c.mode == modePointwise && c.block[blockStencils] != nil:
		return "stencil of logarithms"
	case c.mode == modePointwise:
		return "cubic of logarithms"
	case c.mode != modeResidual:
		return modeNames[c.mode]
	case c.block[blockStencils] != nil && c.usesModel():
		return "stencil+model"
	case c.usesModel():
		return "cubic+model"
	case c.block[blockStencils] != nil:
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
func (c *chunkCodec) gridOf(shape []int) grid {
	g := newGrid(shape)
	g.stop = c.interrupt()
	return g
}

// interrupt is nil without a context, which is how some tests code a chunk.
func (c *chunkCodec) interrupt() *interrupt {
	if c.ctx == nil {
		return nil
	}
	return &interrupt{ctx: c.ctx}
}
