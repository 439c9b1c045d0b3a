package keep

import (
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/keep/coder"
	"github.com/morselcodec/morsel/codec/internal/keep/constraint"
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/formats/array"
)

// chunk is a chunk's decoded field with what is known about its order.
type chunk[T array.Float] struct {
	*constraint.Graph
	keep    Set
	lattice quant.Lattice[T]
	values  []T // decoded, before the projection
	eps     float64
	// halvings counts, for the encoder, how often the archive halves the interval of each value; nil: never.
	extrema    *constraint.Extrema // nil if none are kept
	axes       int                 // order in which signs are coded, as index of axisOrder
	depth      uint8               // logarithm of how many rows the hashed tables of signs have at most
	projection constraint.Projection
}

// newChunk takes the states of values, nil for all alive, as its own.
func newChunk[T array.Float](g *grid.Grid, d array.DType, keep Set, values []T, state []uint8, eps float64) *chunk[T] {
	t := &chunk[T]{
		Graph: constraint.NewGraph(g, keep&Order != 0, state), keep: keep, lattice: quant.NewLattice[T](d),
		values: values, eps: eps,
	}
	t.setIntervals()
	if keep&Extrema != 0 {
		t.extrema = constraint.NewExtrema(t.Graph, keep&Signs != 0)
	}
	return t
}

// start makes the field what it was decoded to.
func (t *chunk[T]) setIntervals() { constraint.SetIntervals(t.Graph, &t.lattice, t.values, t.eps) }

// statesOf tells which values a chunk's special values leave alive and which
// are pinned, and puts the latter into values.
func statesOf[T array.Float](d array.DType, fills special.Fills[T], values []T, m *special.Mask, list *special.Exact) ([]uint8, error) {
	if m == nil && len(list.Index) == 0 {
		return nil, nil
	}
	states := make([]uint8, len(values))
	for i := range states {
		states[i] = constraint.Ordinary
	}
	put := func(i int, v T) {
		states[i] = 0
		if v-v == 0 && !fills.Has(v) {
			states[i], values[i] = constraint.Ordinary|constraint.Fixed, v
		}
	}
	if m != nil {
		v := make([]T, len(m.Classes))
		for k, e := range m.Classes {
			if err := special.PromoteAny(v[k:k+1], e, d); err != nil {
				return nil, err
			}
		}
		for i, k := range m.Class {
			if k > 0 {
				put(i, v[k-1])
			}
		}
	}
	v := make([]T, len(list.Index))
	if err := special.PromoteAny(v, list.Elements, d); err != nil {
		return nil, err
	}
	for k, i := range list.Index {
		put(i, v[k])
	}
	return states, nil
}

// code codes pins, signs and extrema: those of original and x, or what is in
// the archive where original is nil.
func (t *chunk[T]) code(rc *rangecoder.Coder, flags uint8, original []int64, want []uint8) {
	if flags&FlagBisections != 0 {
		coder.CodeBisections(rc, t.Graph, original)
	}
	constraint.SetField(t.Graph, t.values, t.eps)
	if t.keep&(Signs|Order) != 0 {
		t.SetSmoothed()
		if t.CompareIntervals(); t.OpenEdges > 0 {
			coder.NewSignCoder(t.Graph, rc, flags&FlagTies != 0, t.depth).Code(original, grid.AxisOrder(t.Grid.Rank, t.axes))
		}
	}
	if t.extrema != nil {
		coder.NewExtremaCoder(t.extrema, rc, flags&FlagWitnesses != 0).Code(want, original)
	}
}

// project moves the field into order.
func (t *chunk[T]) project() error {
	if err := t.projection.Run(t.Graph, t.extrema); err != nil {
		return err
	}
	if t.keep == Extrema {
		t.extrema.Flatten() // no other relations could break
	}
	return nil
}

// storePiece is how many values are stored at a time.
const storePiece = 1 << 10

// store puts the field into values.
func (t *chunk[T]) store(values []T) {
	var before [storePiece]int64 // keys of values
	for at := 0; at < len(values); at += storePiece {
		row := values[at:min(at+storePiece, len(values))]
		t.lattice.Places(before[:len(row)], row)
		for i, k := range t.Index[at : at+len(row)] {
			// −0 stays where the place did not change.
			if k != before[i] && t.State[at+i]&constraint.Ordinary != 0 {
				row[i] = t.lattice.Value(k)
			}
		}
	}
}
