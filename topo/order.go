package topo

import (
	"context"
	"fmt"

	"github.com/morselcodec/morsel/formats/array"
)

// SignChange compares the signs (−1, 0, +1) of differences of neighbouring
// values between an original and another field. Differences with a cell that
// is masked, or not finite in the original, are not compared. A difference
// that is NaN in other has no sign: it is a mismatch.
type SignChange struct {
	Comparisons int64 // pairs of neighbours, each once
	Mismatches  int64 // unequal signs, ties included
	Opposite    int64 // of these, +1 against −1
}

// HalfSum is Σ|sign−sign|/2, the exact directional sign loss (arXiv 2504.04202):
// an opposite sign counts 1, a tie made or broken ½.
func (s SignChange) HalfSum() float64 {
	return float64(s.Opposite) + float64(s.Mismatches-s.Opposite)/2
}

// Fraction is Mismatches/Comparisons, 0 where nothing was compared.
func (s SignChange) Fraction() float64 {
	if s.Comparisons == 0 {
		return 0
	}
	return float64(s.Mismatches) / float64(s.Comparisons)
}

// MaxOrderRank is the largest rank [CompareOrder] takes.
const MaxOrderRank = 3

// CompareSigns compares the finite differences along every axis. Of the options
// it takes the mask. Other lengths than the shape's are errors that match
// [array.ErrShape].
func CompareSigns[T array.Float](ctx context.Context, shape []int, original, other []T, o *Options) (SignChange, error) {
	return compareDifferences(ctx, shape, original, other, o, AxisConnectivity)
}

// CompareOrder compares the differences to all 3^d−1 neighbours, with the options
// and errors of [CompareSigns]; a rank above [MaxOrderRank] is one more. No
// mismatch means that every extremum and saddle is where it was.
func CompareOrder[T array.Float](ctx context.Context, shape []int, original, other []T, o *Options) (SignChange, error) {
	if len(shape) > MaxOrderRank {
		return SignChange{}, fmt.Errorf("%w: rank %d (order is compared up to rank %d)", array.ErrShape, len(shape), MaxOrderRank)
	}
	return compareDifferences(ctx, shape, original, other, o, FullConnectivity)
}

func compareDifferences[T array.Float](ctx context.Context, shape []int, x, y []T, o *Options, conn Connectivity) (SignChange, error) {
	var s SignChange
	g, mask, err := sameGrid(ctx, shape, x, y, o, conn)
	if err != nil {
		return s, err
	}
	for r := range g.rows() {
		for i := r.start; i < r.end; i++ {
			if mask != nil && mask[i] {
				continue
			}
			for _, o := range r.at(i).after {
				if mask != nil && mask[i+o] {
					continue
				}
				s.Comparisons++
				// Subtracting keeps the sign: underflow is gradual, and an
				// overflow is an infinity of that sign.
				dx, dy := x[i+o]-x[i], y[i+o]-y[i]
				if dx > 0 && dy > 0 || dx < 0 && dy < 0 || dx == 0 && dy == 0 {
					continue
				}
				s.Mismatches++
				if dx > 0 && dy < 0 || dx < 0 && dy > 0 {
					s.Opposite++
				}
			}
		}
	}
	return s, ctx.Err()
}

// sameGrid checks two fields of one shape and returns their grid and the cells
// that are left out.
func sameGrid[T array.Float](ctx context.Context, shape []int, x, y []T, o *Options, conn Connectivity) (*grid, []bool, error) {
	var opt Options
	if o != nil {
		opt = *o
	}
	g, err := newGrid(ctx, shape, len(x), conn)
	if err != nil {
		return nil, nil, err
	}
	if len(y) != len(x) {
		return nil, nil, fmt.Errorf("%w: %d values against %d (want fields of one shape)", array.ErrShape, len(y), len(x))
	}
	if err := checkMask(opt.Mask, len(x)); err != nil {
		return nil, nil, err
	}
	return g, union(x, opt.Mask), nil
}
