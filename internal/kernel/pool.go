package kernel

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Pool runs loops on several goroutines and keeps their scratch memory. It may
// be used by several goroutines at once.
type Pool struct {
	workers int
	fused   bool
	current atomic.Pointer[job]
	helpers atomic.Int32 // goroutines that look for jobs
	scratch sync.Pool    // *[]float32
	benches sync.Pool    // *workbench
	single  atomic.Pointer[Pool]
	ctx     context.Context // nil: loops are never cut short
}

// NewPool returns a pool of the given number of workers, or one per available
// processor when workers is not positive. Its kernels give the same bits on
// every machine.
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

// Under runs f, in which loops leave out what is left of them once ctx is done:
// then results mean nothing, and the error is ctx's. The pool must not be in
// other use meanwhile.
func (p *Pool) Under(ctx context.Context, f func()) error {
	p.ctx, p.alone().ctx = ctx, ctx
	defer func() { p.ctx, p.alone().ctx = nil, nil }()
	f()
	return ctx.Err()
}

// stopped tells a loop's body that takes long to leave out the rest.
func (p *Pool) stopped() bool { return p.ctx != nil && p.ctx.Err() != nil }

// job is one loop that several goroutines share.
type job struct {
	n    int64
	body func(i int)
	next atomic.Int64 // the first index that nobody has taken
	done atomic.Int64 // how many have been finished
	last sync.WaitGroup
}

// work takes indices until none is left.
func (j *job) work() {
	for {
		i := j.next.Add(1) - 1
		if i >= j.n {
			return
		}
		j.body(int(i))
		if j.done.Add(1) == j.n {
			j.last.Done()
		}
	}
}

// patience is how long a goroutine watches for work before it parks: longer
// than what lies between two loops of a training step, and than waking it
// would take.
const patience = 50 * time.Microsecond

// watch calls ready again and again until it says so or patience ends.
func watch(ready func() bool) bool {
	began := time.Now()
	for {
		for range 64 {
			if ready() {
				return true
			}
		}
		if time.Since(began) > patience {
			return false
		}
		runtime.Gosched()
	}
}

// For calls body(i) for every i in [0, n), each exactly once, in any order and
// possibly at the same time.
func (p *Pool) For(n int, body func(i int)) {
	if whole := body; p.ctx != nil {
		body = func(i int) {
			if !p.stopped() {
				whole(i)
			}
		}
	}
	workers := min(p.workers, n)
	if workers <= 1 {
		for i := range n {
			body(i)
		}
		return
	}
	j := &job{n: int64(n), body: body}
	j.last.Add(1)
	if p.current.CompareAndSwap(nil, j) {
		for alive := p.helpers.Load(); alive < int32(workers)-1; alive = p.helpers.Load() {
			if p.helpers.CompareAndSwap(alive, alive+1) {
				go p.help()
			}
		}
		j.work()
		p.current.CompareAndSwap(j, nil)
	} else { // another loop has the helpers
		for range workers - 1 {
			go j.work()
		}
		j.work()
	}
	if !watch(func() bool { return j.done.Load() == j.n }) {
		j.last.Wait()
	}
}

// help works on jobs until there has been none for a while.
func (p *Pool) help() {
	defer p.helpers.Add(-1)
	var j *job
	for watch(func() bool {
		j = p.current.Load()
		return j != nil && j.next.Load() < j.n
	}) {
		j.work()
	}
}

// alone returns a pool of one worker with the same arithmetic.
func (p *Pool) alone() *Pool {
	if p.workers == 1 {
		return p
	}
	if p.single.Load() == nil {
		p.single.CompareAndSwap(nil, &Pool{workers: 1, fused: p.fused})
	}
	return p.single.Load()
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
