package codec

import (
	"bytes"
	"errors"
	"fmt"
	"math"

	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/interrupt"
	"github.com/morselcodec/morsel/codec/internal/pack"
	"github.com/morselcodec/morsel/codec/internal/residual"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/formats/array"
)

// encoded is what encoding a chunk gives.
type encoded struct {
	chunkData
	maxError    float64 // as decoded, over finite values that are not fill
	maxRelative float64 // as decoded, |x−x̂|/|x|; only for a pointwise relative bound
	squares     float64 // of errors in units of ε, summed, and
	ordinary    int     // how many values are finite and not fill; both only for a PSNR
	values      any     // a []T: the residual as decoded
	keeper      keeper  // nil if there is nothing to keep beside the bound
	err         error

	compared    comparison // with and without the model
	alternative *encoded   // without the model, where this uses it
}

// encode codes the chunk with the given elements.
func (c *chunkCodec) encode(ordinal int, shape []int, elements []byte) (e encoded) {
	defer interrupt.Recover(&e.err)
	switch {
	case constant(elements, c.DType.Size()):
		e.mode = modeConstant
		e.block[block.Raw] = pack.AppendRaw(nil, elements[:c.DType.Size()], c.DType.Size(), c.level, nil)
	case c.DType.NeedsFloat64():
		e = encodeAs[float64](c, shape, elements)
	default:
		e = encodeAs[float32](c, shape, elements)
	}
	if c.kind == boundPSNR {
		e.ordinary = c.countOrdinary(elements)
	}
	e.ordinal = ordinal
	if e.alternative != nil {
		e.alternative.ordinal, e.alternative.ordinary = ordinal, e.ordinary
	}
	return e
}

func constant(elements []byte, size int) bool {
	return bytes.Equal(elements[size:], elements[:len(elements)-size])
}

// encodeAs codes a chunk with values of type T.
func encodeAs[T array.Float](c *chunkCodec, shape []int, elements []byte) encoded {
	g := c.gridOf(shape)
	size := c.DType.Size()
	raw := func() encoded {
		e := encoded{chunkData: chunkData{mode: modeRaw}}
		level := c.level
		if c.eps == 0 && level >= verifyLevel && g.Size <= residual.SmallArray {
			level = 9 // zstd's best takes no time to speak of
		}
		e.block[block.Raw] = pack.AppendRaw(nil, elements, size, level, g.Watch)
		return e
	}
	x := make([]T, g.Size)
	if err := special.Promote(x, elements, c.DType, c.fills); err != nil {
		if errors.Is(err, array.ErrInexact) && c.eps == 0 {
			if c.level < scanLevel || g.Size > maxScanValues {
				return raw()
			}
			return smaller(c.losslessIntegers(shape, elements), raw())
		}
		return encoded{err: fmt.Errorf("%w; keep such integers without loss (--lossless), or as fill (--fill)", err)}
	}
	in := newChunkInput(c, &g, x, elements)
	var best encoded
	switch c.kind {
	case boundNone:
		best = in.latentsOnly()
	case boundPointwise:
		best = in.pointwise()
	default:
		best = in.smallest()
	}
	if best.err == nil && c.keep != 0 && c.eps > 0 {
		best = in.guaranteed(best)
	}
	if best.err == nil && (c.eps == 0 || best.block.Size() >= len(elements)*7/8) {
		chosen := smaller(best, raw())
		chosen.compared = best.compared
		return chosen
	}
	return best
}

// smaller returns b if that takes fewer bytes than a, which must have succeeded.
func smaller(a, b encoded) encoded {
	if a.err == nil && b.block.Size() < a.block.Size() {
		return b
	}
	return a
}

// chunkInput is a chunk to encode.
type chunkInput[T array.Float] struct {
	*chunkCodec
	grid *grid.Grid
	*special.Values[T]
}

func newChunkInput[T array.Float](c *chunkCodec, g *grid.Grid, x []T, elements []byte) *chunkInput[T] {
	fills := special.FillsAs[T](c.DType, c.fills)
	return &chunkInput[T]{
		chunkCodec: c, grid: g,
		Values: special.Find(c.DType, x, elements, fills, c.kind == boundPointwise), // zeros have no logarithm
	}
}

// latentsOnly codes the chunk without a bound.
func (in *chunkInput[T]) latentsOnly() encoded {
	e := encoded{chunkData: chunkData{mode: modeLatents}}
	latents, err := encodeLatents(in.model, in.grid, in.X, in.Special)
	if err != nil {
		e.err = err
		return e
	}
	e.block[block.Latents] = appendLatents(nil, latents, in.model.LatentLen(), in.level, in.grid.Watch)
	guide, err := decodeLatents[T](in.model, in.grid, latents)
	if err != nil {
		e.err = err
		return e
	}
	var further []int
	for i, v := range fromGuide(in.DType, guide) {
		if in.Fills.Has(v) && (in.Special == nil || !in.Special[i]) {
			further = append(further, i)
		}
	}
	in.Blocks(&e.block, in.grid, further)
	_, e.err = in.verify(&e) // for the error that it measures
	return e
}

