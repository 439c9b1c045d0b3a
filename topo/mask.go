package topo

import (
	"fmt"
	"slices"

	"github.com/morselcodec/morsel/formats/array"
)

// Mask returns which cells of data are special: NaN, ±Inf, or equal to one of
// fills, which are of the element type that data came from. It is nil where
// there are none.
func Mask[T array.Float](data []T, fills []array.Element) []bool {
	var values []T
	for _, e := range fills {
		var v [1]float64
		if array.Promote(v[:], e.Append(nil), e.DType) == nil { // else no T is this integer
			values = append(values, T(v[0]))
		}
	}
	special := func(v T) bool { return !finite(v) || len(values) > 0 && slices.Contains(values, v) }
	for i, v := range data {
		if !special(v) {
			continue
		}
		mask := make([]bool, len(data))
		for j, v := range data[i:] {
			mask[i+j] = special(v)
		}
		return mask
	}
	return nil
}

// union adds the cells that are not finite to the mask. It is nil when there
// are none at all.
func union[T array.Float](data []T, mask []bool) []bool {
	special := Mask(data, nil)
	switch {
	case mask == nil:
		return special
	case special == nil:
		return mask
	}
	for i, m := range mask {
		special[i] = special[i] || m
	}
	return special
}

// checkMask wants one entry per cell, or none.
func checkMask(mask []bool, cells int) error {
	if mask != nil && len(mask) != cells {
		return fmt.Errorf("%w: mask has %d values, want %d, one per cell", array.ErrShape, len(mask), cells)
	}
	return nil
}
