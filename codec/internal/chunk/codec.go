// Package chunk codes the chunks of an archive, each without the others: a [Chunk]
// is a number, a mode and the blocks that the mode has.
//
// Encoding tries the modes that the level of effort allows, and takes the smallest
// encoding that verifies; what an archive guarantees beside the bound is added to
// that. To verify is to decode what was encoded and to compare it with the original.
// Decoding does what the mode says. The modes themselves are rooms below: residual,
// latent, pointwise, lossless and pack; keep adds guarantees. A new mode is a row of
// the table in modes.go.
//
// See section 5 of FORMAT.md, "Chunk".
package chunk

import (
	"context"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/interrupt"
	"github.com/morselcodec/morsel/codec/internal/keep"
	"github.com/morselcodec/morsel/formats/array"
)

// BoundKind is the kind of bound that the user gave.
type BoundKind uint8

// The kinds of bounds, by the number that the format gives them.
const (
	BoundAbs BoundKind = iota
	BoundRel
	BoundPSNR
	BoundLossless
	BoundNone
	BoundPointwise
	BoundKinds // how many there are
)

// String returns the name that the format gives the kind.
func (k BoundKind) String() string {
	return [...]string{"abs", "rel", "psnr", "lossless", "none", "pwrel"}[k]
}

// Params is what coding a chunk needs to know of its archive.
type Params struct {
	DType      array.DType
	BoundKind  BoundKind
	BoundValue float64         // the bound as the user gave it, in the kind's unit
	Eps        float64         // the absolute bound ε; 0: lossless, +Inf: none
	LogEps     float64         // δ, for BoundPointwise; 0: no bins of logarithms will do
	Fills      []array.Element // elements that stand for no data
	Keep       keep.Set        // the guarantees beside the bound
	Alone      bool            // there is one chunk, the whole array
}

// Codec codes the chunks of one archive; any number of goroutines may use it at once.
type Codec struct {
	Params
	Ctx   context.Context    // ends the work; nil: nothing does
	Level int                // of effort, 1 to 9; only encoding asks
	Model *autoencoder.Model // nil: none
}

// grid returns the grid of a chunk; loops over it end with the context.
func (c *Codec) grid(shape []int) grid.Grid {
	g := grid.New(shape)
	if c.Ctx != nil {
		g.Watch = interrupt.New(c.Ctx)
	}
	return g
}
