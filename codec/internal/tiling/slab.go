package tiling

import "github.com/morselcodec/morsel/formats/array"

// Slabs returns how many slabs the array has.
func (t *Tiling) Slabs() int { return t.Total / max(t.SlabChunks, 1) }

// SlabBox returns the box of slab s.
func (t *Tiling) SlabBox(s int) (lo, hi []int) {
	lo, hi = t.Box(s * t.SlabChunks)
	for a := t.lead + 1; a < len(hi); a++ {
		hi[a] = t.Shape[a]
	}
	return lo, hi
}

// BatchBytes is about how many bytes of elements are coded at a time.
const BatchBytes = 32 << 20

// BatchSlabs returns how many slabs of elements of size bytes to code at a time, so
// that the workers have enough chunks to share.
func (t *Tiling) BatchSlabs(size, workers int) int {
	slab := array.Product(t.Chunk[:t.lead+1]) * size
	for _, n := range t.Shape[t.lead+1:] {
		slab *= max(n, 1)
	}
	want := (4*workers + t.SlabChunks - 1) / max(t.SlabChunks, 1)
	return max(min(want, BatchBytes/max(slab, 1)), (workers+t.SlabChunks-1)/max(t.SlabChunks, 1), 1)
}
