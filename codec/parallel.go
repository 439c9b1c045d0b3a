package codec

import (
	"sync"
	"sync/atomic"
)

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
