// Package predict estimates the points of a multilevel traversal from values
// reconstructed before: by cubic interpolation (section 8.2 of FORMAT.md) or, in
// passes where it does better, by a stencil (section 8.3). It builds on the
// traversal of package grid and, to fit stencils as encoders do, on quantisers.
//
// A new predictor is a file with a type that implements [Predictor], and its case
// in [ForEncoding] and [ForDecoding].
//
// Inner points are those between two known values along the pass's axis; the base
// b of one is the mean of these two. A tap is one of the known values that a
// stencil weighs. A running mean is a tap that follows what recurs along the
// chunk's first axis.
package predict

import (
	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
	"github.com/morselcodec/morsel/formats/array"
)

// Predictor estimates the points of a line from reconstructed values known
// before the line's pass, and from those of lines before it. Its arithmetic is
// float64 in a fixed order, so that encoder and decoder agree to the last bit on
// every machine.
type Predictor[T array.Float] interface {
	// Begin is called before the lines of a pass.
	Begin(p *grid.Pass)
	// Predict sets dst to the predictions of the points of l.
	Predict(dst []float64, l *grid.Line)
	// AddBlock adds the block that ForDecoding needs to b, if there is one. It is
	// called after the last pass.
	AddBlock(b *block.List)
}

// Chunk is what predictors read.
type Chunk[T array.Float] struct {
	Grid     *grid.Grid
	Passes   []grid.Pass // of the traversal
	Values   []T         // reconstructed so far, in row-major order
	Estimate []T         // of each value by a model; nil: none
}

// Fit is what an encoder fits a predictor to.
type Fit[T array.Float] struct {
	X       []T    // original values
	Special []bool // those that are not coded; nil for none
	Quant   *quant.Quantizer[T]
	Points  int // of a pass that a fit looks at; 0: there is no fit
}

// ForEncoding returns the predictor of an encoder.
func ForEncoding[T array.Float](c *Chunk[T], fit *Fit[T]) Predictor[T] {
	switch {
	case fit.Points > 0 && c.Estimate == nil && !fit.Quant.Lossless():
		return &fitter[T]{stencils: newStencils(c), Fit: *fit}
	default:
		return &interpolation[T]{Chunk: c}
	}
}

// ForDecoding returns the predictor that the blocks of a coded chunk name, and an
// error where its own ends too early.
func ForDecoding[T array.Float](c *Chunk[T], b *block.List) (Predictor[T], error) {
	switch {
	case b[block.Stencils] != nil:
		s := newStencils(c)
		rc := rangecoder.NewDecoder(b[block.Stencils])
		codeStencils(rc, c.Grid, c.Passes, s.byPass)
		return &s, rc.Err()
	default:
		return &interpolation[T]{Chunk: c}, nil
	}
}
