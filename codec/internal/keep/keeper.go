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

// Keeper makes a coded chunk keep what the archive guarantees: it bisects intervals
// and finds witnesses until what a decoder will project is right. First comes
// Enforce, then Block, and after another Enforce, with a halo, Block again if
// Changed.
type Keeper[T array.Float] struct {
	*chunk[T]
	in              *Input[T]
	given           *special.Values[T]
	level           int
	original        []int64 // lattice indices of the original
	unprojected     []int64 // lattice indices before the projection, with bisections
	wantMarks       []uint8 // marks of the original's extrema
	fillIndices     []int64 // lattice indices of fill
	bisectionCount  int     // of all values
	codedBisections int     // how many of them the last Block has coded
}

// New returns the keeper of a chunk. given is the original, with its special
// values; list says which values are stored exactly, level is that of effort, 1 to
// 9.
func New[T array.Float](in *Input[T], keep Set, given *special.Values[T], list *special.Unpredictable, level int) (*Keeper[T], error) {
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
			k.original[p] = k.lattice.Index(given.X[p])
		}
	}
	if k.extrema != nil {
		constraint.SetField(k.Graph, k.values, k.eps)
		k.extrema.MarkExtrema(k.original)
		k.wantMarks = slices.Clone(k.extrema.Mark)
	}
	for _, v := range in.Fills {
		k.fillIndices = append(k.fillIndices, k.lattice.Index(v))
	}
	k.unprojected = slices.Clone(k.Index)
	k.setSigns()
	return k, nil
}

// Enforce bisects until the guarantees hold in the chunk by itself and, unless h is
// nil, across its seams. It ends, for intervals only shrink, and with a single
// index in each the chunk is the original. So does each round, for its witnesses
// only become more.
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
			// One of equal values may be enough for the others.
			first := k.projection.ClassOf(t.value)
			if other, ok := done[first]; !ok || other == t.value {
				done[first] = t.value
				k.bisectInto(t)
			}
		}
		if k.bisectionCount == before {
			return errors.New("internal error: no bisection makes the chunk right")
		}
		k.setSigns()
		if k.extrema != nil {
			k.extrema.DropWitnesses() // the bisections may make them needless
		}
	}
}

// bisectInto bisects the interval of a value until it lies in the target, and once
// at least: bisected values stay in their interval, others may be flattened out of
// it.
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

// setSigns sets the signs of all edges.
func (k *Keeper[T]) setSigns() {
	if k.keep&(Signs|Order) != 0 {
		k.CompareIntervals()
		k.SetOpenSigns(k.original)
	}
}

// projectWithWitnesses projects, with more and more witnesses, until no false
// extremum is left.
func (k *Keeper[T]) projectWithWitnesses() error {
	for {
		copy(k.Index, k.unprojected)
		k.projection.SetLimits(k.Lo, k.Hi)
		if err := k.project(); err != nil {
			return fmt.Errorf("internal error: the chunk's own constraints: %w", err)
		}
		if k.extrema == nil || k.extrema.FindWitnesses(k.original) == 0 {
			return nil
		}
	}
}

// outOfBound returns targets for the values that the projection moved out of the
// bound, which happens where the lattice is coarser than around the original, or
// onto fill.
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

// Changed reports whether Enforce has bisected intervals since Block was called.
func (k *Keeper[T]) Changed() bool { return k.codedBisections < k.bisectionCount }

// Block returns the payload of the keep block, the shortest over the axis orders
// that the level tries.
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

// axisOrders lists the axis orders to try.
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

// Elements returns the chunk's elements as decoded.
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

// tableDepth returns the depth of hashed tables at a level: large ones are slow to
// look up, and gain little.
func tableDepth(level int) uint8 {
	switch {
	case level < 7:
		return 16
	case level < 9:
		return 17
	}
	return maxDepth
}

// Verify checks the guarantees on decoded values by their definition. Afterwards
// only Verify may be called.
func (k *Keeper[T]) Verify(values []T) error {
	for p, s := range k.State {
		if s&constraint.Ordinary != 0 {
			k.Index[p] = k.lattice.Index(values[p])
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
