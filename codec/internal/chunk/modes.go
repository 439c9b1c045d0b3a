package chunk

import (
	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/tiling"
)

// Modes of chunks, by the number that the format gives them.
const (
	Raw = iota
	Constant
	Residual
	Latents
	Pointwise
	Scan
	Modes // how many there are
)

// mode is a way in which a chunk's values are coded.
type mode struct {
	name      string
	needs     uint // blocks that its chunks must have, a bit for each kind
	allows    uint // and others that they may have
	maxValues int  // so that decoding stays below 256 MiB and four times the elements
	decode    func(c *Codec, g *grid.Grid, dst []byte, d *Chunk) error
}

// specialBlocks are the blocks of values that are not predicted.
const specialBlocks = 1<<block.Mask | 1<<block.Unpredictable

// Most values of a chunk, by what decoding a value takes.
const (
	MaxCodedValues     = 1 << 24
	MaxPointwiseValues = 1 << 23
	MaxScanValues      = 1 << 22
	MaxKeepValues      = 1 << 21 // with a keep block
	MaxLine            = 1 << 22 // extent along the last axis, in modes that work line by line
)

var modes = [Modes]mode{
	Raw: {
		name: "raw", needs: 1 << block.Raw,
		maxValues: tiling.MaxChunkValues, decode: decodeRaw,
	},
	Constant: {
		name: "constant", needs: 1 << block.Raw,
		maxValues: tiling.MaxChunkValues, decode: decodeConstant,
	},
	Residual: {
		name: "residual", needs: 1 << block.Residual, allows: specialBlocks | 1<<block.Latents | 1<<block.Stencils | 1<<block.Keep,
		maxValues: MaxCodedValues, decode: typed(decodeResidual[float32], decodeResidual[float64]),
	},
	Latents: {
		name: "latents", needs: 1 << block.Latents, allows: specialBlocks,
		maxValues: MaxCodedValues, decode: typed(decodeLatents[float32], decodeLatents[float64]),
	},
	Pointwise: {
		name: "pointwise", needs: 1<<block.Residual | 1<<block.Signs, allows: specialBlocks | 1<<block.Stencils,
		maxValues: MaxPointwiseValues, decode: typed(decodePointwise[float32], decodePointwise[float64]),
	},
	Scan: {
		name: "scan", needs: 1 << block.Scan, allows: specialBlocks | 1<<block.Table,
		maxValues: MaxScanValues, decode: decodeScan,
	},
}

// codesLines reports whether the mode works line by line.
func codesLines(mode int) bool { return mode == Residual || mode == Latents || mode == Pointwise }
