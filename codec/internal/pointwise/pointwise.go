// Package pointwise codes chunks within a bound that is relative to each value, E:
// |x−x̂| ≤ E·|x|.
//
// That is an absolute bound δ of the logarithm, so that a chunk codes log₂|x| as
// the residual (package residual) of an array of float64, and the signs of values
// beside it. Zeros are special values (package special). Values of which the
// element type has none near enough for that are stored exactly. Bins of logarithms
// may be narrowed: their bound is δ·(t+1)/256 then, so that integers hold the bound
// after they are rounded.
//
// See section 11 of FORMAT.md, "Pointwise".
package pointwise

import (
	"math"

	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/detmath"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
	"github.com/morselcodec/morsel/codec/internal/residual"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/formats/array"
)

// Input is a chunk to code.
type Input[T array.Float] struct {
	*special.Values[T]
	Grid   *grid.Grid
	Bound  float64 // E, of |x−x̂|/|x|, above 0 and below 1
	LogEps float64 // δ, see LogBound; 0: no bins will do
	Level  int     // of effort, 1 to 9
	Alone  bool    // the chunk is the whole array
}

// Coded is a chunk as it was coded.
type Coded[T array.Float] struct {
	Blocks      block.List
	Values      []T     // as decoded
	MaxError    float64 // the largest |x−x̂|, over values that are not special
	MaxRelative float64 // the largest |x−x̂|/|x|
}

// Encode codes the chunk, with the narrowing of bins that takes the fewest bytes of
// those that the level tries. ok is false if none holds the bound.
func Encode[T array.Float](in *Input[T]) (best Coded[T], ok bool, err error) {
	for _, narrowing := range in.narrowings() {
		c, found, err := in.encode(narrowing)
		if err != nil {
			return c, false, err
		}
		if found && (!ok || c.Blocks.Size() < best.Blocks.Size()) {
			best, ok = c, true
		}
	}
	return best, ok, nil
}

// narrowings lists the t that the level tries.
func (in *Input[T]) narrowings() []uint8 {
	if in.LogEps == 0 {
		return nil
	}
	list := []uint8{narrowSteps - 1}
	if t := in.narrowingFor(); t < narrowSteps-1 {
		if list = append(list, t); in.Level <= 3 {
			list = list[1:]
		}
	}
	return list
}

// NearlyLossless reports whether the bound leaves each value so few others of the
// type that coding without loss may take fewer bytes.
func (in *Input[T]) NearlyLossless() bool {
	switch {
	case in.DType.IsInteger():
		return in.Bound*in.Largest < 64
	case in.DType == array.Float16:
		return in.Bound < 0x1p-6
	case in.DType == array.Float32:
		return in.Bound < 0x1p-18
	}
	return in.Bound < 0x1p-40
}

// narrowingFor returns the greatest t by which integers hold the bound after they
// are rounded.
func (in *Input[T]) narrowingFor() uint8 {
	if !in.DType.IsInteger() {
		return narrowSteps - 1
	}
	least := 1.0
	for i, v := range in.X {
		x := math.Abs(float64(v))
		if in.Special != nil && in.Special[i] || in.Bound*x >= narrowSteps {
			continue
		}
		allowed := math.Floor(in.Bound*x) + 0.5
		least = min(least, detmath.Log2((x+allowed)/(x-allowed))/2/in.LogEps)
	}
	return uint8(min(max(float64(least*narrowSteps*(1-0x1p-30))-1, 0), narrowSteps-1))
}

// maxRounds is how often a chunk is coded, each time with more values stored exactly.
const maxRounds = 6

// encode codes the chunk with bins narrowed by t. ok is false if there are values
// beyond the bound again and again.
func (in *Input[T]) encode(narrowing uint8) (c Coded[T], ok bool, err error) {
	logs := in.toLogarithms(narrowing)
	unpredictable := &special.Unpredictable{}
	if in.Unpredictable != nil {
		unpredictable = in.Unpredictable
	}
	for range maxRounds {
		if logs.Unpredictable, err = logsOf(unpredictable, in.DType); err != nil {
			return c, false, err
		}
		coded, err := residual.Encode(logs)
		if err != nil {
			return c, false, err
		}
		all := unpredictable.Merge(coded.Unpredictable, in.Elements, in.DType.Size())
		c = Coded[T]{Blocks: coded.Blocks, Values: in.magnitudes(coded.Values, all)}
		wrong := in.outOfBound(&c)
		if len(wrong) == 0 {
			in.addBlocks(&c, narrowing, all)
			return c, true, nil
		}
		unpredictable = unpredictable.Merge(wrong, in.Elements, in.DType.Size())
		for _, i := range wrong {
			logs.Special[i] = true
		}
	}
	return Coded[T]{}, false, nil
}

