package special

import (
	"math"
	"slices"

	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/formats/array"
)

// SmallArray is the size up to which an array gets more effort than larger ones
// at the same level: it takes no time to speak of, and what a coder learns too
// late weighs more.
const SmallArray = 1 << 17

// Values are the values of a chunk, those told apart that are not coded as
// numbers: what is not finite, fill, values far from all others, and zeros if the
// bound is relative to each value.
type Values[T array.Float] struct {
	DType    array.DType
	X        []T
	Elements []byte // those of X; nil where who asks stores the special ones himself
	Fills    Fills[T]

	Mask    *Mask   // nil if there is nothing special
	Exact   *Exact  // specials beyond what a mask can name
	Special []bool  // nil likewise
	Bare    []T     // the values with NaN for what is special, for fits
	Largest float64 // magnitude of the others
}

// Find tells the special values of x apart, whose elements are of type d. With
// zeros, those are special too.
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
	f.Bare = x
	if f.Special != nil {
		f.Bare = slices.Clone(x)
		for i, special := range f.Special {
			if special {
				f.Bare[i] = T(math.NaN())
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
		f.Exact = &Exact{}
	}
	f.Special[i] = true
	if !f.Mask.add(i, element) {
		f.Exact.Index = append(f.Exact.Index, i)
		f.Exact.Elements = append(f.Exact.Elements, element...)
	}
}

// Blocks adds the blocks of special values to b, and of further values stored
// exactly at the given places.
func (f *Values[T]) Blocks(b *block.List, g *grid.Grid, further []int) {
	if f.Mask != nil && len(f.Mask.Classes) > 0 {
		b[block.Mask] = f.Mask.AppendTo(nil, g)
	}
	list := &Exact{}
	if f.Exact != nil {
		list = f.Exact
	}
	if len(further) > 0 {
		list = list.Merge(further, f.Elements, f.DType.Size())
	}
	if len(list.Index) > 0 {
		b[block.Unpredictable] = list.AppendTo(nil)
	}
}
