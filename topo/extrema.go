package topo

import (
	"context"

	"github.com/morselcodec/morsel/formats/array"
)

// Extremum says what a cell is among its 3^d−1 neighbours, diagonals included. Neighbours that are
// absent (beyond the edge), not finite or masked are ignored; a cell without
// any other neighbour is none.
type Extremum int8

// The kinds of cells.
const (
	Minimum Extremum = -1 // strictly below every neighbour
	None    Extremum = 0
	Maximum Extremum = 1 // strictly above every neighbour
)

// Extrema classifies every cell, row-major as data. Cells of the mask (nil for
// none) and those that are not finite are None. Data or mask of another shape are
// errors that match [array.ErrShape].
func Extrema[T array.Float](ctx context.Context, shape []int, data []T, mask []bool) ([]Extremum, error) {
	g, err := newGrid(ctx, shape, len(data), FullConnectivity)
	if err != nil {
		return nil, err
	}
	if err := checkMask(mask, len(data)); err != nil {
		return nil, err
	}
	mask = union(data, mask)
	out := make([]Extremum, len(data))
	for r := range g.rows() {
		for i := r.start; i < r.end; i++ {
			out[i] = extremum(data, mask, i, r.at(i))
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return out, nil
}

// ExtremaChange counts strict local extrema of an original that a
// reconstruction kept or lost. A cell that turns from one kind into the other
// is missed as the one and false as the other.
type ExtremaChange struct {
	TrueMinima   int64 `json:"true_minima"` // of the original
	TrueMaxima   int64 `json:"true_maxima"`
	FalseMinima  int64 `json:"false_minima"` // of the other, where the original has none
	MissedMinima int64 `json:"missed_minima"`
	FalseMaxima  int64 `json:"false_maxima"`
	MissedMaxima int64 `json:"missed_maxima"`
}

// Errors is the number of false and missed extrema.
func (c ExtremaChange) Errors() int64 {
	return c.FalseMinima + c.MissedMinima + c.FalseMaxima + c.MissedMaxima
}

// CompareExtrema compares the extrema of two fields of the same shape. Of the
// options it takes the mask. Cells of the mask, and cells where the original is not finite, are left out of
// both. A NaN elsewhere in other is neither above nor below its neighbours. Other
// lengths than the shape's are errors that match [array.ErrShape].
func CompareExtrema[T array.Float](ctx context.Context, shape []int, original, other []T, o *Options) (ExtremaChange, error) {
	var c ExtremaChange
	g, mask, err := sameGrid(ctx, shape, original, other, o, FullConnectivity)
	if err != nil {
		return c, err
	}
	for r := range g.rows() {
		for i := r.start; i < r.end; i++ {
			st := r.at(i)
			was, is := extremum(original, mask, i, st), extremum(other, mask, i, st)
			switch was {
			case Minimum:
				c.TrueMinima++
			case Maximum:
				c.TrueMaxima++
			}
			if was == is {
				continue
			}
			switch was {
			case Minimum:
				c.MissedMinima++
			case Maximum:
				c.MissedMaxima++
			}
			switch is {
			case Minimum:
				c.FalseMinima++
			case Maximum:
				c.FalseMaxima++
			}
		}
	}
	return c, ctx.Err()
}

// extremum classifies cell i. Most cells are settled by a few neighbours.
func extremum[T array.Float](x []T, mask []bool, i int, st *stencil) Extremum {
	if mask != nil && mask[i] {
		return None
	}
	v := x[i]
	lower, higher, any := true, true, false
	for _, side := range [2][]int{st.before, st.after} {
		for _, o := range side {
			if mask != nil && mask[i+o] {
				continue
			}
			n := x[i+o]
			any = true
			lower = lower && v < n
			higher = higher && v > n
			if !lower && !higher {
				return None
			}
		}
	}
	switch {
	case !any:
		return None
	case lower:
		return Minimum
	}
	return Maximum
}
