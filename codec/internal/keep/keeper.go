package keep

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/keep/constraint"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/formats/array"
)

// Keeper makes a coded chunk keep what the archive guarantees: it pins
// values and gathers relations until what a decoder will project is right.
type Keeper[T array.Float] struct {
	*chunk[T]
	in              *Input[T]
	given           *special.Values[T]
	level           int
	original        []int64 // keys of the chunk
	unprojected     []int64 // keys before the projection, with pins
	wantMarks       []uint8 // marks of its extrema
	fillIndices     []int64 // keys of fill
	bisectionCount  int     // halvings in all
	codedBisections int     // and in the block of the encoded chunk
}

// New returns the keeper of a chunk of given values, of which those in list
// are stored exactly.
func New[T array.Float](in *Input[T], keep Set, given *special.Values[T], list *special.Exact, level int) (*Keeper[T], error) {
	state, err := statesOf(in.DType, in.Fills, in.Values, given.Mask, list)
	if err != nil {
		return nil, err
	}
	k := &Keeper[T]{in: in, given: given, level: level}
	k.chunk = newChunk(in.Grid, in.DType, keep.withoutImplied(), in.Values, state, in.Eps)
	k.depth = tableDepth(level)
	k.original = make([]int64, k.Grid.Size)
	for p, s := range k.State {
		if s&constraint.Ordinary != 0 {
			k.original[p] = k.lattice.Key(given.X[p])
		}
	}
	if k.extrema != nil {
		constraint.SetField(k.Graph, k.values, k.eps)
		k.extrema.MarkExtrema(k.original)
		k.wantMarks = slices.Clone(k.extrema.Mark)
	}
	for _, v := range in.Fills {
		k.fillIndices = append(k.fillIndices, k.lattice.Key(v))
	}
	k.unprojected = slices.Clone(k.Index)
	k.setSigns()
	return k, nil
}

// Enforce pins until the chunk is right, by itself and, unless h is nil, beside
// its neighbours. Intervals only shrink, and with a single place in
// each the chunk is the original: it ends. So does each round, whose
// refutations only grow.
func (k *Keeper[T]) Enforce(h *Halo) error {
	for {
		if err := k.projectWithWitnesses(); err != nil {
			return err
		}
		targets := k.outOfBound()
		if len(targets) == 0 && h != nil {
			targets = h.violations(k.Graph)
		}
		if len(targets) == 0 {
			return nil
		}
		before := k.bisectionCount
		done := map[int]int{}
		for _, t := range targets {
			// What one of equal values says may be enough for the others.
			first := k.projection.ClassOf(t.value)
			if other, ok := done[first]; !ok || other == t.value {
				done[first] = t.value
				k.bisectInto(t)
			}
		}
		if k.bisectionCount == before {
			return errors.New("internal error: no pin makes the chunk right")
		}
		k.setSigns()
		if k.extrema != nil {
			k.extrema.DropWitnesses() // the pins may rule out by themselves what was refuted
		}
	}
}

// bisectInto halves an interval as w asks, and once at least: values with a pin
// stay in their interval, others may be flattened out of it.
func (k *Keeper[T]) bisectInto(t target) {
	if k.Bisections == nil {
		k.Bisections = make([]uint8, k.Grid.Size)
	}
	p := t.value
	for k.Lo[p] < k.Hi[p] && (k.Bisections[p] == 0 || k.Lo[p] < t.lo || k.Hi[p] > t.hi) {
		k.Bisect(p, k.original[p] > k.Middle(p))
		k.Bisections[p]++
		k.bisectionCount++
	}
	k.unprojected[p] = min(max(k.unprojected[p], k.Lo[p]), k.Hi[p])
}

// setSigns sets the signs of the edges that are open.
func (k *Keeper[T]) setSigns() {
	if k.keep&(Signs|Order) != 0 {
		k.CompareIntervals()
		k.SetOpenSigns(k.original)
	}
}

