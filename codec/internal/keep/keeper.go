package keep

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/formats/array"
)

// Keeper makes a coded chunk keep what the archive guarantees: it pins
// values and gathers relations until what a decoder will project is right.
type Keeper[T array.Float] struct {
	*topology[T]
	in       *Input[T]
	given    *special.Values[T]
	level    int
	original []int64 // keys of the chunk
	start    []int64 // keys before the projection, with pins
	want     []uint8 // marks of its extrema
	fills    []int64 // keys of fill
	halved   int     // halvings in all
	coded    int     // and in the block of the encoded chunk
}

// New returns the keeper of a chunk of given values, of which those in list
// are stored exactly.
func New[T array.Float](in *Input[T], keep Set, given *special.Values[T], list *special.Exact, level int) (*Keeper[T], error) {
	state, err := statuses(in.DType, in.Fills, in.Values, given.Mask, list)
	if err != nil {
		return nil, err
	}
	k := &Keeper[T]{in: in, given: given, level: level}
	k.topology = newTopology(in.Grid, in.DType, keep.needed(), in.Values, state, in.Eps)
	k.scratch.less, k.scratch.more = make([]int64, k.grid.Size), make([]int64, k.grid.Size)
	k.depth = depthFor(level)
	k.original = make([]int64, k.grid.Size)
	for p, s := range k.state {
		if s&alive != 0 {
			k.original[p] = k.lattice.Key(given.X[p])
		}
	}
	if k.extrema != nil {
		k.measure()
		k.extrema.find(k.original)
		k.want = slices.Clone(k.extrema.mark)
	}
	for _, v := range in.Fills {
		k.fills = append(k.fills, k.lattice.Key(v))
	}
	k.start = slices.Clone(k.key)
	k.learn()
	return k, nil
}

// Settle pins until the chunk is right, by itself and, unless h is nil, beside
// its neighbours. Intervals only shrink, and with a single place in
// each the chunk is the original: it ends. So does each round, whose
// refutations only grow.
func (k *Keeper[T]) Settle(h *Halo) error {
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
func (k *Keeper[T]) narrow(w pin) {
	if k.halvings == nil {
		k.halvings = make([]uint8, k.grid.Size)
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
func (k *Keeper[T]) learn() {
	if k.keep&(Signs|Order) != 0 {
		k.compare()
		k.tell(k.original)
	}
}

// refine projects until there is no false extremum.
func (k *Keeper[T]) refine() error {
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
func (k *Keeper[T]) misses() (wrong []pin) {
	for p, s := range k.state {
		if s&alive == 0 || k.key[p] == k.original[p] {
			continue
		}
		d := float64(k.given.X[p]) - float64(k.lattice.Value(k.key[p]))
		if !(math.Abs(d) <= k.in.Eps) || slices.Contains(k.fills, k.key[p]) {
			wrong = append(wrong, pin{p, k.original[p], k.original[p]})
		}
	}
	return wrong
}

// Changed reports whether settling changed something since block was called.
func (k *Keeper[T]) Changed() bool { return k.coded < k.halved }

// Block codes the payload of the keep block.
func (k *Keeper[T]) Block() []byte {
	flags := levelOf(k.keep)
	if k.halved > 0 {
		flags |= FlagPins
	}
	if k.extrema != nil && k.extrema.refutes() {
		flags |= FlagRefutes
	}
	for _, signs := range k.sign {
		if slices.Contains(signs, openEdge|tied) {
			flags |= FlagTies
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
func (k *Keeper[T]) orders() []int {
	last := grid.AxisOrders(k.grid.Rank) - 1
	switch {
	case k.level < 7 || k.keep&(Signs|Order) == 0 || last == 0:
		return []int{k.axes}
	case k.level < 9 || k.grid.Rank > 3:
		return []int{0, last}
	}
	all := make([]int, last+1)
	for i := range all {
		all[i] = i
	}
	return all
}

// Elements returns the chunk as decoded.
func (k *Keeper[T]) Elements() []byte {
	values := slices.Clone(k.values)
	k.store(values)
	decoded := make([]byte, len(k.given.Elements))
	array.Demote(decoded, values, k.in.DType)
	for i, special := range k.given.Special {
		if size := k.in.DType.Size(); special {
			copy(decoded[i*size:(i+1)*size], k.given.Elements[i*size:])
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

// Verify checks the guarantee on decoded values by its definition.
func (k *Keeper[T]) Verify(values []T) error {
	for p, s := range k.state {
		if s&alive != 0 {
			k.key[p] = k.lattice.Key(values[p])
		}
	}
	right := true
	if k.keep&(Signs|Order) != 0 {
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
