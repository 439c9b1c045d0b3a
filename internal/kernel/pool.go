package kernel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Pool runs loops on several goroutines and keeps their scratch memory. It may
// be used by several goroutines at once.
type Pool struct {
	workers int
	fused   bool
	scratch sync.Pool // *[]float32
	benches sync.Pool // *bench
}

// NewPool returns a pool of the given number of workers, or one per available
// processor when workers is not positive.
func NewPool(workers int) *Pool {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	return &Pool{workers: workers}
}

// NewFusedPool is [NewPool] for training: products and sums may be rounded once
// instead of twice, and convolutions may add in another order. Results still do
// not depend on the number of workers, but they do depend on the tier.
func NewFusedPool(workers int) *Pool {
	p := NewPool(workers)
	p.fused = true
	return p
}

// Workers returns the number of goroutines a loop runs on at most.
func (p *Pool) Workers() int { return p.workers }

// For calls body(i) for every i in [0, n), each exactly once, in any order and
// possibly at the same time.
func (p *Pool) For(n int, body func(i int)) {
	workers := min(p.workers, n)
	if workers <= 1 {
		for i := range n {
			body(i)
		}
		return
	}
	var next atomic.Int64
	loop := func() {
		for {
			i := int(next.Add(1)) - 1
			if i >= n {
				return
			}
			body(i)
		}
	}
	var wg sync.WaitGroup
	for range workers - 1 {
		wg.Go(loop)
	}
	loop()
	wg.Wait()
}

// grain is the number of values below which an element-wise loop is not split.
const grain = 1 << 14

// Range calls body for consecutive pieces [lo, hi) that make up [0, n). The
// pieces depend on n alone.
func (p *Pool) Range(n int, body func(lo, hi int)) {
	p.For((n+grain-1)/grain, func(i int) {
		body(i*grain, min(n, (i+1)*grain))
	})
}

// take returns scratch memory for n values, not cleared; give returns it.
func (p *Pool) take(n int) *[]float32 {
	s, ok := p.scratch.Get().(*[]float32)
	if !ok {
		s = new([]float32)
	}
	if cap(*s) < n {
		*s = make([]float32, n)
	}
	*s = (*s)[:n]
	return s
}

func (p *Pool) give(s *[]float32) { p.scratch.Put(s) }
