package codec

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/interrupt"
	"github.com/morselcodec/morsel/codec/internal/pack"
	"github.com/morselcodec/morsel/codec/internal/predict"
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
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
	further     []int   // of a parted chunk: values that no bin reaches
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
		e.block[blockRaw] = pack.AppendRaw(nil, elements[:c.DType.Size()], c.DType.Size(), c.level, nil)
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
		if c.eps == 0 && level >= verifyLevel && g.Size <= smallArray {
			level = 9 // zstd's best takes no time to speak of
		}
		e.block[blockRaw] = pack.AppendRaw(nil, elements, size, level, g.Watch)
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
	if best.err == nil && (c.eps == 0 || best.size() >= len(elements)*7/8) {
		chosen := smaller(best, raw())
		chosen.compared = best.compared
		return chosen
	}
	return best
}

// smaller returns b if that takes fewer bytes than a, which must have succeeded.
func smaller(a, b encoded) encoded {
	if a.err == nil && b.size() < a.size() {
		return b
	}
	return a
}

// size is the number of bytes that all blocks take.
func (e *encoded) size() int {
	n := 0
	for _, b := range e.block {
		n += len(b)
	}
	return n
}

// chunkInput is a chunk to encode.
type chunkInput[T array.Float] struct {
	*chunkCodec
	grid     *grid.Grid
	x        []T
	elements []byte
	special.Found[T]
	fills special.Fills[T]

	parted bool // walk leaves what is beside the residual, and its values, to the caller
}

func newChunkInput[T array.Float](c *chunkCodec, g *grid.Grid, x []T, elements []byte) *chunkInput[T] {
	fills := special.FillsAs[T](c.DType, c.fills)
	return &chunkInput[T]{
		chunkCodec: c, grid: g, x: x, elements: elements, fills: fills,
		Found: special.Find(x, elements, c.DType.Size(), fills, c.kind == boundPointwise), // zeros have no logarithm
	}
}

// latentsOnly codes the chunk without a bound.
func (in *chunkInput[T]) latentsOnly() encoded {
	e := encoded{chunkData: chunkData{mode: modeLatents}}
	latents, err := encodeLatents(in.model, in.grid, in.x, in.Special)
	if err != nil {
		e.err = err
		return e
	}
	e.block[blockLatents] = appendLatents(nil, latents, in.model.LatentLen(), in.level, in.grid.Watch)
	guide, err := decodeLatents[T](in.model, in.grid, latents)
	if err != nil {
		e.err = err
		return e
	}
	var further []int
	for i, v := range fromGuide(in.DType, guide) {
		if in.fills.Has(v) && (in.Special == nil || !in.Special[i]) {
			further = append(further, i)
		}
	}
	in.addSpecials(&e, further)
	_, e.err = in.verify(&e) // for the error that it measures
	return e
}

