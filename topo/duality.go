package topo

import (
	"context"
	"fmt"
	"slices"

	"github.com/morselcodec/morsel/formats/array"
)

// SublevelTop returns the diagram of the sublevel filtration in dimension
// rank−1, the highest with any classes: one pair (saddle, maximum) per void
// (loop in 2-D) that closes and is later filled. By Alexander duality these are
// the components of the superlevel sets under the complement's connectivity
// that do not reach the outside. A void around cells that are left out is
// never filled: its class is essential. The rank must be at least 2; an error
// matches [array.ErrShape].
func SublevelTop[T array.Float](ctx context.Context, shape []int, data []T, o *Options) (*Diagram, error) {
	if len(shape) < 2 {
		return nil, fmt.Errorf("%w: rank %d has no dimension above 0; it takes rank 2 or more", array.ErrShape, len(shape))
	}
	var opt Options
	if o != nil {
		opt = *o
	}
	if _, err := newGrid(ctx, shape, len(data), opt.Connectivity); err != nil {
		return nil, err
	}
	if err := checkMask(opt.Mask, len(data)); err != nil {
		return nil, err
	}
	d := &Diagram{Dim: len(shape) - 1, Levels: opt.Levels}
	if slices.Min(shape) < 3 {
		return d, nil // every cell touches the outside
	}
	// One layer of outside around the field, there from the start.
	outer := make([]int, len(shape))
	for k, n := range shape {
		outer[k] = n + 2
	}
	n, err := array.CheckShape(outer)
	if err != nil {
		return nil, err
	}
	g, err := newGrid(ctx, outer, int(n), opt.Connectivity.dual())
	if err != nil {
		return nil, err
	}
	switch data := any(data).(type) {
	case []float32:
		voids(d, g, surround(outer, shape, data, opt.Mask, key32), value32)
	case []float64:
		voids(d, g, surround(outer, shape, data, opt.Mask, key64), value64)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	d.sort()
	return d, nil
}

// surround copies inverted keys of data into a grid one layer larger; the
// layer and the cells left out have key 0.
func surround[T array.Float, K key](outer, shape []int, data []T, mask []bool, keyOf func(T) K) []K {
	stride := strides(outer)
	keys := make([]K, outer[0]*stride[0])
	width := shape[len(shape)-1]
	at := make([]int, len(shape)-1)
	for start := 0; start < len(data); start += width {
		to := 1
		for k, c := range at {
			to += (c + 1) * stride[k]
		}
		for i, v := range data[start : start+width] {
			if finite(v) && (mask == nil || !mask[start+i]) {
				keys[to+i] = ^keyOf(v)
			}
		}
		for k := len(at) - 1; k >= 0; k-- {
			if at[k]++; at[k] < shape[k] {
				break
			}
			at[k] = 0
		}
	}
	return keys
}

// voids turns components of the complement into classes of dimension d.Dim.
func voids[K key](d *Diagram, g *grid, keys []K, value func(K) float64) {
	sweep(g, keys, func(birth, death K) {
		if birth == 0 { // around cells left out: never filled
			d.Essential = append(d.Essential, value(^death))
			return
		}
		d.Pairs = append(d.Pairs, Pair{Birth: value(^death), Death: value(^birth)})
	})
	// The one component left over is the outside itself: no void.
}
