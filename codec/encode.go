package codec

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/morselcodec/morsel/codec/internal/rangecoder"
	"github.com/morselcodec/morsel/formats"
)

// encoded is what encoding a chunk gives.
type encoded struct {
	chunkData
	maxError float64 // as decoded, over finite values that are not fill
	values   any     // a []T: the residual as decoded
	keeper   keeper  // nil if there is nothing to keep beside the bound
	err      error
}

// encode codes the chunk with the given elements.
func (c *chunkCodec) encode(ordinal int, shape []int, elements []byte) encoded {
	var e encoded
	switch {
	case constant(elements, c.DType.Size()):
		e.mode = modeConstant
		e.block[blockRaw] = appendRaw(nil, elements[:c.DType.Size()], c.DType.Size(), c.level)
	case c.DType.NeedsFloat64():
		e = encodeAs[float64](c, shape, elements)
	default:
		e = encodeAs[float32](c, shape, elements)
	}
	e.ordinal = ordinal
	return e
}

func constant(elements []byte, size int) bool {
	return bytes.Equal(elements[size:], elements[:len(elements)-size])
}

// encodeAs codes a chunk with values of type T.
func encodeAs[T formats.Float](c *chunkCodec, shape []int, elements []byte) encoded {
	g := newGrid(shape)
	size := c.DType.Size()
	raw := func() encoded {
		e := encoded{chunkData: chunkData{mode: modeRaw}}
		e.block[blockRaw] = appendRaw(nil, elements, size, c.level)
		return e
	}
	x := make([]T, g.size)
	if err := formats.Promote(x, elements, c.DType); err != nil {
		if errors.Is(err, formats.ErrInexact) && c.eps == 0 {
			return raw()
		}
		return encoded{err: fmt.Errorf("%w; such integers need a lossless bound (--lossless)", err)}
	}
	in := newChunkInput(c, &g, x, elements)
	var best encoded
	if math.IsInf(c.eps, 1) {
		best = in.latentsOnly()
	} else {
		best = in.smallest()
		if best.err == nil && c.keep != 0 && c.eps > 0 {
			best = in.guaranteed(best)
		}
		if best.err == nil && (c.eps == 0 || best.size() >= len(elements)*7/8) {
			if r := raw(); r.size() < best.size() {
				return r
			}
		}
	}
	if best.err == nil && c.level >= verifyLevel && best.keeper == nil {
		_, best.err = in.verify(&best)
	}
	return best
}

// verifyLevel is the level from which the written bytes are decoded and
// compared; below, the encoder's own reconstruction is, which the same code made.
const verifyLevel = 5

// stencilLevel is the level from which stencils are fitted.
const stencilLevel = 4

// size is the number of bytes that all blocks take.
func (e *encoded) size() int {
	n := 0
	for _, b := range e.block {
		n += len(b)
	}
	return n
}

// chunkInput is a chunk to encode.
type chunkInput[T formats.Float] struct {
	*chunkCodec
	grid     *grid
	x        []T
	elements []byte
	mask     *mask  // nil if there is nothing special
	exact    *exact // specials beyond what a mask can name
	special  []bool // nil likewise
	largest  float64
}

func newChunkInput[T formats.Float](c *chunkCodec, g *grid, x []T, elements []byte) *chunkInput[T] {
	in := &chunkInput[T]{chunkCodec: c, grid: g, x: x, elements: elements}
	size := c.DType.Size()
	var fill T
	if c.fill != nil {
		v := make([]T, 1)
		if formats.Promote(v, c.fill, c.DType) == nil {
			fill = v[0]
		}
	}
	ordinary := func(v T) bool { return v-v == 0 && (c.fill == nil || v != fill) }
	below, above := sentinels(x, ordinary)
	for i, v := range x {
		if ordinary(v) && v != below && v != above {
			in.largest = math.Max(in.largest, math.Abs(float64(v)))
			continue
		}
		in.markSpecial(i, elements[i*size:(i+1)*size])
	}
	return in
}

