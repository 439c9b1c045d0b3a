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

// chunk is a chunk's decoded values with their graph and all that the archive states of
// their order.
type chunk[T array.Float] struct {
	*constraint.Graph
	keep       Set
	lattice    quant.Lattice[T]
	values     []T // decoded, before the projection
	eps        float64
	extrema    *constraint.Extrema // nil if they are not kept
	axes       int                 // order in which axes' signs are coded, as index of their permutations
	depth      uint8               // of the hashed tables of signs: at most 2^depth rows
	projection constraint.Projection
}

// newChunk returns the chunk of decoded values whose states are as given, nil for all
// ordinary, before any bisection. It keeps both slices.
func newChunk[T array.Float](g *grid.Grid, d array.DType, keep Set, values []T, state []uint8, eps float64) *chunk[T] {
	c := &chunk[T]{
		Graph: constraint.NewGraph(g, keep&Order != 0, state), keep: keep, lattice: quant.NewLattice[T](d),
		values: values, eps: eps,
	}
	c.setIntervals()
	if keep&Extrema != 0 {
		c.extrema = constraint.NewExtrema(c.Graph, keep&Signs != 0)
	}
	return c
}

// setIntervals makes indices and intervals those of the values as decoded.
func (c *chunk[T]) setIntervals() { constraint.SetIntervals(c.Graph, &c.lattice, c.values, c.eps) }

// statesOf returns the states that masked and unpredictable values leave to a
// chunk, nil for all ordinary, and puts those that are ordinary, and so fixed, into
// values.
func statesOf[T array.Float](d array.DType, fills special.Fills[T], values []T, mask *special.Mask, list *special.Unpredictable) ([]uint8, error) {
	if mask == nil && len(list.Index) == 0 {
		return nil, nil
	}
	states := make([]uint8, len(values))
	for i := range states {
		states[i] = constraint.Ordinary
	}
	err := special.Each(mask, list, d, func(i int, v T) {
		states[i] = 0
		if v-v == 0 && !fills.Has(v) {
			states[i], values[i] = constraint.Ordinary|constraint.Fixed, v
		}
	})
	return states, err
}

// code codes bisections, signs and extrema: those of original, lattice indices, and of
// want, marks; or what the archive says where original is nil.
func (c *chunk[T]) code(rc *rangecoder.Coder, flags uint8, original []int64, want []uint8) {
	if flags&FlagBisections != 0 {
		coder.Bisections(rc, c.Graph, original)
	}
	constraint.SetField(c.Graph, c.values, c.eps)
	if c.keep&(Signs|Order) != 0 {
		c.SetSmoothed()
		if c.CompareIntervals(); c.OpenEdges > 0 {
			coder.Signs(rc, c.Graph, flags&FlagTies != 0, c.depth, original, grid.AxisOrder(c.Grid.Rank, c.axes))
		}
	}
	if c.extrema != nil {
		coder.Extrema(rc, c.extrema, flags&FlagWitnesses != 0, want, original)
	}
}

// project moves the indices to where all constraints hold.
func (c *chunk[T]) project() error {
	if err := c.projection.Run(c.Graph, c.extrema); err != nil {
		return err
	}
	if c.keep == Extrema {
		c.extrema.Flatten() // there are no other constraints to break
	}
	return nil
}

// storePiece is how many values are stored at a time.
const storePiece = 1 << 10

// store puts the values that have the chunk's indices into values, which must be
// those as decoded.
func (c *chunk[T]) store(values []T) {
	var before [storePiece]int64 // of values as they are
	for at := 0; at < len(values); at += storePiece {
		row := values[at:min(at+storePiece, len(values))]
		c.lattice.Indices(before[:len(row)], row)
		for i, index := range c.Index[at : at+len(row)] {
			// −0 stays where the index did not change.
			if index != before[i] && c.State[at+i]&constraint.Ordinary != 0 {
				row[i] = c.lattice.Value(index)
			}
		}
	}
}
