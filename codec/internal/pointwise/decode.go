package pointwise

import (
	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
	"github.com/morselcodec/morsel/codec/internal/residual"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/formats/array"
)

// Output is what a coded chunk decodes to.
type Output[T array.Float] struct {
	Grid   *grid.Grid
	DType  array.DType
	Bound  float64 // E, of |x−x̂|/|x|
	LogEps float64 // δ, of the header; 0: there is none
	Values []T     // to be filled in
}

// Decode fills out.Values with what the blocks b decode to; m, nil for none, and
// list are the chunk's masked and unpredictable values.
func Decode[T array.Float](out *Output[T], m *special.Mask, list *special.Unpredictable, b *block.List) error {
	g, values := out.Grid, out.Values
	h, err := parseHead(b[block.Signs], out.LogEps)
	if err != nil {
		return err
	}
	logs := make([]float64, g.Size)
	listedLogs, err := logsOf(list, out.DType)
	if err != nil {
		return err
	}
	uncoded, err := special.PresetUncoded(logs, m, listedLogs, array.Float64)
	if err != nil {
		return err
	}
	if err := residual.Decode(&residual.Output[float64]{Grid: g, DType: array.Float64, Eps: narrowed(out.LogEps, h.narrowing), Values: logs, Uncoded: uncoded}, b); err != nil {
		return err
	}
	if err := special.Each(m, list, out.DType, func(i int, v T) { values[i] = v }); err != nil {
		return err
	}
	c := centring(out.Bound)
	for i, y := range logs {
		g.Watch.After(1)
		if uncoded == nil || !uncoded[i] {
			values[i] = magnitude[T](out.DType, y, c)
		}
	}
	if h.flags&signsNegative != 0 {
		rc := rangecoder.NewDecoder(h.codes)
		newSignCoder(g, values, uncoded).code(rc, nil)
		if err := rc.Err(); err != nil {
			return err
		}
		if out.DType.IsInteger() { // which may be unsigned
			return quant.CheckIntegers(out.DType, values, uncoded)
		}
	}
	return nil
}
