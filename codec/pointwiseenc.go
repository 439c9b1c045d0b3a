package codec

import (
	"bytes"
	"errors"
	"fmt"
	"math"

	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/detmath"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
	"github.com/morselcodec/morsel/codec/internal/residual"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/formats/array"
)

// pointwise codes the chunk within the pointwise relative bound in the best of
// the ways that the level tries.
func (in *chunkInput[T]) pointwise() encoded {
	var best encoded
	found := false
	try := func(e encoded) {
		if !found || e.err == nil && e.block.Size() < best.block.Size() {
			best, found = e, true
		}
	}
	if in.logEps > 0 {
		tights := []uint8{tightest - 1}
		if tight := in.tightFor(); tight < tightest-1 {
			if tights = append(tights, tight); in.level <= 3 {
				tights = tights[1:]
			}
		}
		for _, tight := range tights {
			if e, ok := in.pointwiseAt(tight); ok {
				try(e)
			}
		}
	}
	if !found || in.nearlyLossless() {
		try(in.smallest())
	}
	return best
}

// nearlyLossless reports whether the bound leaves so few places of the type
// that coding them all may take fewer bytes.
func (in *chunkInput[T]) nearlyLossless() bool {
	switch {
	case in.DType.IsInteger():
		return in.asked*in.Largest < 64
	case in.DType == array.Float16:
		return in.asked < 0x1p-6
	case in.DType == array.Float32:
		return in.asked < 0x1p-18
	}
	return in.asked < 0x1p-40
}

// tightFor returns the byte that narrows bins so far that integers hold the
// bound after rounding.
func (in *chunkInput[T]) tightFor() uint8 {
	if !in.DType.IsInteger() {
		return tightest - 1
	}
	least := 1.0
	for i, v := range in.X {
		x := math.Abs(float64(v))
		if in.Special != nil && in.Special[i] || in.asked*x >= tightest {
			continue
		}
		room := math.Floor(in.asked*x) + 0.5
		least = min(least, detmath.Log2((x+room)/(x-room))/2/in.logEps)
	}
	return uint8(min(max(float64(least*tightest*(1-0x1p-30))-1, 0), tightest-1))
}

// pointwiseRounds is how often a chunk is coded anew with further values stored
// exactly.
const pointwiseRounds = 6

// pointwiseAt codes the chunk as logarithms in bins narrowed by tight. ok is
// false if values that do not hold the bound that way turn up again and again.
func (in *chunkInput[T]) pointwiseAt(tight uint8) (e encoded, ok bool) {
	part := in.toLogarithms(tight)
	stored := &special.Exact{}
	if in.Exact != nil {
		stored = in.Exact
	}
	for range pointwiseRounds {
		var err error
		if part.Exact, err = logsExactly(stored, in.DType); err != nil {
			return encoded{err: err}, true
		}
		coded, err := residual.Encode(part)
		if err != nil {
			return encoded{err: err}, true
		}
		e = encoded{chunkData: chunkData{mode: modePointwise, block: coded.Blocks}}
		all := stored.Merge(coded.Unpredictable, in.Elements, in.DType.Size())
		values := in.magnitudes(coded.Values, all)
		wrong := in.beyond(&e, values)
		if len(wrong) == 0 {
			e.err = in.finish(&e, tight, values, all)
			return e, true
		}
		stored = stored.Merge(wrong, in.Elements, in.DType.Size())
		for _, i := range wrong {
			part.Special[i] = true
		}
	}
	return encoded{}, false
}

// toLogarithms returns the chunk of logarithms.
func (in *chunkInput[T]) toLogarithms(tight uint8) *residual.Input[float64] {
	n := len(in.X)
	logs := &special.Values[float64]{
		DType: array.Float64, X: make([]float64, n), Mask: &special.Mask{Class: make([]uint8, n)}, Special: make([]bool, n),
	}
	logs.Bare = logs.X
	for i, v := range in.X {
		in.grid.Watch.After(1)
		logs.X[i] = logOf(v)
		if in.Special != nil && in.Special[i] {
			logs.X[i], logs.Mask.Class[i], logs.Special[i] = math.NaN(), 1, true
		} else {
			logs.Largest = math.Max(logs.Largest, math.Abs(logs.X[i]))
		}
	}
	return &residual.Input[float64]{
		Values: logs, Grid: in.grid, Eps: tightened(in.logEps, tight), Level: in.level, Alone: in.tiles.Total == 1,
	}
}

// magnitudes returns the chunk's values as logs give them, but for their signs.
// What is special or in stored is there already.
func (in *chunkInput[T]) magnitudes(logs []float64, stored *special.Exact) []T {
	values := make([]T, len(logs))
	scale := centre(in.asked)
	for i, y := range logs {
		in.grid.Watch.After(1)
		if in.Special != nil && in.Special[i] {
			values[i] = in.X[i]
		} else {
			values[i] = magnitude[T](in.DType, y, scale)
		}
	}
	for _, i := range stored.Index {
		values[i] = in.X[i]
	}
	return values
}

// beyond lists the values whose magnitude is not within the bound, or that would
// become fill, and sets the errors of e.
func (in *chunkInput[T]) beyond(e *encoded, values []T) (wrong []int) {
	e.maxError, e.maxRelative = 0, 0
	for i, v := range in.X {
		if in.Special != nil && in.Special[i] {
			continue
		}
		x := math.Abs(float64(v))
		d := math.Abs(x - math.Abs(float64(values[i])))
		became := T(math.Copysign(float64(values[i]), float64(v)))
		if !(d <= in.asked*x && d/x <= in.asked) || in.Fills.Has(became) { // the product of a subnormal number is coarse
			wrong = append(wrong, i)
			continue
		}
		e.maxError = math.Max(e.maxError, d)
		e.maxRelative = math.Max(e.maxRelative, d/x)
	}
	return wrong
}

// finish makes e, the coded logarithms, a pointwise chunk.
func (in *chunkInput[T]) finish(e *encoded, tight uint8, values []T, stored *special.Exact) error {
	if in.Mask != nil && len(in.Mask.Classes) > 0 {
		e.block[block.Mask] = in.Mask.AppendTo(nil, in.grid)
	}
	if len(stored.Index) > 0 {
		e.block[block.Exact] = stored.AppendTo(nil)
	}
	skip := make([]bool, len(values))
	copy(skip, in.Special)
	for _, i := range stored.Index {
		skip[i] = true
	}
	negative := false
	for i, v := range in.X {
		negative = negative || v < 0 && !skip[i]
	}
	e.block[block.Signs] = []byte{0, tight}
	if negative {
		e.block[block.Signs][0] = signsNegative
		rc := rangecoder.NewEncoder(e.block[block.Signs])
		newNegatives(in.grid, values, skip).code(rc, func(i int) bool { return in.X[i] < 0 })
		e.block[block.Signs] = rc.Finish()
	}
	if in.level < verifyLevel {
		return nil
	}
	want, got := make([]byte, len(in.Elements)), make([]byte, len(in.Elements))
	array.Demote(want, values, in.DType)
	for i, special := range in.Special {
		if size := in.DType.Size(); special {
			copy(want[i*size:(i+1)*size], in.Elements[i*size:])
		}
	}
	if err := in.decode(got, in.grid.Shape[:in.grid.Rank], &e.chunkData); err != nil {
		return fmt.Errorf("verification: %w", err)
	}
	if !bytes.Equal(want, got) {
		return errors.New("verification: the chunk decodes to something else than its bound was checked on")
	}
	return nil
}
