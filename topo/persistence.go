package topo

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/morselcodec/morsel/formats/array"
)

// Pair is a class of the filtration: the value at which it appears and the one
// at which it disappears.
type Pair struct{ Birth, Death float64 }

// Persistence is |death − birth|, +Inf where that overflows.
func (p Pair) Persistence() float64 { return p.persistence(nil) }

func (p Pair) persistence(levels []Level) float64 { return math.Abs(gap(levels, p.Death, p.Birth)) }

// Diagram is a persistence diagram in one dimension of homology.
type Diagram struct {
	// Dim is the dimension of the classes: 0 counts connected components.
	Dim int
	// Pairs are the finite classes of non-zero persistence, the most
	// persistent first, then by birth.
	Pairs []Pair
	// Essential holds the births, ascending, of the classes that never die: one
	// per connected piece of the complex in dimension 0.
	Essential []float64
	// Levels, where it is not nil, are the values that births and deaths are
	// the indices of.
	Levels []Level
}

// CountAbove returns how many pairs have a persistence larger than t.
func (d *Diagram) CountAbove(t float64) int {
	n, _ := slices.BinarySearchFunc(d.Pairs, t, func(p Pair, t float64) int {
		if p.persistence(d.Levels) > t {
			return -1
		}
		return 1
	})
	return n
}

// sort brings the diagram into its documented order.
func (d *Diagram) sort() {
	slices.SortFunc(d.Pairs, func(p, q Pair) int {
		return cmp.Or(cmp.Compare(q.persistence(d.Levels), p.persistence(d.Levels)), cmp.Compare(p.Birth, q.Birth))
	})
	slices.Sort(d.Essential)
}

// check returns the largest coordinate, and an error if one has no value.
func (d *Diagram) check() (top float64, err error) {
	bad := func(v float64) bool {
		top = max(top, math.Abs(v))
		return !finite(v) || d.Levels != nil && (v != math.Trunc(v) || v < 0 || v >= float64(len(d.Levels)))
	}
	for _, p := range d.Pairs {
		if bad(p.Birth) || bad(p.Death) {
			return 0, fmt.Errorf("%w: pair (%v, %v) has no place (want finite values; essential classes are kept apart)",
				ErrDiagram, p.Birth, p.Death)
		}
	}
	for _, b := range d.Essential {
		if bad(b) {
			return 0, fmt.Errorf("%w: essential class of birth %v (want a finite value)", ErrDiagram, b)
		}
	}
	return top, nil
}

// Options of the filtrations. A nil pointer means the zero value.
type Options struct {
	Connectivity Connectivity
	// Mask leaves out the cells where it is true, beside those that are not
	// finite. Nil leaves out none; see [Mask].
	Mask []bool
	// Levels, if set, are the values that data has the indices of; see [Level].
	Levels []Level
	// Context, if set, ends a computation early, with its error.
	Context context.Context
}

// Sublevel returns the 0-dimensional diagram of the sublevel filtration: one
// pair (minimum, saddle) per basin but the deepest. It takes about
// O(n·3^d + s log s) time for s saddle candidates and 4 bytes per cell beside a
// copy of the data; arrays of 2^31 cells and more are refused.
func Sublevel[T array.Float](shape []int, data []T, o *Options) (*Diagram, error) {
	return components(shape, data, o, false)
}

// Superlevel returns the 0-dimensional diagram of the superlevel filtration,
// the negative of [Sublevel] of the negated field: one pair (maximum, saddle),
// birth above death, per peak but the highest.
func Superlevel[T array.Float](shape []int, data []T, o *Options) (*Diagram, error) {
	return components(shape, data, o, true)
}

// SublevelTop returns the diagram of the sublevel filtration in dimension
// rank−1, the highest with any classes: one pair (saddle, maximum) per void
// (loop in 2-D) that closes and is later filled. By Alexander duality these are
// the components of the superlevel sets under the complement's connectivity
// that do not reach the outside. A void around cells that are left out is
// never filled: its class is essential. The rank must be at least 2.
func SublevelTop[T array.Float](shape []int, data []T, o *Options) (*Diagram, error) {
	if len(shape) < 2 {
		return nil, fmt.Errorf("%w: rank %d has no dimension above 0; it takes rank 2 or more", array.ErrShape, len(shape))
	}
	var opt Options
	if o != nil {
		opt = *o
	}
	if _, err := newGrid(shape, len(data), opt.Connectivity); err != nil {
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
	g, err := newGrid(outer, int(n), opt.Connectivity.dual())
	if err != nil {
		return nil, err
	}
	g.ctx = opt.Context
	switch data := any(data).(type) {
	case []float32:
		voids(d, g, surround(outer, shape, data, opt.Mask, key32), value32)
	case []float64:
		voids(d, g, surround(outer, shape, data, opt.Mask, key64), value64)
	}
	if err := cause(opt.Context); err != nil {
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

// components runs the sweep on the field or on its negative.
func components[T array.Float](shape []int, data []T, o *Options, negate bool) (*Diagram, error) {
	var opt Options
	if o != nil {
		opt = *o
	}
	g, err := newGrid(shape, len(data), opt.Connectivity)
	if err != nil {
		return nil, err
	}
	if err := checkMask(opt.Mask, len(data)); err != nil {
		return nil, err
	}
	g.ctx = opt.Context
	d := &Diagram{Levels: opt.Levels}
	switch data := any(data).(type) {
	case []float32:
		lift(d, g, keysOf(data, opt.Mask, negate, key32), negate, value32)
	case []float64:
		lift(d, g, keysOf(data, opt.Mask, negate, key64), negate, value64)
	}
	if err := cause(opt.Context); err != nil {
		return nil, err
	}
	d.sort()
	return d, nil
}

// keysOf returns the order of entry of every cell.
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

// lift sweeps the keys and turns them back into values.
func lift[K key](d *Diagram, g *grid, keys []K, negate bool, value func(K) float64) {
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

func checkMask(mask []bool, cells int) error {
	if mask != nil && len(mask) != cells {
		return fmt.Errorf("%w: mask has %d values, want %d, one per cell", array.ErrShape, len(mask), cells)
	}
	return nil
}
