// Package pointwise codes chunks within a bound that is relative to each value:
// |x−x̂| ≤ E·|x| is an absolute bound of the logarithm, so that a chunk codes
// log₂|x| as the residual of an array of float64, and the signs beside it. Zeros
// are special values. Whatever the type's own places do not allow to be met that
// way is stored exactly. See "Pointwise" in FORMAT.md.
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
	Bound  float64 // E, of |x−x̂|/|x|
	LogEps float64 // that of logarithms, see LogBound; 0: none will do
	Level  int     // of effort, 1 to 9
	Alone  bool    // the chunk is the whole array
}

// Coded is a chunk as it was coded.
type Coded[T array.Float] struct {
	Blocks      block.List
	Values      []T     // magnitudes as decoded, and what is stored as it is
	MaxError    float64 // the largest |x−x̂|
	MaxRelative float64 // the largest |x−x̂|/|x|
}

// Encode codes the chunk in the best of the ways that the level tries. ok is false
// if none holds the bound.
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

// narrowings lists the bytes by which the level tries to narrow bins.
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

// NearlyLossless reports whether the bound leaves so few places of the type
// that coding them all may take fewer bytes.
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

// narrowingFor returns the byte that narrows bins so far that integers hold the
// bound after rounding.
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
		room := math.Floor(in.Bound*x) + 0.5
		least = min(least, detmath.Log2((x+room)/(x-room))/2/in.LogEps)
	}
	return uint8(min(max(float64(least*narrowSteps*(1-0x1p-30))-1, 0), narrowSteps-1))
}

// maxRounds is how often a chunk is coded anew with further values stored
// exactly.
const maxRounds = 6

// encode codes the chunk as logarithms in bins narrowed by tight. ok is
// false if values that do not hold the bound that way turn up again and again.
func (in *Input[T]) encode(narrowing uint8) (c Coded[T], ok bool, err error) {
	logs := in.toLogarithms(narrowing)
	unpredictable := &special.Exact{}
	if in.Exact != nil {
		unpredictable = in.Exact
	}
	for range maxRounds {
		if logs.Exact, err = logsOf(unpredictable, in.DType); err != nil {
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

// addBlocks adds the blocks beside the logarithms to c.
func (in *Input[T]) addBlocks(c *Coded[T], narrowing uint8, unpredictable *special.Exact) {
	if in.Mask != nil && len(in.Mask.Classes) > 0 {
		c.Blocks[block.Mask] = in.Mask.AppendTo(nil, in.Grid)
	}
	if len(unpredictable.Index) > 0 {
		c.Blocks[block.Unpredictable] = unpredictable.AppendTo(nil)
	}
	skip := make([]bool, len(c.Values))
	copy(skip, in.Special)
	for _, i := range unpredictable.Index {
		skip[i] = true
	}
	negative := false
	for i, v := range in.X {
		negative = negative || v < 0 && !skip[i]
	}
	c.Blocks[block.Signs] = []byte{0, narrowing}
	if negative {
		c.Blocks[block.Signs][0] = signsNegative
		rc := rangecoder.NewEncoder(c.Blocks[block.Signs])
		newSignCoder(in.Grid, c.Values, skip).code(rc, func(i int) bool { return in.X[i] < 0 })
		c.Blocks[block.Signs] = rc.Finish()
	}
}

// toLogarithms returns the chunk of logarithms.
func (in *Input[T]) toLogarithms(narrowing uint8) *residual.Input[float64] {
	n := len(in.X)
	logs := &special.Values[float64]{
		DType: array.Float64, X: make([]float64, n), Mask: &special.Mask{Class: make([]uint8, n)}, Special: make([]bool, n),
	}
	logs.Bare = logs.X
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

// magnitudes returns the chunk's values as logs give them, but for their signs.
// What is special or in stored is there already.
func (in *Input[T]) magnitudes(logs []float64, unpredictable *special.Exact) []T {
	values := make([]T, len(logs))
	scale := centring(in.Bound)
	for i, y := range logs {
		in.Grid.Watch.After(1)
		if in.Special != nil && in.Special[i] {
			values[i] = in.X[i]
		} else {
			values[i] = magnitude[T](in.DType, y, scale)
		}
	}
	for _, i := range unpredictable.Index {
		values[i] = in.X[i]
	}
	return values
}

// outOfBound lists the values whose magnitude is not within the bound, or that would
// become fill, and sets the errors of c.
func (in *Input[T]) outOfBound(c *Coded[T]) (wrong []int) {
	for i, v := range in.X {
		if in.Special != nil && in.Special[i] {
			continue
		}
		x := math.Abs(float64(v))
		d := math.Abs(x - math.Abs(float64(c.Values[i])))
		became := T(math.Copysign(float64(c.Values[i]), float64(v)))
		if !(d <= in.Bound*x && d/x <= in.Bound) || in.Fills.Has(became) { // the product of a subnormal number is coarse
			wrong = append(wrong, i)
			continue
		}
		c.MaxError = math.Max(c.MaxError, d)
		c.MaxRelative = math.Max(c.MaxRelative, d/x)
	}
	return wrong
}