// sentinels returns the smallest and the largest ordinary value where they
// look like markers rather than measurements: often repeated, and far from all
// other values. NaN stands for none.
func sentinels[T formats.Float](x []T, ordinary func(T) bool) (below, above T) {
	// The two smallest and largest different values, and how often the
	// outermost occur.
	none := T(math.NaN())
	lo, lo2, hi2, hi := none, none, none, none
	var nlo, nhi int
	for _, v := range x {
		if !ordinary(v) {
			continue
		}
		switch {
		case lo != lo || v < lo:
			lo, lo2, nlo = v, lo, 1
		case v == lo:
			nlo++
		case lo2 != lo2 || v < lo2:
			lo2 = v
		}
		switch {
		case hi != hi || v > hi:
			hi, hi2, nhi = v, hi, 1
		case v == hi:
			nhi++
		case hi2 != hi2 || v > hi2:
			hi2 = v
		}
	}
	below, above = none, none
	often := max(len(x)/256, 4)
	if nlo >= often && float64(lo2)-float64(lo) > float64(hi)-float64(lo2) && lo2 < hi {
		below = lo
	}
	if nhi >= often && float64(hi)-float64(hi2) > float64(hi2)-float64(lo) && hi2 > lo {
		above = hi
	}
	return below, above
}

func (in *chunkInput[T]) markSpecial(i int, element []byte) {
	if in.special == nil {
		in.special = make([]bool, len(in.x))
		in.mask = &mask{class: make([]uint8, len(in.x))}
		in.exact = &exact{}
	}
	in.special[i] = true
	if !in.mask.add(i, element) {
		in.exact.at = append(in.exact.at, i)
		in.exact.elements = append(in.exact.elements, element...)
	}
}

// latentsOnly codes the chunk without a bound.
func (in *chunkInput[T]) latentsOnly() encoded {
	e := encoded{chunkData: chunkData{mode: modeLatents}}
	latents, err := encodeLatents(in.model, in.grid, in.x, in.special)
	if err != nil {
		e.err = err
		return e
	}
	e.block[blockLatents] = appendLatents(nil, latents, in.model.LatentLen(), in.level)
	in.addSpecials(&e, nil)
	return e
}

// addSpecials adds the blocks of special values, and of further values stored
// exactly at the given places.
func (in *chunkInput[T]) addSpecials(e *encoded, further []int) {
	if in.mask != nil && len(in.mask.classes) > 0 {
		e.block[blockMask] = in.mask.appendTo(nil, in.grid)
	}
	list := &exact{}
	if in.exact != nil {
		list = in.exact
	}
	if len(further) > 0 {
		list = list.merge(further, in.elements, in.DType.Size())
	}
	if len(list.at) > 0 {
		e.block[blockExact] = list.appendTo(nil)
	}
}

// smallest tries the ways to code the chunk that the level allows and returns
// the one that takes the fewest bytes.
func (in *chunkInput[T]) smallest() encoded {
	best := in.residual(nil)
	if in.model == nil {
		return best
	}
	latents, err := encodeLatents(in.model, in.grid, in.x, in.special)
	if errors.Is(err, errRank) {
		return best // the model is for other arrays
	}
	var guide []float32
	if err == nil {
		guide, err = decodeLatents(in.model, in.grid, latents)
	}
	if err != nil {
		return encoded{err: err}
	}
	guided := in.residual(guide)
	guided.block[blockLatents] = appendLatents(nil, latents, in.model.LatentLen(), in.level)
	if guided.size() < best.size() {
		return guided
	}
	return best
}

// residual codes the chunk by multilevel prediction, with or without a guide,
// in the best of the axis orders that the level tries.
func (in *chunkInput[T]) residual(guide []float32) encoded {
	shrink := uint8(shrinkLossless)
	if in.eps > 0 {
		shrink = shrinkFor[T](in.DType, in.eps, in.largest)
	}
	var best encoded
	for _, order := range in.orders() {
		e := in.walk(guide, order, shrink)
		if best.block[blockResidual] == nil || e.size() < best.size() {
			best = e
		}
	}
	return best
}

