package special

import (
	"math"

	"github.com/morselcodec/morsel/formats/array"
)

// extremes holds the two smallest and the two largest different values that
// are finite and not fill, NaN where there are none, how often the outermost
// occur, and how many values do not count.
type extremes[T array.Float] struct {
	lo, lo2, hi2, hi T
	nlo, nhi, others int
}

func scanExtremes[T array.Float](x []T, fills Fills[T]) extremes[T] {
	none := T(math.NaN())
	lo, lo2, hi2, hi := none, none, none, none
	var nlo, nhi, others int
	for _, v := range x {
		if v > lo2 && v < hi2 && !fills.Has(v) {
			continue // neither of them, and ordinary
		}
		if v-v != 0 || fills.Has(v) {
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
