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

// keeper makes a coded chunk keep what the archive guarantees: it pins values
// and gathers relations until what a decoder will project is right.
type keeper interface {
	// settle pins until the chunk is right, by itself and, unless h is nil,
	// beside its neighbours.
	settle(h *halo) error
	// elements returns the chunk as decoded.
	elements() []byte
	// seal codes what settling changed since the chunk was coded, and checks
	// what a decoder makes of it.
	seal(e *encoded) error
}

// chunkKeeper is the keeper of a chunk of values of type T.
type chunkKeeper[T formats.Float] struct {
	*topology[T]
	in       *chunkInput[T]
	original []int64 // keys of the chunk
	start    []int64 // keys before the projection, with pins
	want     []uint8 // marks of its extrema
	fills    []int64 // keys of fill
	halved   int     // halvings in all
	coded    int     // and in the block of the encoded chunk
}

// newKeeper returns the keeper of a chunk that e codes.
func newKeeper[T formats.Float](in *chunkInput[T], e *encoded) (*chunkKeeper[T], error) {
	list := &exact{}
	if b := e.block[blockExact]; b != nil {
		var err error
		if list, err = parseExact(b, len(in.x), in.DType.Size()); err != nil {
			return nil, err
		}
	}
	values := e.values.([]T)
	state, err := statuses(in.chunkCodec, values, in.mask, list)
	if err != nil {
		return nil, err
	}
	k := &chunkKeeper[T]{in: in}
	k.topology = newTopology(in.grid, in.DType, in.keep.needed(), values, state, in.eps)
	k.scratch.less, k.scratch.more = make([]int64, k.grid.size), make([]int64, k.grid.size)
	k.depth = depthFor(in.level)
	k.original = make([]int64, k.grid.size)
	for p, s := range k.state {
		if s&alive != 0 {
			k.original[p] = k.lattice.key(in.x[p])
		}
	}
	if k.extrema != nil {
		k.measure()
		k.extrema.find(k.original)
		k.want = slices.Clone(k.extrema.mark)
	}
	for _, v := range in.fills {
		k.fills = append(k.fills, k.lattice.key(v))
	}
	k.start = slices.Clone(k.key)
	k.learn()
	return k, nil
}

// settle implements keeper. Intervals only shrink, and with a single place in
// each the chunk is the original: it ends. So does each round, whose
// refutations only grow.
func (k *chunkKeeper[T]) settle(h *halo) error {
	for {
		if err := k.refine(); err != nil {
			return err
		}
		wrong := k.misses()
		if len(wrong) == 0 && h != nil {
			wrong = h.check(k.relations)
		}
		if len(wrong) == 0 {
			return nil
		}
		before := k.halved
		done := map[int]int{}
		for _, w := range wrong {
			// What one of equal values says may be enough for the others.
			first := k.scratch.first(w.at)
			if other, ok := done[first]; !ok || other == w.at {
				done[first] = w.at
				k.narrow(w)
			}
		}
		if k.halved == before {
			return errors.New("internal error: no pin makes the chunk right")
		}
		k.learn()
		if k.extrema != nil {
			k.extrema.forget() // the pins may rule out by themselves what was refuted
		}
	}
}

// narrow halves an interval as w asks, and once at least: values with a pin
// stay in their interval, others may be flattened out of it.
func (k *chunkKeeper[T]) narrow(w pin) {
	if k.halvings == nil {
		k.halvings = make([]uint8, k.grid.size)
	}
	p := w.at
	for k.lo[p] < k.hi[p] && (k.halvings[p] == 0 || k.lo[p] < w.lo || k.hi[p] > w.hi) {
		k.halve(p, k.original[p] > k.middle(p))
		k.halvings[p]++
		k.halved++
	}
	k.start[p] = min(max(k.start[p], k.lo[p]), k.hi[p])
}

// learn sets the signs of the edges that are open.
func (k *chunkKeeper[T]) learn() {
	if k.keep&(KeepSigns|KeepOrder) != 0 {
		k.compare()
		k.tell(k.original)
	}
}

// refine projects until there is no false extremum.
func (k *chunkKeeper[T]) refine() error {
	for {
		copy(k.key, k.start)
		copy(k.scratch.less, k.lo)
		copy(k.scratch.more, k.hi)
		if err := k.project(); err != nil {
			return fmt.Errorf("internal error: the chunk's own relations: %w", err)
		}
		if k.extrema == nil || k.extrema.refute(k.original) == 0 {
			return nil
		}
	}
}

// misses asks for the values that the projection moved out of the bound, which
// happens where the lattice is coarser than around the original, or onto fill.
func (k *chunkKeeper[T]) misses() (wrong []pin) {
	for p, s := range k.state {
		if s&alive == 0 || k.key[p] == k.original[p] {
			continue
		}
		d := float64(k.in.x[p]) - float64(k.lattice.value(k.key[p]))
		if !(math.Abs(d) <= k.in.eps) || slices.Contains(k.fills, k.key[p]) {
			wrong = append(wrong, pin{p, k.original[p], k.original[p]})
		}
	}
	return wrong
}

