package topo

import (
	"cmp"
	"slices"
	"unsafe"
)

// keyed is a cell with its place in the filtration.
type keyed[K key] struct {
	key  K
	cell int32
}

const (
	radixBits  = 11
	radixSmall = 1 << 10 // below this comparison sorting is faster
)

// sortCells sorts by key and keeps the order of equal keys: a least
// significant digit radix sort that skips digits all keys share.
func sortCells[K key](cells []keyed[K]) {
	if len(cells) < radixSmall {
		slices.SortStableFunc(cells, func(a, b keyed[K]) int { return cmp.Compare(a.key, b.key) })
		return
	}
	from, to := cells, make([]keyed[K], len(cells))
	for shift := 0; shift < 8*int(unsafe.Sizeof(K(0))); shift += radixBits {
		var count [1 << radixBits]int
		for _, c := range from {
			count[c.key>>shift&(1<<radixBits-1)]++
		}
		if count[from[0].key>>shift&(1<<radixBits-1)] == len(from) {
			continue
		}
		sum := 0
		for d, n := range count {
			count[d] = sum
			sum += n
		}
		for _, c := range from {
			d := c.key >> shift & (1<<radixBits - 1)
			to[count[d]] = c
			count[d]++
		}
		from, to = to, from
	}
	if &from[0] != &cells[0] {
		copy(cells, from)
	}
}
