package codec

import (
	"math"
	"slices"

	"github.com/morselcodec/morsel/formats"
)

// findSpecials marks the values of the chunk that are not coded as numbers:
// what is not finite, fill, values far from all others, and zeros if the bound
// is relative to each value. It also sets largest, the largest magnitude of the
// others.
func (in *chunkInput[T]) findSpecials() {
	e := scanExtremes(in.x, in.fills)
	below, above := e.sentinels(len(in.x))
	zero := T(math.NaN())
	if in.kind == boundPointwise { // zeros have no logarithm
		zero = 0
	}
	if e.others > 0 || below == below || above == above || zero == zero {
		size := in.DType.Size()
		for i, v := range in.x {
			if v-v != 0 || v == below || v == above || v == zero || in.fills.has(v) {
				in.markSpecial(i, in.elements[i*size:(i+1)*size])
			}
		}
	}
	in.bare = in.x
	if in.special != nil {
		in.bare = slices.Clone(in.x)
		for i, special := range in.special {
			if special {
				in.bare[i] = T(math.NaN())
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
		in.largest = max(math.Abs(float64(lo)), math.Abs(float64(hi)))
	}
}

func (in *chunkInput[T]) markSpecial(i int, element []byte) {
	if in.special == nil {
		in.special = make([]bool, len(in.x))
		in.mask = &mask{class: make([]uint8, len(in.x))}
		in.exact = &exact{}
	}
	in.special[i] = true
	if !in.mask.add(i, element) {
		in.exact.at = append(in.exact.at, i)
		in.exact.elements = append(in.exact.elements, element...)
	}
}

// extremes holds the two smallest and the two largest different values that
// are finite and not fill, NaN where there are none, how often the outermost
// occur, and how many values do not count.
type extremes[T formats.Float] struct {
	lo, lo2, hi2, hi T
	nlo, nhi, others int
}

func scanExtremes[T formats.Float](x []T, fills fillValues[T]) extremes[T] {
	none := T(math.NaN())
	lo, lo2, hi2, hi := none, none, none, none
	var nlo, nhi, others int
	for _, v := range x {
		if v > lo2 && v < hi2 && !fills.has(v) {
			continue // neither of them, and ordinary
		}
		if v-v != 0 || fills.has(v) {
			others++
			continue
		}
		switch {
		case lo != lo || v < lo:
			lo, lo2, nlo = v, lo, 1
		case v == lo:
			nlo++
		case lo2 != lo2 || v < lo2:
			lo2 = v
		}
		switch {
		case hi != hi || v > hi:
			hi, hi2, nhi = v, hi, 1
		case v == hi:
			nhi++
		case hi2 != hi2 || v > hi2:
			hi2 = v
		}
	}
	return extremes[T]{lo, lo2, hi2, hi, nlo, nhi, others}
}

// sentinels returns the smallest and the largest value where they look like
// markers rather than measurements: often repeated, and far from all others. NaN
// stands for none. n is the number of values.
func (e *extremes[T]) sentinels(n int) (below, above T) {
	below, above = T(math.NaN()), T(math.NaN())
	often := max(n/256, 4)
	if e.nlo >= often && e.lo2 < e.hi && float64(e.lo2)-float64(e.lo) > float64(e.hi)-float64(e.lo2) {
		below = e.lo
	}
	if e.nhi >= often && e.hi2 > e.lo && float64(e.hi)-float64(e.hi2) > float64(e.hi2)-float64(e.lo) {
		above = e.hi
	}
	return below, above
}
