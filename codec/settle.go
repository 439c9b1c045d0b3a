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
	// places returns where each value of the chunk lies in its arrays.
	places() []int32
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
	tight    uint8   // second byte of the block
	original []int64 // keys of the chunk
	start    []int64 // keys before the projection, with pins
	want     []uint8 // marks of its extrema
	coded    int     // pins in the block of the encoded chunk
}

// newKeeper returns the keeper of a chunk that e codes with the bound
// tightened by tight.
func newKeeper[T formats.Float](in *chunkInput[T], e *encoded, tight uint8) (*chunkKeeper[T], error) {
	list := &exact{}
	if b := e.block[blockExact]; b != nil {
		var err error
		if list, err = parseExact(b, len(in.x), in.DType.Size()); err != nil {
			return nil, err
		}
	}
	values := e.values.([]T)
	status, err := statuses(in.chunkCodec, values, in.mask, list)
	if err != nil {
		return nil, err
	}
	k := &chunkKeeper[T]{in: in, tight: tight}
	k.topology = newTopology(in.grid, in.DType, in.keep.needed(), values, status, tightened(in.eps, tight))
	k.original = make([]int64, k.size)
	k.rows(func(from, at, n int, _ *[maxRank]int) {
		for i := range n {
			if k.state[at+i]&alive != 0 {
				k.original[at+i] = k.lattice.key(in.x[from+i])
			}
		}
	})
	if k.extrema != nil {
		k.measure()
		k.extrema.find(k.original)
		k.want = slices.Clone(k.extrema.mark)
	}
	k.start = slices.Clone(k.key)
	k.learn()
	return k, nil
}

// settle implements keeper. Pins only grow, and with all values pinned the
// chunk is the original: it ends. So does each round, whose refutations only
// grow.
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
		k.pins = append(k.pins, wrong...)
		for _, p := range wrong {
			k.pin(p, k.original[p])
			k.start[p] = k.original[p]
		}
		k.learn()
		if k.extrema != nil {
			k.extrema.forget() // the pins may rule out by themselves what was refuted
		}
	}
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
		if k.extrema != nil {
			k.extra = k.extrema.list()
		}
		if err := k.project(); err != nil {
			return fmt.Errorf("internal error: the chunk's own relations: %w", err)
		}
		if k.extrema == nil || k.extrema.refute(k.original) == 0 {
			return nil
		}
	}
}

// misses lists the values that the projection moved out of the bound. That
// happens where the lattice is coarser than around the original.
func (k *chunkKeeper[T]) misses() (wrong []int) {
	k.rows(func(from, at, n int, _ *[maxRank]int) {
		for i := range n {
			p := at + i
			if k.state[p] != alive || k.key[p] == k.original[p] {
				continue
			}
			d := float64(k.in.x[from+i]) - float64(k.lattice.value(k.key[p]))
			if !(math.Abs(d) <= k.in.eps) {
				wrong = append(wrong, p)
			}
		}
	})
	return wrong
}

// block codes the payload of the keep block.
func (k *chunkKeeper[T]) block() []byte {
	flags := byte(k.keep)
	if len(k.pins) > 0 {
		flags |= keepPins
	}
	for _, signs := range k.sign {
		if slices.Contains(signs, openEdge|tied) {
			flags |= keepTies
		}
	}
	settled := slices.Clone(k.key)
	var best []byte
	axes := k.axes
	for _, k.axes = range k.orders() {
		k.reset()
		rc := rangecoder.NewEncoder([]byte{flags, k.tight, byte(k.axes)})
		if err := k.code(rc, flags, k.original, k.want); err != nil {
			panic(err) // only decoding fails
		}
		if b := rc.Finish(); best == nil || len(b) < len(best) {
			best, axes = b, k.axes
		}
	}
	k.axes = axes
	k.coded = len(k.pins)
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

// places implements keeper.
func (k *chunkKeeper[T]) places() []int32 {
	list := make([]int32, k.grid.size)
	k.rows(func(from, at, n int, _ *[maxRank]int) {
		for i := range n {
			list[from+i] = int32(at + i)
		}
	})
	return list
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

// tights lists the bounds to try, as second bytes of the block.
func (in *chunkInput[T]) tights() []uint8 {
	if in.level < 7 {
		return []uint8{tightest - 1}
	}
	return []uint8{tightest - 1, tightest/2 - 1}
}

// guaranteed returns best with a keep block, or another way to code the chunk
// that takes fewer bytes.
func (in *chunkInput[T]) guaranteed(best encoded) encoded {
	for i, tight := range in.tights() {
		e := best
		if i > 0 {
			e = in.tighter(tight).smallest()
		}
		if e.err != nil {
			return e
		}
		k, err := newKeeper(in, &e, tight)
		if err == nil {
			err = k.settle(nil)
		}
		if err != nil {
			return encoded{err: err}
		}
		e.keeper = k
		e.block[blockKeep] = k.block()
		if i == 0 || e.size() < best.size() {
			best = e
		}
	}
	return best
}

// tighter returns in with a tighter bound.
func (in *chunkInput[T]) tighter(tight uint8) *chunkInput[T] {
	head := *in.header
	head.eps = tightened(in.eps, tight)
	codec := *in.chunkCodec
	codec.header = &head
	out := *in
	out.chunkCodec = &codec
	return &out
}

// seal implements keeper.
func (k *chunkKeeper[T]) seal(e *encoded) error {
	decoded := k.elements()
	if k.coded < len(k.pins) {
		e.block[blockKeep] = k.block()
		// Pins for the sake of neighbours may leave nothing to gain.
		e2 := encoded{chunkData: chunkData{ordinal: e.ordinal, mode: modeRaw}}
		e2.block[blockRaw] = appendRaw(nil, decoded, k.in.DType.Size(), k.in.level)
		if e2.size() < e.size() {
			*e = e2
		}
	}
	values := make([]T, len(k.in.x))
	if err := formats.Promote(values, decoded, k.in.DType); err != nil {
		return err
	}
	e.maxError = k.in.error(values)
	if !k.in.verifies() {
		return nil
	}
	if err := k.compareOrder(values); err != nil {
		return err
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

// compareOrder checks the guarantee on decoded values by its definition.
func (k *chunkKeeper[T]) compareOrder(values []T) error {
	k.rows(func(from, at, n int, _ *[maxRank]int) {
		for i := range n {
			if k.state[at+i]&alive != 0 {
				k.key[at+i] = k.lattice.key(values[from+i])
			}
		}
	})
	var err error
	k.rows(func(from, at, n int, _ *[maxRank]int) {
		for p := at; p < at+n; p++ {
			if k.state[p]&alive == 0 {
				continue
			}
			right := true
			if k.keep&(KeepSigns|KeepOrder) != 0 {
				for _, d := range k.dirs {
					q := p + d.off
					right = right && (k.state[q]&alive == 0 || signBetween(k.key[p], k.key[q]) == signBetween(k.original[p], k.original[q]))
				}
			}
			if k.extrema != nil {
				for kind := range 2 {
					right = right && k.extrema.is(kind, k.key, p) == (k.want[p]>>kind&1 == 1)
				}
			}
			if !right {
				err = fmt.Errorf("verification: value %d of the chunk does not keep %v", from+p-at, k.keep)
			}
		}
	})
	return err
}
