// Package chunk codes the chunks of an archive, which stand for themselves: a chunk
// is a number, a mode and the blocks that the mode has. See "Chunk" in FORMAT.md.
//
// Encoding tries the ways that the level of effort allows, each of which is a room
// of its own beside this one, and keeps the smallest result that verifies; what
// is to hold beyond the bound is added then. Decoding does what the mode says.
// A new mode is a row of the table in modes.go.
package chunk

import (
	"context"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/interrupt"
	"github.com/morselcodec/morsel/codec/internal/keep"
	"github.com/morselcodec/morsel/formats/array"
)

// BoundKind is how the user gave the bound.
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

func (k BoundKind) String() string {
	return [...]string{"abs", "rel", "psnr", "lossless", "none", "pwrel"}[k]
}

// Params is what coding a chunk needs to know of its archive.
type Params struct {
	DType      array.DType
	BoundKind  BoundKind
	BoundValue float64         // the bound as the user gave it
	Eps        float64         // absolute; 0: lossless, +Inf: none
	LogEps     float64         // of logarithms, for BoundPointwise; 0: there are none
	Fills      []array.Element // that stand for no data
	Keep       keep.Set        // what is to hold beside the bound
	Alone      bool            // there is one chunk, the whole array
}

// Codec codes chunks; any number of goroutines may use one.
type Codec struct {
	Params
	Ctx   context.Context    // ends the work; nil: nothing does
	Level int                // of effort, 1 to 9; only encoding asks
	Model *autoencoder.Model // nil: none
}

// grid returns the grid of a chunk, whose loops end with the context.
func (c *Codec) grid(shape []int) grid.Grid {
	g := grid.New(shape)
	if c.Ctx != nil {
		g.Watch = interrupt.New(c.Ctx)
	}
	return g
}
