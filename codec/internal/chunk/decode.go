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
func (c *Codec) Decode(dst []byte, shape []int, d *Data) error {
	g := c.grid(shape)
	return c.decode(dst, &g, d)
}

func (c *Codec) decode(dst []byte, g *grid.Grid, d *Data) error {
	return modes[d.Mode].decode(c, g, dst, d)
}

func decodeRaw(c *Codec, _ *grid.Grid, dst []byte, d *Data) error {
	return fault.InBlock("raw", pack.ParseRaw(dst, d.Blocks[block.Raw], c.DType.Size()))
}

func decodeConstant(c *Codec, _ *grid.Grid, dst []byte, d *Data) error {
	size := c.DType.Size()
	err := pack.ParseRaw(dst[:size], d.Blocks[block.Raw], size)
	for n := size; err == nil && n < len(dst); {
		n += copy(dst[n:], dst[:n])
	}
	return fault.InBlock("constant", err)
}

func decodeScan(c *Codec, g *grid.Grid, dst []byte, d *Data) error {
	return lossless.Decode(dst, g, c.DType, &d.Blocks)
}

// decoding is a chunk of values of type T on its way from blocks to elements.
type decoding[T array.Float] struct {
	*Codec
	grid          *grid.Grid
	blocks        *block.List
	mask          *special.Mask  // nil if there is none
	unpredictable *special.Exact // may be empty
	estimate      []T            // nil without latents
	values        []T            // to be filled in, where they are not special
}

// typed decodes values of the type that the elements need, with one of two
// functions.
func typed(f32 func(*decoding[float32]) error, f64 func(*decoding[float64]) error) func(*Codec, *grid.Grid, []byte, *Data) error {
	return func(c *Codec, g *grid.Grid, dst []byte, d *Data) error {
		if c.DType.NeedsFloat64() {
			return decodeValues(c, g, dst, d, f64)
		}
		return decodeValues(c, g, dst, d, f32)
	}
}

func decodeValues[T array.Float](c *Codec, g *grid.Grid, dst []byte, d *Data, f func(*decoding[T]) error) error {
	m, list, err := special.Parse(g, c.DType.Size(), d.Blocks[block.Mask], d.Blocks[block.Unpredictable])
	if err != nil {
		return err
	}
	o := &decoding[T]{Codec: c, grid: g, blocks: &d.Blocks, mask: m, unpredictable: list}
	if b := d.Blocks[block.Latents]; b != nil {
		if c.Model == nil {
			return fault.ErrModelNotFound
		}
		if o.estimate, err = latent.Decode[T](c.Model, g, b); err != nil {
			return fault.InBlock("latents", err)
		}
	}
	o.values = make([]T, g.Size)
	if err := f(o); err != nil {
		return err
	}
	array.Demote(dst, o.values, c.DType)
	special.Restore(dst, m, list, c.DType.Size())
	return nil
}

func decodeLatents[T array.Float](o *decoding[T]) error {
	o.values = latent.Values(o.DType, o.estimate)
	return nil
}

func decodePointwise[T array.Float](o *decoding[T]) error {
	out := &pointwise.Output[T]{Grid: o.grid, DType: o.DType, Bound: o.Asked, LogEps: o.LogEps, Values: o.values}
	return fault.InBlock("residual", pointwise.Decode(out, o.mask, o.unpredictable, o.blocks))
}

func decodeResidual[T array.Float](o *decoding[T]) error {
	skip, err := special.Preset(o.values, o.mask, o.unpredictable, o.DType)
	if err == nil {
		out := &residual.Output[T]{Grid: o.grid, DType: o.DType, Eps: o.Eps, Guide: o.estimate, Values: o.values, Skip: skip}
		err = residual.Decode(out, o.blocks)
	}
	if err != nil {
		return fault.InBlock("residual", err)
	}
	b := o.blocks[block.Keep]
	if b == nil {
		return nil
	}
	in := &keep.Input[T]{Grid: o.grid, DType: o.DType, Fills: special.FillsAs[T](o.DType, o.Codec.Fills), Eps: o.Eps, Values: o.values}
	return fault.InBlock("keep", keep.Restore(in, o.mask, o.unpredictable, b))
}
