package pointwise

import (
	"math"

	"github.com/morselcodec/morsel/codec/internal/detmath"
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/formats/array"
)

// logSlack covers what rounding does to logarithms and powers, as a relative error.
const logSlack = 0x1p-43

// LogBound returns δ, half the width of the widest bins of logarithms for the bound
// e, above 0 and below 1, of elements of type d; 0 if no bins will do.
func LogBound(e float64, d array.DType) float64 {
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

// centring returns what powers are multiplied with, so that the logarithm may be
// off by as much to either side: √(1−e²).
func centring(e float64) float64 { return math.Sqrt(1 - float64(e*e)) }

// narrowSteps is the denominator of narrowed bounds.
const narrowSteps = 256

// narrowed returns the bound of bins that are narrowed by t: eps·(t+1)/256.
func narrowed(eps float64, narrowing uint8) float64 {
	return float64(eps * ((float64(narrowing) + 1) / narrowSteps))
}

// magnitude returns the magnitude of an element from its logarithm y; c is centring.
func magnitude[T array.Float](d array.DType, y, c float64) T {
	v := detmath.Exp2(y, c)
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

// logsOf returns the list of the logarithms of a list's elements, as float64.
func logsOf(list *special.Unpredictable, d array.DType) (*special.Unpredictable, error) {
	v := make([]float64, len(list.Index))
	if err := special.PromoteAny(v, list.Elements, d); err != nil {
		return nil, err
	}
	for i := range v {
		v[i] = logOf(v[i])
	}
	out := &special.Unpredictable{Index: list.Index, Elements: make([]byte, 8*len(v))}
	array.Demote(out.Elements, v, array.Float64)
	return out, nil
}
