package audit

import (
	"context"
	"math"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/topo"
)

// fields are two arrays of one shape and the special cells of the first.
type fields[T array.Float] struct {
	ctx    context.Context
	shape  []int
	x, y   []T
	mask   []bool      // nil where there are none
	levels topo.Levels // that x and y are indices of, or nil

	// Of the ordinary values of x and their errors; see pointwise.
	values int
	lo, hi T
	span   scaled  // hi − lo
	unit   float64 // the span where that is an ordinary number, else 0
	worst  scaled  // the largest |y − x|
	top    float64 // the largest |x| and |y| that is finite
}

// special reports whether cell i takes no part in the figures.
func (f *fields[T]) special(i int) bool { return f.mask != nil && f.mask[i] }

// cells are the options of what package topo measures.
func (f *fields[T]) cells() *topo.Options {
	return &topo.Options{Mask: f.mask, Levels: f.levels}
}

// level returns the value that v is or is the index of.
func (f *fields[T]) level(v T) topo.Level { return f.levels.At(float64(v)) }

// minus returns a − b, infinite where it overflows.
func (f *fields[T]) minus(a, b T) float64 { return f.levels.Minus(float64(a), float64(b)) }

// gap returns a − b as a number that cannot overflow.
func (f *fields[T]) gap(a, b T) scaled {
	if d := f.minus(a, b); !math.IsInf(d, 0) {
		return between(d, 0)
	}
	return between(f.level(a).Hi, f.level(b).Hi)
}

// inSpans returns (a − b)/span; that of a constant original is 0 or infinite.
func (f *fields[T]) inSpans(a, b T) float64 {
	if a == b {
		return 0
	}
	if d := f.minus(a, b); f.unit > 0 && !math.IsInf(d, 0) {
		return d / f.unit
	}
	return f.gap(a, b).over(f.span)
}

// pace is how many cells are looked at between two questions whether anybody
// still waits for the figures.
const pace = 1 << 16

func (f *fields[T]) stopped() bool { return f.ctx.Err() != nil }
