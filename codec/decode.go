package codec

import (
	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/pack"
	"github.com/morselcodec/morsel/codec/internal/residual"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/formats/array"
)

// decode fills dst with the elements of a chunk of the given shape.
func (c *chunkCodec) decode(dst []byte, shape []int, data *chunkData) error {
	size := c.DType.Size()
	switch data.mode {
	case modeRaw:
		return fault.InBlock("raw", pack.ParseRaw(dst, data.block[block.Raw], size))
	case modeConstant:
		err := pack.ParseRaw(dst[:size], data.block[block.Raw], size)
		for n := size; err == nil && n < len(dst); {
			n += copy(dst[n:], dst[:n])
		}
		return fault.InBlock("constant", err)
	case modeScan:
		return c.decodeScan(dst, shape, data)
	}
	if c.DType.NeedsFloat64() {
		return decodeAs[float64](c, dst, shape, data)
	}
	return decodeAs[float32](c, dst, shape, data)
}

// decodeAs decodes a chunk with values of type T.
func decodeAs[T array.Float](c *chunkCodec, dst []byte, shape []int, data *chunkData) error {
	g := c.gridOf(shape)
	m, list, err := special.Parse(&g, c.DType.Size(), data.block[block.Mask], data.block[block.Exact])
	if err != nil {
		return err
	}
	var guide []T
	if b := data.block[block.Latents]; b != nil {
		if c.model == nil {
			return fault.ErrModelNotFound
		}
		latents, err := parseLatents(b, c.model, &g)
		if err == nil {
			guide, err = decodeLatents[T](c.model, &g, latents)
		}
		if err != nil {
			return fault.InBlock("latents", err)
		}
	}
	values := make([]T, g.Size)
	switch data.mode {
	case modePointwise:
		if err := decodePointwise(c, &g, values, m, list, data); err != nil {
			return fault.InBlock("residual", err)
		}
	case modeLatents:
		values = fromGuide(c.DType, guide)
	default:
		skip, err := special.Preset(values, m, list, c.DType)
		if err == nil {
			err = residual.Decode(&residual.Output[T]{Grid: &g, DType: c.DType, Eps: c.eps, Guide: guide, Values: values, Skip: skip}, &data.block)
		}
		if err != nil {
			return fault.InBlock("residual", err)
		}
		if err := restore(c, &g, values, m, list, data); err != nil {
			return fault.InBlock("keep", err)
		}
	}
	array.Demote(dst, values, c.DType)
	special.Restore(dst, m, list, c.DType.Size())
	return nil
}
