package codec

import (
	"sync"
	"sync/atomic"
)

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

// parallel calls f(0) to f(n−1) on the given number of goroutines and waits.
func parallel(n, workers int, f func(i int)) {
	if workers = min(workers, n); workers <= 1 {
		for i := range n {
			f(i)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	wg.Wait()
}

// progress counts values for an Options.Progress callback.
type progress struct {
	mu    sync.Mutex
	f     func(done, total int64)
	done  int64
	total int64
}

func (p *progress) add(n int) {
	if p.f == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += int64(n)
	p.f(p.done, p.total)
}
