package codec

import (
	"errors"
	"fmt"
	"math"

	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/detmath"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
	"github.com/morselcodec/morsel/codec/internal/residual"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/codec/internal/wire"
	"github.com/morselcodec/morsel/formats/array"
)

// A pointwise relative bound E, |x−x̂| ≤ E·|x|, is an absolute one of the
// logarithm: a chunk codes log₂|x| as the field of an array of float64, and the
// signs beside it. Zeros are special values. Whatever the type's own places do
// not allow to be met that way is stored exactly.

// logSlack covers what rounding does to logarithms and powers, as a relative error.
const logSlack = 0x1p-43

// logBound returns half the width of the widest bins of logarithms for the
// bound e and elements of type d, 0 if there are none that would do.
func logBound(e float64, d array.DType) float64 {
	switch d {
	case array.Float16:
		e -= 0x1p-11
	case array.Float32:
		e -= 0x1p-24
	}
	if e -= logSlack; e <= 0 {
		return 0
	}
	return detmath.Log2((1+e)/(1-e)) / 2
}

// signsNegative is the flag of a signs block that some values are negative.
const signsNegative = 1

// centre is what powers are multiplied with, so that a logarithm may be off by
// as much to either side: √(1−e²).
func centre(e float64) float64 { return math.Sqrt(1 - float64(e*e)) }

// tightest is the denominator of how far bins are narrowed.
const tightest = 256

// tightened returns the bound that narrowed bins keep.
func tightened(eps float64, tight uint8) float64 {
	return float64(eps * ((float64(tight) + 1) / tightest))
}

// magnitude turns a logarithm into the magnitude of an element.
func magnitude[T array.Float](d array.DType, y, centre float64) T {
	v := detmath.Exp2(y, centre)
	switch {
	case d.IsInteger():
		_, hi := quant.IntegerRange(d)
		return T(math.Min(math.RoundToEven(v), hi))
	case d == array.Float16:
		return T(array.Float16To32(array.Float32To16(float32(v))))
	}
	return T(v)
}

// logOf returns the logarithm of a value's magnitude, NaN if it has none.
func logOf[T array.Float](v T) float64 {
	if v == 0 || v-v != 0 {
		return math.NaN()
	}
	return detmath.Log2(math.Abs(float64(v)))
}

// logsExactly returns list as the residual of logarithms sees it.
func logsExactly(list *special.Exact, d array.DType) (*special.Exact, error) {
	v := make([]float64, len(list.Index))
	if err := special.PromoteAny(v, list.Elements, d); err != nil {
		return nil, err
	}
	for i := range v {
		v[i] = logOf(v[i])
	}
	out := &special.Exact{Index: list.Index, Elements: make([]byte, 8*len(v))}
	array.Demote(out.Elements, v, array.Float64)
	return out, nil
}

// decodePointwise fills values in from their logarithms and signs. What m and
// list name is left as it is.
func decodePointwise[T array.Float](c *chunkCodec, g *grid.Grid, values []T, m *special.Mask, list *special.Exact, data *chunkData) error {
	h, err := c.signsHead(data.block[block.Signs])
	if err != nil {
		return err
	}
	logs := make([]float64, g.Size)
	exactLogs, err := logsExactly(list, c.DType)
	if err != nil {
		return err
	}
	skip, err := special.Preset(logs, m, exactLogs, array.Float64)
	if err != nil {
		return err
	}
	if err := residual.Decode(&residual.Output[float64]{Grid: g, DType: array.Float64, Eps: tightened(c.logEps, h.tight), Values: logs, Skip: skip}, &data.block); err != nil {
		return err
	}
	if err := presetElements(values, m, list, c.DType); err != nil {
		return err
	}
	scale := centre(c.asked)
	for i, y := range logs {
		g.Watch.After(1)
		if skip == nil || !skip[i] {
			values[i] = magnitude[T](c.DType, y, scale)
		}
	}
	if h.flags&signsNegative != 0 {
		rc := rangecoder.NewDecoder(h.codes)
		newNegatives(g, values, skip).code(rc, nil)
		return rc.Err()
	}
	return nil
}

// signsHead is what a signs block starts with.
type signsHead struct {
	flags, tight uint8
	codes        []byte
}

func (c *chunkCodec) signsHead(b []byte) (signsHead, error) {
	f := wire.Fields{B: b}
	h := signsHead{flags: f.U8(), tight: f.U8()}
	h.codes = f.B
	switch {
	case f.Err != nil:
		return h, f.Err
	case h.flags&^signsNegative != 0:
		return h, fmt.Errorf("%w: unknown flags %#x", fault.ErrVersion, h.flags)
	case c.logEps == 0:
		return h, errors.New("logarithms without a pointwise relative bound")
	}
	return h, nil
}

// presetElements puts special values in their places.
func presetElements[T array.Float](values []T, m *special.Mask, list *special.Exact, d array.DType) error {
	if m != nil {
		v := make([]T, len(m.Classes))
		for k, e := range m.Classes {
			if err := special.PromoteAny(v[k:k+1], e, d); err != nil {
				return err
			}
		}
		for i, k := range m.Class {
			if k > 0 {
				values[i] = v[k-1]
			}
		}
	}
	v := make([]T, len(list.Index))
	if err := special.PromoteAny(v, list.Elements, d); err != nil {
		return err
	}
	for k, i := range list.Index {
		values[i] = v[k]
	}
	return nil
}