// block codes the payload of the keep block.
func (k *chunkKeeper[T]) block() []byte {
	flags := levelOf(k.keep)
	if k.halved > 0 {
		flags |= keepPins
	}
	if k.extrema != nil && k.extrema.refutes() {
		flags |= keepRefutes
	}
	for _, signs := range k.sign {
		if slices.Contains(signs, openEdge|tied) {
			flags |= keepTies
		}
	}
	var settled []int64
	if k.halved > 0 {
		settled = slices.Clone(k.key)
	}
	var best []byte
	axes := k.axes
	for _, k.axes = range k.orders() {
		if settled != nil {
			k.reset()
		}
		rc := rangecoder.NewEncoder([]byte{flags, byte(k.axes), k.depth})
		k.code(rc, flags, k.original, k.want)
		if b := rc.Finish(); best == nil || len(b) < len(best) {
			best, axes = b, k.axes
		}
	}
	k.axes = axes
	k.coded = k.halved
	copy(k.key, settled)
	return best
}

// orders lists the orders of axes to try.
func (k *chunkKeeper[T]) orders() []int {
	last := axisOrders(k.grid.rank) - 1
	switch {
	case k.in.level < 7 || k.keep&(KeepSigns|KeepOrder) == 0 || last == 0:
		return []int{k.axes}
	case k.in.level < 9 || k.grid.rank > 3:
		return []int{0, last}
	}
	all := make([]int, last+1)
	for i := range all {
		all[i] = i
	}
	return all
}

// elements implements keeper.
func (k *chunkKeeper[T]) elements() []byte {
	values := slices.Clone(k.values)
	k.store(values)
	decoded := make([]byte, len(k.in.elements))
	formats.Demote(decoded, values, k.in.DType)
	for i, special := range k.in.special {
		if size := k.in.DType.Size(); special {
			copy(decoded[i*size:(i+1)*size], k.in.elements[i*size:])
		}
	}
	return decoded
}

// depthFor returns the depth of a level: large tables are slow to look up, and
// gain little.
func depthFor(level int) uint8 {
	switch {
	case level < 7:
		return 16
	case level < 9:
		return 17
	}
	return maxDepth
}

// guaranteed adds a keep block to e.
func (in *chunkInput[T]) guaranteed(e encoded) encoded {
	k, err := newKeeper(in, &e)
	if err == nil {
		err = k.settle(nil)
	}
	if err != nil {
		return encoded{err: err}
	}
	e.keeper = k
	e.block[blockKeep] = k.block()
	return e
}

// seal implements keeper.
func (k *chunkKeeper[T]) seal(e *encoded) error {
	decoded := k.elements()
	if k.coded < k.halved {
		e.block[blockKeep] = k.block()
		// Pins for the sake of neighbours may leave nothing to gain.
		raw := encoded{chunkData: chunkData{ordinal: e.ordinal, mode: modeRaw}}
		raw.block[blockRaw] = appendRaw(nil, decoded, k.in.DType.Size(), k.in.level, k.in.grid.stop)
		if raw.size() < e.size() {
			e.chunkData = raw.chunkData
		}
	}
	values := make([]T, len(k.in.x))
	if err := promoteSpecial(values, decoded, k.in.DType); err != nil {
		return err
	}
	if err := k.in.ordinary(values); err != nil {
		return err
	}
	if e.maxError = k.in.error(values); !(e.maxError <= k.in.eps) {
		return fmt.Errorf("verification: an error of %v in the chunk as decoded, bound %v", e.maxError, k.in.eps)
	}
	if err := k.compareOrder(values); err != nil {
		return err
	}
	if !k.in.verifies() {
		return nil
	}
	again, err := k.in.verify(e)
	if err != nil {
		return err
	}
	if !bytes.Equal(again, decoded) {
		return errors.New("verification: the chunk decodes to something else than its relations were checked on")
	}
	return nil
}

// seal has what is kept sealed.
func (e *encoded) seal() {
	defer stopping(&e.err)
	if e.err == nil && e.keeper != nil {
		e.err = e.keeper.seal(e)
	}
}

// compareOrder checks the guarantee on decoded values by its definition.
func (k *chunkKeeper[T]) compareOrder(values []T) error {
	for p, s := range k.state {
		if s&alive != 0 {
			k.key[p] = k.lattice.key(values[p])
		}
	}
	right := true
	if k.keep&(KeepSigns|KeepOrder) != 0 {
		for i := range k.dirs {
			d := &k.dirs[i]
			k.edges(d, func(at, n int) {
				for p := at; p < at+n; p++ {
					q := p + d.off
					if signBetween(k.key[p], k.key[q]) != signBetween(k.original[p], k.original[q]) && k.state[p]&k.state[q]&alive != 0 {
						right = false
					}
				}
			})
		}
	}
	if k.extrema != nil {
		k.extrema.find(k.key)
		right = right && bytes.Equal(k.extrema.mark, k.want)
	}
	if !right {
		return fmt.Errorf("verification: the chunk as decoded does not keep %v", k.keep)
	}
	return nil
}