// addSpecials adds the blocks of special values, and of further values stored
// exactly at the given places.
func (in *chunkInput[T]) addSpecials(e *encoded, further []int) {
	e.block[blockMask], e.block[blockExact] = in.Blocks(in.grid, further, in.elements, in.DType.Size())
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
	latents, err := encodeLatents(in.model, in.grid, in.x, in.Special)
	var guide []T
	if err == nil {
		guide, err = decodeLatents[T](in.model, in.grid, latents)
	}
	if err != nil {
		return encoded{err: err}
	}
	guided := in.residual(guide)
	guided.block[blockLatents] = appendLatents(nil, latents, in.model.LatentLen(), in.level, in.grid.Watch)
	best.compared = comparison{without: best.size(), with: guided.size()}
	guided.compared = best.compared
	if guided.size() >= best.size() {
		return best
	}
	if in.keep != 0 {
		// What is kept depends on the values, so there is one way only: a model
		// has to pay for its name in each chunk.
		if guided.size()+modelSection >= best.size() {
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

// residual codes the chunk by multilevel prediction, with or without a guide,
// in the best of the ways that the level tries.
func (in *chunkInput[T]) residual(guide []T) encoded {
	var best encoded
	for i, a := range in.attempts() {
		e := in.walk(guide, a, in.shrink())
		if e.err != nil {
			return e
		}
		if i == 0 || e.size() < best.size() {
			best = e
		}
	}
	return best
}

// shrink returns the quantiser byte.
func (in *chunkInput[T]) shrink() uint8 {
	if in.eps == 0 {
		return quant.ShrinkLossless
	}
	return quant.ShrinkFor[T](in.DType, in.eps, in.Largest)
}

// walk codes the chunk in one way.
func (in *chunkInput[T]) walk(guide []T, a attempt, shrink uint8) encoded {
	e := encoded{chunkData: chunkData{mode: modeResidual}}
	w := &walker[T]{
		grid: in.grid, order: grid.AxisOrder(in.grid.Rank, a.order), values: make([]T, len(in.x)),
		quant: quant.New[T](in.DType, in.eps, shrink), fills: in.fills,
	}
	if in.Special != nil {
		if w.skip, e.err = special.Preset(w.values, in.Mask, in.Exact, in.DType); e.err != nil {
			return e
		}
	}
	spline := predict.Cubic[T]{Grid: in.grid, Values: w.values, Guide: guide}
	w.pred = &spline
	fit := &predict.Fitter[T]{Stencils: predict.Stencils[T]{Cubic: spline}, X: in.Bare, Special: in.Special, Quant: &w.quant, Points: a.fit}
	if a.fit > 0 && guide == nil && in.eps > 0 {
		w.pred = fit
	}
	w.blind = a.coder == coderStatic
	head := []byte{byte(a.coder), shrink, byte(a.order)}
	var further []int
	if a.coder == coderStatic {
		sc := newStaticEncoder(in.grid)
		w.coder = sc
		further = w.encode(in.x)
		e.block[blockResidual] = sc.finish(head)
	} else {
		rc := rangecoder.NewEncoder(head)
		w.coder = newMixingCoder(rc, in.grid, a.coder == coderFull)
		further = w.encode(in.x)
		e.block[blockResidual] = rc.Finish()
	}
	if slices.ContainsFunc(fit.Plans, func(s predict.Stencil) bool { return s.Precision > 0 }) {
		rc := rangecoder.NewEncoder(nil)
		predict.CodeStencils(rc, in.grid, in.grid.Passes(w.order), fit.Plans)
		e.block[blockStencils] = rc.Finish()
	}
	e.maxError = w.worst
	if in.parted {
		e.values, e.further = w.values, further
		return e
	}
	in.addSpecials(&e, further)
	if in.keep != 0 {
		e.values = w.values
	}
	return e
}

// error returns the largest error of decoded values.
func (in *chunkInput[T]) error(decoded []T) float64 {
	worst := 0.0
	for i, v := range in.x {
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
	decoded := make([]byte, len(in.elements))
	if err := in.decode(decoded, in.grid.Shape[:in.grid.Rank], &e.chunkData); err != nil {
		return nil, fmt.Errorf("verification: %w", err)
	}
	y := make([]T, len(in.x))
	if err := special.PromoteAny(y, decoded, in.DType); err != nil {
		return nil, fmt.Errorf("verification: %w", err)
	}
	if err := in.ordinary(y); err != nil {
		return nil, err
	}
	e.maxError, e.squares = 0, 0
	for i, v := range in.x {
		d := math.Abs(float64(v) - float64(y[i]))
		switch exact := in.eps == 0 || in.Special != nil && in.Special[i]; {
		case exact && !bytes.Equal(decoded[i*size:(i+1)*size], in.elements[i*size:(i+1)*size]):
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
		if (v-v != 0 || in.fills.Has(v)) && (in.Special == nil || !in.Special[i]) {
			return fmt.Errorf("verification: value %d of the chunk is %v, decodes to %v, which is no data", i, in.x[i], v)
		}
	}
	return nil
}