// orders lists the axis orders to try, as indices of axisOrder.
func (in *chunkInput[T]) orders() []int {
	last := axisOrders(in.grid.rank) - 1
	if in.level < 7 || last == 0 {
		return []int{0}
	}
	return []int{0, last}
}

// fitPoints returns how many points of a pass the fit of a stencil looks at.
func (in *chunkInput[T]) fitPoints() int {
	if in.level >= 7 {
		return 20000
	}
	return 5000
}

// walk codes the chunk along one axis order.
func (in *chunkInput[T]) walk(guide []float32, order int, shrink uint8) encoded {
	e := encoded{chunkData: chunkData{mode: modeResidual}}
	w := &walker[T]{
		grid: in.grid, order: axisOrder(in.grid.rank, order), values: make([]T, len(in.x)),
		quant: newQuantizer[T](in.DType, in.eps, shrink),
	}
	if in.special != nil {
		if w.skip, e.err = presetSpecials(w.values, in.mask, in.exact, in.DType); e.err != nil {
			return e
		}
	}
	spline := cubic[T]{grid: in.grid, values: w.values, guide: guide}
	w.pred = &spline
	fit := &fitter[T]{stencils: stencils[T]{cubic: spline}, x: in.x, special: in.special, quant: &w.quant, points: in.fitPoints()}
	if in.level >= stencilLevel && guide == nil && in.eps > 0 {
		w.pred = fit
	}
	kind := coderMixing
	if in.level <= 3 {
		kind = coderStatic
	}
	head := []byte{byte(kind), shrink, byte(order)}
	var further []int
	if kind == coderStatic {
		sc := newStaticEncoder(in.grid)
		w.coder = sc
		further = w.encode(in.x)
		e.block[blockResidual] = sc.finish(head)
	} else {
		rc := rangecoder.NewEncoder(head)
		w.coder = newMixingCoder(rc, in.grid)
		further = w.encode(in.x)
		e.block[blockResidual] = rc.Finish()
	}
	if slices.ContainsFunc(fit.plans, func(s stencil) bool { return s.precision > 0 }) {
		rc := rangecoder.NewEncoder(nil)
		codeStencils(rc, in.grid, in.grid.passes(w.order), fit.plans)
		e.block[blockStencils] = rc.Finish()
	}
	in.addSpecials(&e, further)
	e.values = w.values
	e.maxError = in.error(w.values)
	return e
}

// error returns the largest error of decoded values.
func (in *chunkInput[T]) error(decoded []T) float64 {
	worst := 0.0
	for i, v := range in.x {
		if in.special == nil || !in.special[i] {
			worst = math.Max(worst, math.Abs(float64(v)-float64(decoded[i])))
		}
	}
	return worst
}

// verify decodes e and compares it with the original: the bound for every
// value, every bit of the special ones. It returns what e decodes to.
func (in *chunkInput[T]) verify(e *encoded) ([]byte, error) {
	size := in.DType.Size()
	decoded := make([]byte, len(in.elements))
	if err := in.decode(decoded, in.grid.shape[:in.grid.rank], &e.chunkData); err != nil {
		return nil, fmt.Errorf("verification: %w", err)
	}
	y := make([]T, len(in.x))
	if err := formats.Promote(y, decoded, in.DType); err != nil {
		return nil, fmt.Errorf("verification: %w", err)
	}
	for i := range in.x {
		exact := in.eps == 0 || in.special != nil && in.special[i]
		if exact && !bytes.Equal(decoded[i*size:(i+1)*size], in.elements[i*size:(i+1)*size]) ||
			!exact && !(math.Abs(float64(in.x[i])-float64(y[i])) <= in.eps) {
			return nil, fmt.Errorf("verification: value %d of the chunk is %v, decodes to %v, bound %v", i, in.x[i], y[i], in.eps)
		}
	}
	e.maxError = in.error(y)
	return decoded, nil
}
