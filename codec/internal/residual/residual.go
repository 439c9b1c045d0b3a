// Package residual codes the values of a chunk by multilevel prediction, as
// section 8 of FORMAT.md says: a traversal of the grid from coarse to fine, a
// prediction of each value by package predict, the prediction errors quantised as
// bins by package quant, and a coder of bins. It is chunk mode 2, and codes the
// logarithms of mode 4.
//
// The magnitude of a bin is its absolute value up to 127. What is known around a
// point, magnitudes and signs of bins and differences of values, is the context
// that a coder codes its bin in; contexts count in classes, such as the magnitude
// class, and the pass class of a level and an axis.
//
// A new coder of bins is a file and a row of the table in coders.go. A new
// predictor belongs to package predict.
package residual

import (
	"fmt"

	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/predict"
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/formats/array"
)

// Input is a chunk to code.
type Input[T array.Float] struct {
	*special.Values[T]
	Grid     *grid.Grid
	Estimate []T     // of each value, by a model; nil: none
	Eps      float64 // the absolute bound, 0: every bit is kept
	Level    int     // of effort, 1 to 9
	Alone    bool    // the chunk is the whole array
}

// Coded is a chunk as it was coded.
type Coded[T array.Float] struct {
	Blocks        block.List // with those of special values if the input has elements
	Values        []T        // as decoded
	Unpredictable []int      // indices of values that no bin reaches, which the caller stores if the input has no elements
	MaxError      float64    // the largest |x−x̂| of values that are not special
}

// Encode codes the chunk in the configuration, of those that the level tries, that
// takes the fewest bytes.
func Encode[T array.Float](in *Input[T]) (best Coded[T], err error) {
	for i, conf := range in.configs() {
		c, err := in.encode(conf)
		if err != nil {
			return Coded[T]{}, err
		}
		if i == 0 || c.Blocks.Size() < best.Blocks.Size() {
			best = c
		}
	}
	return best, nil
}

// narrowing returns the quantiser byte.
func (in *Input[T]) narrowing() uint8 {
	if in.Eps == 0 {
		return quant.Lossless
	}
	return quant.NarrowingFor[T](in.DType, in.Eps, in.Largest)
}

// encode codes the chunk in one configuration.
func (in *Input[T]) encode(conf config) (c Coded[T], err error) {
	h := head{coder: conf.coder, narrowing: in.narrowing(), order: conf.order}
	c.Values = make([]T, len(in.X))
	t := newTraversal(in.Grid, in.DType, in.Eps, &h, c.Values, in.Estimate)
	if in.Special != nil {
		if t.uncoded, err = special.PresetUncoded(c.Values, in.Mask, in.Unpredictable, in.DType); err != nil {
			return c, err
		}
	}
	fit := predict.Fit[T]{X: in.Ordinary, Special: in.Special, Quant: &t.quant, Points: conf.fit}
	coder := coders[h.coder].encoder(in.Grid, h.append(nil))
	t.use(predict.ForEncoding(&t.Chunk, &fit), coder)
	c.Unpredictable, c.MaxError = t.encode(in.X, in.Fills)
	c.Blocks[block.Residual] = coder.finish()
	t.predictor.AddBlock(&c.Blocks)
	if in.Elements != nil {
		in.Blocks(&c.Blocks, in.Grid, c.Unpredictable)
	}
	return c, nil
}

// Output says what a coded chunk decodes to.
type Output[T array.Float] struct {
	Grid     *grid.Grid
	DType    array.DType
	Eps      float64 // the absolute bound, as the header has it
	Estimate []T     // as the chunk was coded with
	Values   []T     // where special values are there, NaN for those that take no part in prediction
	Uncoded  []bool  // values that are not coded; nil for none
}

// Decode sets the values that are coded, from the blocks.
func Decode[T array.Float](out *Output[T], blocks *block.List) error {
	h, err := parseHead(blocks[block.Residual], out.Grid.Rank, out.Eps)
	if err != nil {
		return err
	}
	t := newTraversal(out.Grid, out.DType, out.Eps, &h, out.Values, out.Estimate)
	t.uncoded = out.Uncoded
	coder, err := coders[h.coder].decoder(out.Grid, h.codes)
	if err != nil {
		return err
	}
	p, err := predict.ForDecoding(&t.Chunk, blocks)
	if err != nil {
		return fmt.Errorf("stencils: %w", err)
	}
	t.use(p, coder)
	if err := t.decode(); err != nil {
		return err
	}
	if out.DType.IsInteger() && t.quant.Lossless() { // other bins are rounded to integers
		return quant.CheckIntegers(out.DType, out.Values, out.Uncoded)
	}
	return nil
}