// projectWithWitnesses projects until there is no false extremum.
func (k *Keeper[T]) projectWithWitnesses() error {
	for {
		copy(k.Index, k.unprojected)
		k.projection.SetLimits(k.Lo, k.Hi)
		if err := k.project(); err != nil {
			return fmt.Errorf("internal error: the chunk's own relations: %w", err)
		}
		if k.extrema == nil || k.extrema.FindWitnesses(k.original) == 0 {
			return nil
		}
	}
}

// outOfBound asks for the values that the projection moved out of the bound, which
// happens where the lattice is coarser than around the original, or onto fill.
func (k *Keeper[T]) outOfBound() (targets []target) {
	for p, s := range k.State {
		if s&constraint.Ordinary == 0 || k.Index[p] == k.original[p] {
			continue
		}
		d := float64(k.given.X[p]) - float64(k.lattice.Value(k.Index[p]))
		if !(math.Abs(d) <= k.in.Eps) || slices.Contains(k.fillIndices, k.Index[p]) {
			targets = append(targets, target{p, k.original[p], k.original[p]})
		}
	}
	return targets
}

// Changed reports whether settling changed something since block was called.
func (k *Keeper[T]) Changed() bool { return k.codedBisections < k.bisectionCount }

// Block codes the payload of the keep block.
func (k *Keeper[T]) Block() []byte {
	flags := levelOf(k.keep)
	if k.bisectionCount > 0 {
		flags |= FlagBisections
	}
	if k.extrema != nil && k.extrema.HasWitnesses() {
		flags |= FlagWitnesses
	}
	for _, signs := range k.Signs {
		if slices.Contains(signs, constraint.OpenEdge|constraint.Tied) {
			flags |= FlagTies
		}
	}
	var projected []int64
	if k.bisectionCount > 0 {
		projected = slices.Clone(k.Index)
	}
	var best []byte
	axes := k.axes
	for _, k.axes = range k.axisOrders() {
		if projected != nil {
			k.setIntervals()
		}
		rc := rangecoder.NewEncoder([]byte{flags, byte(k.axes), k.depth})
		k.code(rc, flags, k.original, k.wantMarks)
		if b := rc.Finish(); best == nil || len(b) < len(best) {
			best, axes = b, k.axes
		}
	}
	k.axes = axes
	k.codedBisections = k.bisectionCount
	copy(k.Index, projected)
	return best
}

// axisOrders lists the orders of axes to try.
func (k *Keeper[T]) axisOrders() []int {
	last := grid.AxisOrders(k.Grid.Rank) - 1
	switch {
	case k.level < 7 || k.keep&(Signs|Order) == 0 || last == 0:
		return []int{k.axes}
	case k.level < 9 || k.Grid.Rank > 3:
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

// tableDepth returns the depth of a level: large tables are slow to look up, and
// gain little.
func tableDepth(level int) uint8 {
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
	for p, s := range k.State {
		if s&constraint.Ordinary != 0 {
			k.Index[p] = k.lattice.Key(values[p])
		}
	}
	right := true
	if k.keep&(Signs|Order) != 0 {
		for i := range k.Dirs {
			d := &k.Dirs[i]
			k.EachEdgeRun(d, func(at, n int) {
				for p := at; p < at+n; p++ {
					q := p + d.Stride
					if constraint.SignOf(k.Index[p], k.Index[q]) != constraint.SignOf(k.original[p], k.original[q]) && k.State[p]&k.State[q]&constraint.Ordinary != 0 {
						right = false
					}
				}
			})
		}
	}
	if k.extrema != nil {
		k.extrema.MarkExtrema(k.Index)
		right = right && bytes.Equal(k.extrema.Mark, k.wantMarks)
	}
	if !right {
		return fmt.Errorf("verification: the chunk as decoded does not keep %v", k.keep)
	}
	return nil
}
