package kernel

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
)

// Under a context that ends, loops of the pool and of its single worker leave
// out what is left, and none of later loops.
func TestUnderAContextThatEnds(t *testing.T) {
	for _, workers := range []int{1, 2, 5} {
		p := NewPool(workers)
		ctx, cancel := context.WithCancel(t.Context())
		var ran atomic.Int64
		loop := func(p *Pool) { p.For(1000, func(int) { ran.Add(1) }) }
		if err := p.Under(ctx, func() { loop(p); loop(p.alone()) }); err != nil || ran.Load() != 2000 {
			t.Errorf("%d workers: %d of 2000 ran, error %v", workers, ran.Load(), err)
		}
		ran.Store(0)
		err := p.Under(ctx, func() {
			p.For(1000, func(i int) {
				if ran.Add(1) == 10 {
					cancel()
				}
			})
			loop(p)
			loop(p.alone())
		})
		if n := ran.Load(); !errors.Is(err, context.Canceled) || n < 10 || n > 10+int64(workers) {
			t.Errorf("%d workers: %d ran before and after the end, error %v", workers, n, err)
		}
		ran.Store(0)
		if loop(p); ran.Load() != 1000 {
			t.Errorf("%d workers: %d of 1000 ran afterwards", workers, ran.Load())
		}
	}
}
