package codec

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/long"
)

// projectTrial takes one random chunk, decoded with any error that the bound
// allows, through the coding of relations alone.
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
	c := &chunkCodec{header: h, level: 5}
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
	in := newChunkInput(c, &g, x, raw)
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
		if w := l.Value(l.Key(T(float64(v) + u*h.eps))); math.Abs(float64(w)-float64(v)) <= h.eps {
			y[i] = w
		}
	}
	e := encoded{chunkData: chunkData{mode: modeResidual}, values: y}
	list := &special.Exact{}
	if in.Exact != nil {
		list = in.Exact
	}
	if len(list.Index) > 0 {
		e.block[block.Exact] = list.AppendTo(nil)
	}
	k, err := newKeeper(in, &e)
	if err != nil {
		return err
	}
	if err := k.settle(nil); err != nil {
		return err
	}
	e.block[block.Keep] = k.block()
	if err := restore(c, &g, y, in.Mask, list, &e.chunkData); err != nil {
		return fmt.Errorf("%v %v keep %v: %w", h.DType, h.Shape, h.keep, err)
	}
	decoded := make([]byte, len(raw))
	array.Demote(decoded, y, h.DType)
	for i := range in.Special {
		if size := h.DType.Size(); in.Special[i] {
			copy(decoded[i*size:(i+1)*size], raw[i*size:])
		}
	}
	if !bytes.Equal(decoded, k.elements()) {
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

// Relations that contradict each other or the bound are errors.
func TestContradictions(t *testing.T) {
	g := grid.New([]int{3, 3})
	type edge struct {
		from, to int
		sign     uint8
	}
	for name, edges := range map[string][]edge{
		"cycle":         {{0, 1, rising}, {1, 4, rising}, {0, 4, falling}},
		"itself":        {{0, 1, tied}, {1, 4, tied}, {0, 4, rising}},
		"out of bounds": {{0, 1, rising}, {1, 2, rising}, {2, 5, rising}, {5, 8, rising}, {4, 8, falling}},
		"apart":         {{0, 3, tied}, {3, 6, tied}, {6, 7, tied}},
	} {
		values := make([]float64, 9)
		values[7] = 5
		top := newTopology(&g, array.Int16, KeepOrder, values, nil, 2)
		top.compare()
		top.level = true
		for _, e := range edges {
			for k, d := range top.dirs {
				if d.off == e.to-e.from {
					top.sign[k][e.from] = openEdge | e.sign
				}
			}
		}
		if err := top.project(); !errors.Is(err, errContradiction) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A pin halves an interval, of any size, until it lies where it is to lie; the
// original never leaves it.
func TestPins(t *testing.T) {
	const most = 0x7fefffffffffffff
	g := grid.New([]int{1})
	for _, c := range []struct{ lo, hi, x, from, to int64 }{
		{-most, most, 0, 0, 0},
		{-most, most, most, most, most},
		{-most, most, -most, -most, -most},
		{-most, most, 12345, 0, most},
		{-8, 7, 7, 6, 7},
		{-8, 7, -8, -8, -8},
		{3, 4, 4, 4, 4},
		{5, 5, 5, 5, 5},
	} {
		k := &chunkKeeper[float64]{topology: newTopology(&g, array.Float64, KeepSigns, []float64{0}, nil, 1)}
		k.original, k.start = make([]int64, 1), make([]int64, 1)
		p := 0
		k.lo[p], k.hi[p], k.original[p], k.start[p] = c.lo, c.hi, c.x, c.lo
		k.narrow(pin{p, c.from, c.to})
		switch lo, hi := k.lo[p], k.hi[p]; {
		case lo > c.x || hi < c.x:
			t.Errorf("%+v: %d is not between %d and %d", c, c.x, lo, hi)
		case lo < c.from || hi > c.to:
			t.Errorf("%+v: left from %d to %d", c, lo, hi)
		case k.start[p] < lo || k.start[p] > hi:
			t.Errorf("%+v: starts at %d, outside of %d to %d", c, k.start[p], lo, hi)
		}
	}
}
