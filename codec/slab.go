package codec

// slabs returns how many slabs the array has.
func (t *tiling) slabs() int { return t.total / max(t.slabChunks, 1) }

// slabBox returns where slab s begins and ends in the array.
func (t *tiling) slabBox(s int) (lo, hi []int) {
	lo, hi = t.box(s * t.slabChunks)
	for a := t.lead + 1; a < len(hi); a++ {
		hi[a] = t.shape[a]
	}
	return lo, hi
}

// batchBytes is about how much of an array is coded at a time.
const batchBytes = 32 << 20

// batchSlabs returns how many slabs to code at a time, so that the workers
// have enough chunks to share.
func (t *tiling) batchSlabs(size, workers int) int {
	slab := product(t.chunk[:t.lead+1]) * size
	for _, n := range t.shape[t.lead+1:] {
		slab *= max(n, 1)
	}
	want := (4*workers + t.slabChunks - 1) / max(t.slabChunks, 1)
	return max(min(want, batchBytes/max(slab, 1)), (workers+t.slabChunks-1)/max(t.slabChunks, 1), 1)
}
