package chunk

import (
	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/latent"
	"github.com/morselcodec/morsel/codec/internal/lossless"
	"github.com/morselcodec/morsel/codec/internal/pointwise"
	"github.com/morselcodec/morsel/codec/internal/residual"
)

// ModelSection is about how many bytes naming a model takes, in its section, the
// index and the chunk.
const ModelSection = 48

// latentsOnly codes the chunk without a bound.
func (in *input[T]) latentsOnly() Encoded {
	e := Encoded{Chunk: Chunk{Mode: Latents}}
	latents, estimate, err := latent.Encode(in.Model, in.grid, in.X, in.Special, in.Level)
	if err != nil {
		e.Err = err
		return e
	}
	e.Blocks[block.Latents] = latents
	var unpredictable []int
	for i, v := range latent.Values(in.DType, estimate) {
		if in.Fills.Has(v) && (in.Special == nil || !in.Special[i]) {
			unpredictable = append(unpredictable, i)
		}
	}
	in.Blocks(&e.Blocks, in.grid, unpredictable)
	_, e.Err = in.verify(&e) // for the error that it measures
	return e
}

// smallest returns the smallest encoding within an absolute bound. One that uses
// the model carries the best that does not as its Alternative.
func (in *input[T]) smallest() Encoded {
	best := in.withoutModel()
	if in.Model == nil || best.Err != nil {
		return best
	}
	if latent.Check(in.grid, in.Model) != nil {
		return best // the model is for other arrays
	}
	latents, estimate, err := latent.Encode(in.Model, in.grid, in.X, in.Special, in.Level)
	if err != nil {
		return Encoded{Err: err}
	}
	withModel := in.residual(estimate)
	withModel.Blocks[block.Latents] = latents
	best.Compared = Comparison{Without: best.Blocks.Size(), With: withModel.Blocks.Size()}
	withModel.Compared = best.Compared
	if withModel.Blocks.Size() >= best.Blocks.Size() {
		return best
	}
	if in.Keep != 0 {
		// Guarantees are added to one encoding only, so there is no alternative: the
		// model has to pay for its name in each chunk.
		if withModel.Blocks.Size()+ModelSection >= best.Blocks.Size() {
			return best
		}
		return withModel
	}
	withModel = in.verified(withModel)
	withModel.Alternative = &best
	return withModel
}

// withoutModel returns the best encoding that does not use the model.
func (in *input[T]) withoutModel() Encoded {
	// Guarantees beside a bound, even one that underflows, need the residual.
	if in.Eps == 0 && in.Level >= lossless.LeastLevel && in.grid.Size <= MaxScanValues && (in.Keep == 0 || in.BoundKind == BoundLossless) {
		return in.lossless()
	}
	return in.verified(in.residual(nil))
}

// verified verifies e where the level says so; with guarantees, it is too early for
// that.
func (in *input[T]) verified(e Encoded) Encoded {
	if e.Err == nil && in.decodesAgain() && in.Keep == 0 {
		_, e.Err = in.verify(&e)
	}
	return e
}

// residual codes the chunk by multilevel prediction, from the estimate unless that
// is nil.
func (in *input[T]) residual(estimate []T) Encoded {
	c, err := residual.Encode(&residual.Input[T]{
		Values: in.Values, Grid: in.grid, Estimate: estimate, Eps: in.Eps, Level: in.Level, Alone: in.Alone,
	})
	if err != nil {
		return Encoded{Err: err}
	}
	e := Encoded{Chunk: Chunk{Mode: Residual, Blocks: c.Blocks}, MaxError: c.MaxError}
	if in.Keep != 0 {
		e.values = c.Values
	}
	return e
}

// lossless codes the chunk by a scan.
func (in *input[T]) lossless() Encoded {
	e := Encoded{Chunk: Chunk{Mode: Scan}}
	var unpredictable []int
	e.Blocks, unpredictable = lossless.Encode(in.scan(in.grid), in.Values)
	in.Blocks(&e.Blocks, in.grid, unpredictable)
	e.Err = in.verifyElements(&e, in.grid, in.Elements)
	return e
}

// losslessIntegers codes a chunk of integers that no float holds.
func (c *Codec) losslessIntegers(g *grid.Grid, elements []byte) Encoded {
	e := Encoded{Chunk: Chunk{Mode: Scan, Blocks: lossless.EncodeIntegers(c.scan(g), elements)}}
	e.Err = c.verifyElements(&e, g, elements)
	return e
}

// scan is the input of a scan.
func (c *Codec) scan(g *grid.Grid) *lossless.Input {
	return &lossless.Input{Grid: g, DType: c.DType, Level: c.Level, Alone: c.Alone}
}

// pointwise codes the chunk within the pointwise relative bound.
func (in *input[T]) pointwise() Encoded {
	p := &pointwise.Input[T]{
		Values: in.Values, Grid: in.grid, Bound: in.BoundValue, LogEps: in.LogEps, Level: in.Level, Alone: in.Alone,
	}
	c, ok, err := pointwise.Encode(p)
	if err != nil {
		return Encoded{Err: err}
	}
	if !ok {
		return in.smallest()
	}
	e := Encoded{Chunk: Chunk{Mode: Pointwise, Blocks: c.Blocks}, MaxError: c.MaxError, MaxRelative: c.MaxRelative}
	if in.Level >= decodeAgainLevel {
		e.Err = in.verifyValues(&e, c.Values)
	}
	if e.Err == nil && p.NearlyLossless() {
		return smaller(e, in.smallest())
	}
	return e
}
