// Package residual codes the values of a chunk by multilevel prediction: a walk
// over the grid from coarse to fine, a predictor for each pass, the quantised
// errors of prediction as bins, and a coder for the bins. See "Residual" in
// FORMAT.md.
//
// A new coder of bins implements [coder] and gets a number in coders.go.
package residual

import (
	"slices"

	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/predict"
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/formats/array"
)

// Input is a chunk to code.
type Input[T array.Float] struct {
	*special.Values[T]
	Grid  *grid.Grid
	Guide []T     // an estimate of each value; nil: none
	Eps   float64 // the absolute bound, 0: every bit is kept
	Level int     // of effort, 1 to 9
	Alone bool    // the chunk is the whole array
}

// Coded is a chunk as it was coded.
type Coded[T array.Float] struct {
	Blocks        block.List // with those of special values if the input has elements
	Values        []T        // as decoded
	Unpredictable []int      // values that no bin reaches, where the input has no elements to store
	MaxError      float64    // the largest |x−x̂| of values that are not special
}

// Encode codes the chunk in the best of the ways that the level tries.
func Encode[T array.Float](in *Input[T]) (best Coded[T], err error) {
	for i, a := range in.attempts() {
		c, err := in.encode(a)
		if err != nil {
			return Coded[T]{}, err
		}
		if i == 0 || c.Blocks.Size() < best.Blocks.Size() {
			best = c
		}
	}
	return best, nil
}

// shrink returns the quantiser byte.
func (in *Input[T]) shrink() uint8 {
	if in.Eps == 0 {
		return quant.ShrinkLossless
	}
	return quant.ShrinkFor[T](in.DType, in.Eps, in.Largest)
}

// encode codes the chunk in one way.
func (in *Input[T]) encode(a attempt) (c Coded[T], err error) {
	h := head{coder: uint8(a.coder), shrink: in.shrink(), order: a.order}
	c.Values = make([]T, len(in.X))
	w := newWalker(in.Grid, &h, c.Values, quant.New[T](in.DType, in.Eps, h.shrink))
	w.fills = in.Fills
	if in.Special != nil {
		if w.skip, err = special.Preset(c.Values, in.Mask, in.Exact, in.DType); err != nil {
			return c, err
		}
	}
	spline := predict.Cubic[T]{Grid: in.Grid, Values: c.Values, Guide: in.Guide}
	w.pred = &spline
	fit := &predict.Fitter[T]{Stencils: predict.Stencils[T]{Cubic: spline}, X: in.Bare, Special: in.Special, Quant: &w.quant, Points: a.fit}
	if a.fit > 0 && in.Guide == nil && in.Eps > 0 {
		w.pred = fit
	}
	coder := coders[a.coder].encoder(in.Grid, h.append(nil))
	w.coder = coder
	c.Unpredictable = w.encode(in.X)
	c.Blocks[block.Residual] = coder.finish()
	if slices.ContainsFunc(fit.Plans, func(s predict.Stencil) bool { return s.Precision > 0 }) {
		rc := rangecoder.NewEncoder(nil)
		predict.CodeStencils(rc, in.Grid, in.Grid.Passes(w.order), fit.Plans)
		c.Blocks[block.Stencils] = rc.Finish()
	}
	c.MaxError = w.worst
	if in.Elements != nil {
		in.Blocks(&c.Blocks, in.Grid, c.Unpredictable)
	}
	return c, nil
}

// Output says what a coded chunk decodes to.
type Output[T array.Float] struct {
	Grid   *grid.Grid
	DType  array.DType
	Eps    float64 // of the header
	Guide  []T     // as it was coded with
	Values []T     // where special values are there, NaN for those that have no number
	Skip   []bool  // values that are not coded; nil for none
}

// Decode fills values in from the blocks.
func Decode[T array.Float](out *Output[T], blocks *block.List) error {
	h, err := parseHead(blocks[block.Residual], out.Grid.Rank, out.Eps)
	if err != nil {
		return err
	}
	w := newWalker(out.Grid, &h, out.Values, quant.New[T](out.DType, out.Eps, h.shrink))
	w.skip = out.Skip
	spline := predict.Cubic[T]{Grid: out.Grid, Values: out.Values, Guide: out.Guide}
	w.pred = &spline
	if b := blocks[block.Stencils]; b != nil {
		passes := out.Grid.Passes(w.order)
		s := &predict.Stencils[T]{Cubic: spline, Plans: make([]predict.Stencil, len(passes))}
		predict.CodeStencils(rangecoder.NewDecoder(b), out.Grid, passes, s.Plans)
		w.pred = s
	}
	if w.coder, err = coders[h.coder].decoder(out.Grid, h.codes); err != nil {
		return err
	}
	return w.decode()
}