// addBlocks adds the mask, unpredictable and signs blocks to c, and the signs to
// its values.
func (in *Input[T]) addBlocks(c *Coded[T], narrowing uint8, unpredictable *special.Unpredictable) {
	if in.Mask != nil && len(in.Mask.Classes) > 0 {
		c.Blocks[block.Mask] = in.Mask.AppendTo(nil, in.Grid)
	}
	if len(unpredictable.Index) > 0 {
		c.Blocks[block.Unpredictable] = unpredictable.AppendTo(nil)
	}
	uncoded := make([]bool, len(c.Values))
	copy(uncoded, in.Special)
	for _, i := range unpredictable.Index {
		uncoded[i] = true
	}
	negative := false
	for i, v := range in.X {
		negative = negative || v < 0 && !uncoded[i]
	}
	c.Blocks[block.Signs] = []byte{0, narrowing}
	if negative {
		c.Blocks[block.Signs][0] = signsNegative
		rc := rangecoder.NewEncoder(c.Blocks[block.Signs])
		newSignCoder(in.Grid, c.Values, uncoded).code(rc, func(i int) bool { return in.X[i] < 0 })
		c.Blocks[block.Signs] = rc.Finish()
	}
}

// toLogarithms returns the logarithms of the chunk as input of the residual.
func (in *Input[T]) toLogarithms(narrowing uint8) *residual.Input[float64] {
	n := len(in.X)
	logs := &special.Values[float64]{
		DType: array.Float64, X: make([]float64, n), Mask: &special.Mask{Class: make([]uint8, n)}, Special: make([]bool, n),
	}
	logs.Ordinary = logs.X
	for i, v := range in.X {
		in.Grid.Watch.After(1)
		logs.X[i] = logOf(v)
		if in.Special != nil && in.Special[i] {
			logs.X[i], logs.Mask.Class[i], logs.Special[i] = math.NaN(), 1, true
		} else {
			logs.Largest = math.Max(logs.Largest, math.Abs(logs.X[i]))
		}
	}
	return &residual.Input[float64]{
		Values: logs, Grid: in.Grid, Eps: narrowed(in.LogEps, narrowing), Level: in.Level, Alone: in.Alone,
	}
}

// magnitudes returns the values that logs decode to, without their signs; of
// special and unpredictable ones, the values themselves.
func (in *Input[T]) magnitudes(logs []float64, unpredictable *special.Unpredictable) []T {
	values := make([]T, len(logs))
	c := centring(in.Bound)
	for i, y := range logs {
		in.Grid.Watch.After(1)
		if in.Special != nil && in.Special[i] {
			values[i] = in.X[i]
		} else {
			values[i] = magnitude[T](in.DType, y, c)
		}
	}
	for _, i := range unpredictable.Index {
		values[i] = in.X[i]
	}
	return values
}

// outOfBound lists the values that are not within the bound, or that would decode
// to fill, and sets the errors of c.
func (in *Input[T]) outOfBound(c *Coded[T]) (wrong []int) {
	for i, v := range in.X {
		if in.Special != nil && in.Special[i] {
			continue
		}
		x := math.Abs(float64(v))
		d := math.Abs(x - math.Abs(float64(c.Values[i])))
		decoded := T(math.Copysign(float64(c.Values[i]), float64(v)))
		if !(d <= in.Bound*x && d/x <= in.Bound) || in.Fills.Has(decoded) { // the product alone is coarse where x is subnormal
			wrong = append(wrong, i)
			continue
		}
		c.MaxError = math.Max(c.MaxError, d)
		c.MaxRelative = math.Max(c.MaxRelative, d/x)
	}
	return wrong
}
