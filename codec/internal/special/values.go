// Package special tells the values of a chunk apart that are not coded as
// numbers, the special values: what is not finite, fill, sentinels (values often
// repeated and far from all others), and zeros if the bound is relative to each
// value. They are masked, by a [Mask] of classes of equal elements, or, where a
// mask runs out of classes, listed as [Unpredictable], to which an encoder adds
// values that its bins do not reach. Both keep elements bit for bit, in blocks
// 2 and 3: sections 7.2 and 7.3 of FORMAT.md. It builds on the range coder, the
// counters of package mixing, and the shape of package grid.
package special

import (
	"math"
	"slices"

	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/formats/array"
)

// Values are the values of a chunk, the special ones told apart.
type Values[T array.Float] struct {
	DType    array.DType
	X        []T    // in row-major order
	Elements []byte // those of X; nil where the caller stores the special ones itself
	Fills    Fills[T]

	Mask          *Mask          // nil if there is nothing special
	Unpredictable *Unpredictable // special values beyond the classes of a mask
	Special       []bool         // which of X are special; nil if none is
	Ordinary      []T            // X with NaN for what is special
	Largest       float64        // magnitude of the others; 0 if there are none
}

// Find tells the special values of x apart, which are in row-major order, and
// whose elements are of type d. With zeros, those are special too.
func Find[T array.Float](d array.DType, x []T, elements []byte, fills Fills[T], zeros bool) *Values[T] {
	f := &Values[T]{DType: d, X: x, Elements: elements, Fills: fills}
	size := d.Size()
	e := scanExtremes(x, fills)
	below, above := e.sentinels(len(x))
	zero := T(math.NaN())
	if zeros {
		zero = 0
	}
	if e.others > 0 || below == below || above == above || zero == zero {
		for i, v := range x {
			if v-v != 0 || v == below || v == above || v == zero || fills.Has(v) {
				f.mark(i, len(x), elements[i*size:(i+1)*size])
			}
		}
	}
	f.Ordinary = x
	if f.Special != nil {
		f.Ordinary = slices.Clone(x)
		for i, special := range f.Special {
			if special {
				f.Ordinary[i] = T(math.NaN())
			}
		}
	}
	lo, hi := e.lo, e.hi
	if below == below {
		lo = e.lo2
	}
	if above == above {
		hi = e.hi2
	}
	if lo == lo {
		f.Largest = max(math.Abs(float64(lo)), math.Abs(float64(hi)))
	}
	return f
}

// mark makes value i of n special.
func (f *Values[T]) mark(i, n int, element []byte) {
	if f.Special == nil {
		f.Special = make([]bool, n)
		f.Mask = &Mask{Class: make([]uint8, n)}
		f.Unpredictable = &Unpredictable{}
	}
	f.Special[i] = true
	if !f.Mask.add(i, element) {
		f.Unpredictable.Index = append(f.Unpredictable.Index, i)
		f.Unpredictable.Elements = append(f.Unpredictable.Elements, element...)
	}
}

// Blocks adds the mask and unpredictable blocks of the special values to b, the
// latter with the values at the given row-major indices besides.
func (f *Values[T]) Blocks(b *block.List, g *grid.Grid, unpredictable []int) {
	if f.Mask != nil && len(f.Mask.Classes) > 0 {
		b[block.Mask] = f.Mask.AppendTo(nil, g)
	}
	l := &Unpredictable{}
	if f.Unpredictable != nil {
		l = f.Unpredictable
	}
	if len(unpredictable) > 0 {
		l = l.Merge(unpredictable, f.Elements, f.DType.Size())
	}
	if len(l.Index) > 0 {
		b[block.Unpredictable] = l.AppendTo(nil)
	}
}