// smallest tries the ways to code the chunk that the level allows and returns
// the one that takes the fewest bytes. One that uses the model carries the best
// that does not as its alternative.
func (in *chunkInput[T]) smallest() encoded {
	best := in.unguided()
	if in.model == nil || best.err != nil {
		return best
	}
	if w, err := newWindows(in.grid, in.model); err != nil || checkModelWork(w, in.model) != nil {
		return best // the model is for other arrays
	}
	latents, err := encodeLatents(in.model, in.grid, in.X, in.Special)
	var guide []T
	if err == nil {
		guide, err = decodeLatents[T](in.model, in.grid, latents)
	}
	if err != nil {
		return encoded{err: err}
	}
	guided := in.residual(guide)
	guided.block[block.Latents] = appendLatents(nil, latents, in.model.LatentLen(), in.level, in.grid.Watch)
	best.compared = comparison{without: best.block.Size(), with: guided.block.Size()}
	guided.compared = best.compared
	if guided.block.Size() >= best.block.Size() {
		return best
	}
	if in.keep != 0 {
		// What is kept depends on the values, so there is one way only: a model
		// has to pay for its name in each chunk.
		if guided.block.Size()+modelSection >= best.block.Size() {
			return best
		}
		return guided
	}
	guided = in.verified(guided)
	guided.alternative = &best
	return guided
}

// unguided codes the chunk without a model.
func (in *chunkInput[T]) unguided() encoded {
	// What is kept beside a bound, even one that underflows, needs the residual.
	if in.eps == 0 && in.level >= scanLevel && in.grid.Size <= maxScanValues && (in.keep == 0 || in.kind == boundLossless) {
		return in.lossless()
	}
	return in.verified(in.residual(nil))
}

// verified verifies e where the level says so; where topology is kept, it is
// too early for that.
func (in *chunkInput[T]) verified(e encoded) encoded {
	if e.err == nil && in.verifies() && in.keep == 0 {
		_, e.err = in.verify(&e)
	}
	return e
}

// residual codes the chunk by multilevel prediction, with or without a guide.
func (in *chunkInput[T]) residual(guide []T) encoded {
	c, err := residual.Encode(&residual.Input[T]{
		Values: in.Values, Grid: in.grid, Guide: guide, Eps: in.eps, Level: in.level, Alone: in.tiles.Total == 1,
	})
	if err != nil {
		return encoded{err: err}
	}
	e := encoded{chunkData: chunkData{mode: modeResidual, block: c.Blocks}, maxError: c.MaxError}
	if in.keep != 0 {
		e.values = c.Values
	}
	return e
}

// error returns the largest error of decoded values.
func (in *chunkInput[T]) error(decoded []T) float64 {
	worst := 0.0
	for i, v := range in.X {
		if d := math.Abs(float64(v) - float64(decoded[i])); d > worst && (in.Special == nil || !in.Special[i]) {
			worst = d
		}
	}
	return worst
}

// verify decodes e and compares it with the original: the bound for every
// value, every bit of the special ones. It returns what e decodes to.
func (in *chunkInput[T]) verify(e *encoded) ([]byte, error) {
	size := in.DType.Size()
	decoded := make([]byte, len(in.Elements))
	if err := in.decode(decoded, in.grid.Shape[:in.grid.Rank], &e.chunkData); err != nil {
		return nil, fmt.Errorf("verification: %w", err)
	}
	y := make([]T, len(in.X))
	if err := special.PromoteAny(y, decoded, in.DType); err != nil {
		return nil, fmt.Errorf("verification: %w", err)
	}
	if err := in.ordinary(y); err != nil {
		return nil, err
	}
	e.maxError, e.squares = 0, 0
	for i, v := range in.X {
		d := math.Abs(float64(v) - float64(y[i]))
		switch exact := in.eps == 0 || in.Special != nil && in.Special[i]; {
		case exact && !bytes.Equal(decoded[i*size:(i+1)*size], in.Elements[i*size:(i+1)*size]):
			return nil, fmt.Errorf("verification: value %d of the chunk is %v, decodes to %v", i, v, y[i])
		case exact:
		case !(d <= in.eps):
			return nil, fmt.Errorf("verification: value %d of the chunk is %v, decodes to %v, bound %v", i, v, y[i], in.eps)
		default:
			if d > e.maxError {
				e.maxError = d
			}
			if in.kind == boundPSNR {
				d /= in.eps
				e.squares += float64(d * d)
			}
		}
	}
	return decoded, nil
}

// ordinary reports an error unless the ordinary values of the chunk, as decoded,
// are ordinary still: finite, and no fill.
func (in *chunkInput[T]) ordinary(decoded []T) error {
	for i, v := range decoded {
		if (v-v != 0 || in.Fills.Has(v)) && (in.Special == nil || !in.Special[i]) {
			return fmt.Errorf("verification: value %d of the chunk is %v, decodes to %v, which is no data", i, in.X[i], v)
		}
	}
	return nil
}

// verifyLevel is the level from which the written bytes are decoded and
// compared with the original. Below, the encoder's own reconstruction is, which
// the same code made.
const verifyLevel = 5

// verifies reports whether the written bytes are decoded. For a PSNR they are
// at every level: it counts what a reader will see.
func (c *chunkCodec) verifies() bool { return c.level >= verifyLevel || c.kind == boundPSNR }
