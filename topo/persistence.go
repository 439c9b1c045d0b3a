package topo

import (
	"context"

	"github.com/morselcodec/morsel/formats/array"
)

// Options of the filtrations. A nil pointer means the zero value.
type Options struct {
	Connectivity Connectivity // by which cells are joined; not asked for by comparisons
	// Mask leaves out the cells where it is true, beside those that are not
	// finite. Nil leaves out none; see [Mask].
	Mask []bool
	// Levels, if set, are the values that data has the indices of.
	Levels Levels
}

// Sublevel returns the 0-dimensional diagram of the sublevel filtration: one
// pair (minimum, saddle) per basin but the deepest. It takes about
// O(n·3^d + s log s) time for s saddle candidates and 4 bytes per cell beside a
// copy of the data. Data that is not of the shape, and arrays of 2^31 cells and
// more, are errors that match [array.ErrShape].
func Sublevel[T array.Float](ctx context.Context, shape []int, data []T, o *Options) (*Diagram, error) {
	return dimensionZero(ctx, shape, data, o, false)
}

// Superlevel returns the 0-dimensional diagram of the superlevel filtration,
// the negative of [Sublevel] of the negated field: one pair (maximum, saddle),
// birth above death, per peak but the highest.
func Superlevel[T array.Float](ctx context.Context, shape []int, data []T, o *Options) (*Diagram, error) {
	return dimensionZero(ctx, shape, data, o, true)
}

// dimensionZero is the diagram of the components of a field or of its negative.
func dimensionZero[T array.Float](ctx context.Context, shape []int, data []T, o *Options, negate bool) (*Diagram, error) {
	var opt Options
	if o != nil {
		opt = *o
	}
	g, err := newGrid(ctx, shape, len(data), opt.Connectivity)
	if err != nil {
		return nil, err
	}
	if err := checkMask(opt.Mask, len(data)); err != nil {
		return nil, err
	}
	d := &Diagram{Levels: opt.Levels}
	switch data := any(data).(type) {
	case []float32:
		components(d, g, keysOf(data, opt.Mask, negate, key32), negate, value32)
	case []float64:
		components(d, g, keysOf(data, opt.Mask, negate, key64), negate, value64)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	d.sort()
	return d, nil
}

// keysOf returns when every cell enters the filtration.
func keysOf[T array.Float, K key](data []T, mask []bool, negate bool, keyOf func(T) K) []K {
	keys := make([]K, len(data))
	for i, v := range data {
		switch {
		case !finite(v) || mask != nil && mask[i]:
			keys[i] = absent[K]()
		case negate:
			keys[i] = ^keyOf(v)
		default:
			keys[i] = keyOf(v)
		}
	}
	return keys
}

// components turns those of the filtration into classes of dimension 0.
func components[K key](d *Diagram, g *grid, keys []K, negate bool, value func(K) float64) {
	var flip K
	if negate {
		flip = absent[K]()
	}
	roots := sweep(g, keys, func(birth, death K) {
		d.Pairs = append(d.Pairs, Pair{Birth: value(birth ^ flip), Death: value(death ^ flip)})
	})
	for _, k := range roots {
		d.Essential = append(d.Essential, value(k^flip))
	}
}
