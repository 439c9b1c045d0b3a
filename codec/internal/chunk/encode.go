package chunk

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/interrupt"
	"github.com/morselcodec/morsel/codec/internal/lossless"
	"github.com/morselcodec/morsel/codec/internal/pack"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/formats/array"
)

// Encoded is a chunk as encoded, with what is known of it besides.
type Encoded struct {
	Chunk
	MaxError    float64 // over ordinary values, as decoded
	MaxRelative float64 // of |x−x̂|/|x|, as decoded; only for a pointwise relative bound
	Squares     float64 // of errors in units of ε, summed, and
	Ordinary    int     // how many values are finite and not fill; both only for a PSNR
	Err         error

	Compared    Comparison // without and with the model
	Alternative *Encoded   // the best without the model, if this one uses it

	values any    // a []T: what the residual decodes to
	keeper keeper // nil without guarantees
}

// Comparison is how many bytes a chunk takes without the model and with it, before
// guarantees are added; both 0 if the model was not tried.
type Comparison struct{ Without, With int }

// Encode codes the chunk with the given elements. values, if not nil, are the same
// as numbers, a []float32 or a []float64 as DType.NeedsFloat64 says, which nobody
// else may use then.
func (c *Codec) Encode(ordinal int, shape []int, elements []byte, values any) (e Encoded) {
	defer interrupt.Recover(&e.Err)
	switch {
	case constant(elements, c.DType.Size()):
		e.Mode = Constant
		e.Blocks[block.Raw] = pack.AppendRaw(nil, elements[:c.DType.Size()], c.DType.Size(), c.Level, nil)
	case c.DType.NeedsFloat64():
		e = encodeAs[float64](c, shape, elements, values)
	default:
		e = encodeAs[float32](c, shape, elements, values)
	}
	if c.BoundKind == BoundPSNR {
		e.Ordinary = c.countOrdinary(elements)
	}
	e.Ordinal = ordinal
	if e.Alternative != nil {
		e.Alternative.Ordinal, e.Alternative.Ordinary = ordinal, e.Ordinary
	}
	return e
}

// constant reports whether all elements, of size bytes, are the same.
func constant(elements []byte, size int) bool {
	return bytes.Equal(elements[size:], elements[:len(elements)-size])
}

// encodeAs codes a chunk with values of type T.
func encodeAs[T array.Float](c *Codec, shape []int, elements []byte, values any) Encoded {
	g := c.grid(shape)
	size := c.DType.Size()
	raw := func() Encoded {
		e := Encoded{Chunk: Chunk{Mode: Raw}}
		level := c.Level
		if c.Eps == 0 && level >= decodeAgainLevel && g.Size <= grid.SmallArray {
			level = 9 // zstd's best takes no time to speak of
		}
		e.Blocks[block.Raw] = pack.AppendRaw(nil, elements, size, level, g.Watch)
		return e
	}
	x, ok := values.([]T)
	var err error
	if !ok {
		x = make([]T, g.Size)
		err = special.Promote(x, elements, c.DType, c.Fills)
	}
	if err != nil {
		if errors.Is(err, array.ErrInexact) && c.Eps == 0 {
			if c.Level < lossless.LeastLevel || g.Size > MaxScanValues {
				return raw()
			}
			return smaller(c.losslessIntegers(&g, elements), raw())
		}
		return Encoded{Err: fmt.Errorf("%w; keep such integers without loss (--lossless), or as fill (--fill)", err)}
	}
	in := newInput(c, &g, x, elements)
	var best Encoded
	switch c.BoundKind {
	case BoundNone:
		best = in.latentsOnly()
	case BoundPointwise:
		best = in.pointwise()
	default:
		best = in.smallest()
	}
	if best.Err == nil && c.Keep != 0 && c.Eps > 0 {
		best = in.withGuarantees(best)
	}
	if best.Err == nil && (c.Eps == 0 || best.Blocks.Size() >= len(elements)*7/8) {
		chosen := smaller(best, raw())
		chosen.Compared = best.Compared
		return chosen
	}
	return best
}

// smaller returns b if that takes fewer bytes than a, which must have succeeded.
func smaller(a, b Encoded) Encoded {
	if a.Err == nil && b.Blocks.Size() < a.Blocks.Size() {
		return b
	}
	return a
}

// input is a chunk to encode.
type input[T array.Float] struct {
	*Codec
	grid *grid.Grid
	*special.Values[T]
}

func newInput[T array.Float](c *Codec, g *grid.Grid, x []T, elements []byte) *input[T] {
	fills := special.FillsAs[T](c.DType, c.Fills)
	return &input[T]{
		Codec: c, grid: g,
		Values: special.Find(c.DType, x, elements, fills, c.BoundKind == BoundPointwise), // zeros have no logarithm
	}
}

// countOrdinary returns how many elements are ordinary: finite and not fill.
func (c *Codec) countOrdinary(elements []byte) int {
	x, fills := make([]float64, len(elements)/c.DType.Size()), special.FillsAs[float64](c.DType, c.Fills)
	if special.Promote(x, elements, c.DType, c.Fills) != nil {
		return len(x) // of integers that no float holds, all are
	}
	n := 0
	for _, v := range x {
		n += bitio.Bit(v-v == 0 && !fills.Has(v))
	}
	return n
}
