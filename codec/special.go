package codec

import (
	"math"
	"slices"

	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/formats"
)

// found are the values of a chunk that are not coded as numbers: what is not
// finite, fill, values far from all others, and zeros if the bound is relative to
// each value.
type found[T formats.Float] struct {
	mask    *mask   // nil if there is nothing special
	exact   *exact  // specials beyond what a mask can name
	special []bool  // nil likewise
	bare    []T     // the values with NaN for what is special, for fits
	largest float64 // magnitude of the others
}

// find looks for the special values of x, whose elements have size bytes each.
func find[T formats.Float](x []T, elements []byte, size int, fills fillValues[T], zeros bool) (f found[T]) {
	e := scanExtremes(x, fills)
	below, above := e.sentinels(len(x))
	zero := T(math.NaN())
	if zeros {
		zero = 0
	}
	if e.others > 0 || below == below || above == above || zero == zero {
		for i, v := range x {
			if v-v != 0 || v == below || v == above || v == zero || fills.has(v) {
				f.mark(i, len(x), elements[i*size:(i+1)*size])
			}
		}
	}
	f.bare = x
	if f.special != nil {
		f.bare = slices.Clone(x)
		for i, special := range f.special {
			if special {
				f.bare[i] = T(math.NaN())
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
		f.largest = max(math.Abs(float64(lo)), math.Abs(float64(hi)))
	}
	return f
}

// mark makes value i of n special.
func (f *found[T]) mark(i, n int, element []byte) {
	if f.special == nil {
		f.special = make([]bool, n)
		f.mask = &mask{class: make([]uint8, n)}
		f.exact = &exact{}
	}
	f.special[i] = true
	if !f.mask.add(i, element) {
		f.exact.at = append(f.exact.at, i)
		f.exact.elements = append(f.exact.elements, element...)
	}
}

// blocks returns the blocks of special values, and of further values stored
// exactly at the given places, nil for those that are not needed.
func (f *found[T]) blocks(g *grid.Grid, further []int, elements []byte, size int) (maskBlock, exactBlock []byte) {
	if f.mask != nil && len(f.mask.classes) > 0 {
		maskBlock = f.mask.appendTo(nil, g)
	}
	list := &exact{}
	if f.exact != nil {
		list = f.exact
	}
	if len(further) > 0 {
		list = list.merge(further, elements, size)
	}
	if len(list.at) > 0 {
		exactBlock = list.appendTo(nil)
	}
	return maskBlock, exactBlock
}
