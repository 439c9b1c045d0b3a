package chunk

import (
	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/keep"
	"github.com/morselcodec/morsel/codec/internal/latent"
	"github.com/morselcodec/morsel/codec/internal/lossless"
	"github.com/morselcodec/morsel/codec/internal/pack"
	"github.com/morselcodec/morsel/codec/internal/pointwise"
	"github.com/morselcodec/morsel/codec/internal/residual"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/formats/array"
)

// Decode fills dst with the elements of a chunk of the given shape.
func (c *Codec) Decode(dst []byte, shape []int, ch *Chunk) error {
	g := c.grid(shape)
	return c.decode(dst, &g, ch)
}

func (c *Codec) decode(dst []byte, g *grid.Grid, ch *Chunk) error {
	return modes[ch.Mode].decode(c, g, dst, ch)
}

func decodeRaw(c *Codec, _ *grid.Grid, dst []byte, ch *Chunk) error {
	return fault.InBlock("raw", pack.ParseRaw(dst, ch.Blocks[block.Raw], c.DType.Size()))
}

func decodeConstant(c *Codec, _ *grid.Grid, dst []byte, ch *Chunk) error {
	size := c.DType.Size()
	err := pack.ParseRaw(dst[:size], ch.Blocks[block.Raw], size)
	for n := size; err == nil && n < len(dst); {
		n += copy(dst[n:], dst[:n])
	}
	return fault.InBlock("constant", err)
}

func decodeScan(c *Codec, g *grid.Grid, dst []byte, ch *Chunk) error {
	return lossless.Decode(dst, g, c.DType, &ch.Blocks)
}

// decoding is a chunk of values of type T that is being decoded.
type decoding[T array.Float] struct {
	*Codec
	grid          *grid.Grid
	blocks        *block.List
	mask          *special.Mask          // nil if there is none
	unpredictable *special.Unpredictable // may be empty
	estimate      []T                    // of each value; nil without latents
	values        []T                    // to be set, where they are not special
}

// typed returns the decoder of a mode from what it is for either value type.
func typed(f32 func(*decoding[float32]) error, f64 func(*decoding[float64]) error) func(*Codec, *grid.Grid, []byte, *Chunk) error {
	return func(c *Codec, g *grid.Grid, dst []byte, ch *Chunk) error {
		if c.DType.NeedsFloat64() {
			return decodeValues(c, g, dst, ch, f64)
		}
		return decodeValues(c, g, dst, ch, f32)
	}
}

// decodeValues fills dst with the values that f sets from the blocks of the mode,
// and with special elements.
func decodeValues[T array.Float](c *Codec, g *grid.Grid, dst []byte, ch *Chunk, f func(*decoding[T]) error) error {
	m, list, err := special.Parse(g, c.DType.Size(), ch.Blocks[block.Mask], ch.Blocks[block.Unpredictable])
	if err != nil {
		return err
	}
	d := &decoding[T]{Codec: c, grid: g, blocks: &ch.Blocks, mask: m, unpredictable: list}
	if b := ch.Blocks[block.Latents]; b != nil {
		if c.Model == nil {
			return fault.ErrModelNotFound
		}
		if d.estimate, err = latent.Decode[T](c.Model, g, b); err != nil {
			return fault.InBlock("latents", err)
		}
	}
	d.values = make([]T, g.Size)
	if err := f(d); err != nil {
		return err
	}
	array.Demote(dst, d.values, c.DType)
	special.Restore(dst, m, list, c.DType.Size())
	return nil
}

func decodeLatents[T array.Float](d *decoding[T]) error {
	d.values = latent.Values(d.DType, d.estimate)
	return nil
}

func decodePointwise[T array.Float](d *decoding[T]) error {
	out := &pointwise.Output[T]{Grid: d.grid, DType: d.DType, Bound: d.BoundValue, LogEps: d.LogEps, Values: d.values}
	return fault.InBlock("residual", pointwise.Decode(out, d.mask, d.unpredictable, d.blocks))
}

func decodeResidual[T array.Float](d *decoding[T]) error {
	uncoded, err := special.PresetUncoded(d.values, d.mask, d.unpredictable, d.DType)
	if err == nil {
		out := &residual.Output[T]{Grid: d.grid, DType: d.DType, Eps: d.Eps, Estimate: d.estimate, Values: d.values, Uncoded: uncoded}
		err = residual.Decode(out, d.blocks)
	}
	if err != nil {
		return fault.InBlock("residual", err)
	}
	b := d.blocks[block.Keep]
	if b == nil {
		return nil
	}
	in := &keep.Input[T]{Grid: d.grid, DType: d.DType, Fills: special.FillsAs[T](d.DType, d.Fills), Eps: d.Eps, Values: d.values}
	return fault.InBlock("keep", keep.Restore(in, d.mask, d.unpredictable, b))
}
