package codec

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/keep"
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/long"
)

// projectTrial takes one random chunk, decoded with any error that the bound
// allows, through the coding of constraints alone.
func projectTrial(rng *rand.Rand) error {
	shape := make([]int, 1+rng.IntN(3))
	for a := range shape {
		shape[a] = 1 + rng.IntN([]int{24, 6, 3}[len(shape)-1])
	}
	d := []array.DType{array.Float32, array.Float64, array.Float16, array.Int16, array.Uint8, array.Int64}[rng.IntN(6)]
	h := &header{Header: array.Header{DType: d, Shape: shape}, keep: Keep(1 + rng.IntN(7))}
	raw := adversary(rng, d, shape)
	if rng.IntN(4) == 0 {
		h.fills = randomFills(rng, d, raw)
	}
	if d.NeedsFloat64() {
		return projectAs[float64](rng, h, raw)
	}
	return projectAs[float32](rng, h, raw)
}

func projectAs[T array.Float](rng *rand.Rand, h *header, raw []byte) error {
	g := grid.New(h.Shape)
	x := make([]T, g.Size)
	if err := array.Promote(x, raw, h.DType); err != nil {
		return err
	}
	r, err := Scan(context.Background(), bytes.NewReader(raw), h.Header, h.fills)
	if err != nil {
		return err
	}
	h.eps = r.Width() * math.Pow(10, -4*rng.Float64())
	if !(h.eps > 0) || math.IsInf(h.eps, 0) {
		return nil
	}
	fills := special.FillsAs[T](h.DType, h.fills)
	in := special.Find(h.DType, x, raw, fills, false)
	l := quant.NewLattice[T](h.DType)
	y := make([]T, len(x))
	for i, v := range x {
		if in.Special != nil && in.Special[i] {
			continue
		}
		y[i] = v
		u := 2*rng.Float64() - 1
		if rng.IntN(4) == 0 {
			u = math.Copysign(1, u)
		}
		if w := l.Value(l.Index(T(float64(v) + u*h.eps))); math.Abs(float64(w)-float64(v)) <= h.eps {
			y[i] = w
		}
	}
	list := &special.Unpredictable{}
	if in.Unpredictable != nil {
		list = in.Unpredictable
	}
	coded := &keep.Input[T]{Grid: &g, DType: h.DType, Fills: fills, Eps: h.eps, Values: y}
	k, err := keep.New(coded, h.keep, in, list, DefaultLevel)
	if err != nil {
		return err
	}
	if err := k.Enforce(nil); err != nil {
		return err
	}
	if err := keep.Restore(coded, in.Mask, list, k.Block()); err != nil {
		return fmt.Errorf("%v %v keep %v: %w", h.DType, h.Shape, h.keep, err)
	}
	decoded := make([]byte, len(raw))
	array.Demote(decoded, y, h.DType)
	for i := range in.Special {
		if size := h.DType.Size(); in.Special[i] {
			copy(decoded[i*size:(i+1)*size], raw[i*size:])
		}
	}
	if !bytes.Equal(decoded, k.Elements()) {
		return fmt.Errorf("%v %v keep %v: the decoder's projection is not the encoder's", h.DType, h.Shape, h.keep)
	}
	err = checkBound(h.Header, raw, decoded, h.eps, h.fills)
	if err == nil {
		err = checkKeep(h.Header, raw, decoded, h.keep, h.fills)
	}
	if err != nil {
		return fmt.Errorf("%v %v keep %v: %w", h.DType, h.Shape, h.keep, err)
	}
	return nil
}

func TestKeepOnSmallArrays(t *testing.T) {
	for seed := range uint64(long.Trials(4000, 120_000)) {
		if err := projectTrial(rand.New(rand.NewPCG(seed, 2))); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}
