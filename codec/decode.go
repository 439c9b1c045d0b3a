package codec

import (
	"errors"
	"fmt"
	"math"

	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/pack"
	"github.com/morselcodec/morsel/codec/internal/predict"
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/codec/internal/wire"
	"github.com/morselcodec/morsel/formats/array"
)

// decode fills dst with the elements of a chunk of the given shape.
func (c *chunkCodec) decode(dst []byte, shape []int, data *chunkData) error {
	size := c.DType.Size()
	switch data.mode {
	case modeRaw:
		return fault.InBlock("raw", pack.ParseRaw(dst, data.block[blockRaw], size))
	case modeConstant:
		err := pack.ParseRaw(dst[:size], data.block[blockRaw], size)
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
	m, list, err := special.Parse(&g, c.DType.Size(), data.block[blockMask], data.block[blockExact])
	if err != nil {
		return err
	}
	var guide []T
	if b := data.block[blockLatents]; b != nil {
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
			err = decodeResidual(c, &g, values, skip, guide, data)
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

func decodeResidual[T array.Float](c *chunkCodec, g *grid.Grid, values []T, skip []bool, guide []T, data *chunkData) error {
	h, err := c.residualHead(data.block[blockResidual], g.Rank)
	if err != nil {
		return err
	}
	w := &walker[T]{
		grid: g, order: grid.AxisOrder(g.Rank, h.order), values: values, skip: skip,
		quant: quant.New[T](c.DType, c.eps, h.shrink),
	}
	spline := predict.Cubic[T]{Grid: g, Values: values, Guide: guide}
	w.pred = &spline
	if b := data.block[blockStencils]; b != nil {
		passes := g.Passes(w.order)
		s := &predict.Stencils[T]{Cubic: spline, Plans: make([]predict.Stencil, len(passes))}
		predict.CodeStencils(rangecoder.NewDecoder(b), g, passes, s.Plans)
		w.pred = s
	}
	if h.coder == coderStatic {
		sc, err := newStaticDecoder(g, h.codes)
		if err != nil {
			return err
		}
		w.coder, w.blind = sc, true
	} else {
		w.coder = newMixingCoder(rangecoder.NewDecoder(h.codes), g, h.coder == coderFull)
	}
	return w.decode()
}

// residualHead is what a residual block starts with.
type residualHead struct {
	coder, shrink uint8
	order         int
	codes         []byte
}

func (c *chunkCodec) residualHead(b []byte, rank int) (residualHead, error) {
	f := wire.Fields{B: b}
	h := residualHead{coder: f.U8(), shrink: f.U8(), order: int(f.U8())}
	h.codes = f.B
	switch {
	case f.Err != nil:
		return h, f.Err
	case h.coder > coderFull:
		return h, fmt.Errorf("%w: unknown residual coder %d", fault.ErrVersion, h.coder)
	case h.order >= grid.AxisOrders(rank):
		return h, fmt.Errorf("axis order %d of %d", h.order, grid.AxisOrders(rank))
	case h.shrink > quant.MaxShrink && h.shrink != quant.ShrinkLossless:
		return h, fmt.Errorf("unknown quantiser %d", h.shrink)
	case h.shrink != quant.ShrinkLossless && !(c.eps > 0 && c.eps < math.Inf(1)):
		return h, errors.New("bins without a bound")
	}
	return h, nil
}
