package pipeline

import (
	"context"
	"iter"
	"runtime"
	"sync"
)

// MapOptions say how [Map] runs. The zero value, and nil, mean the defaults.
type MapOptions struct {
	// Workers is the number of items worked on at once; 0 means GOMAXPROCS.
	Workers int
	// Unordered gives results as they come instead of in the order of the
	// input.
	Unordered bool
}

// Map runs stage over a sequence. An item that fails, or that comes with an
// error, gives that error in its place and does not stop the others; a caller
// who wants to stop breaks out of the loop. At most Workers items are in work
// and about as many results wait to be taken, so a slow consumer holds the
// stage back.
//
// When ctx ends or the loop is left, the items in work are waited for, no new
// ones are begun, and no goroutine remains. An ended ctx gives its error as
// the last result.
func Map[I, O any](ctx context.Context, in iter.Seq2[I, error], stage Stage[I, O], o *MapOptions) iter.Seq2[O, error] {
	workers, ordered := runtime.GOMAXPROCS(0), true
	if o != nil {
		ordered = !o.Unordered
		if o.Workers > 0 {
			workers = o.Workers
		}
	}
	return func(yield func(O, error) bool) {
		m := mapper[I, O]{
			stage:   stage,
			ordered: ordered,
			slots:   make(chan struct{}, workers),
			queue:   make(chan chan result[O], workers),
			left:    make(chan struct{}),
		}
		work, cancel := context.WithCancel(ctx)
		fed := make(chan struct{})
		go func() {
			defer close(fed)
			m.feed(work, in)
		}()
		defer func() { <-fed }()
		defer cancel()
		defer close(m.left)
		for c := range m.queue {
			if r := <-c; !yield(r.out, r.err) {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			var zero O
			yield(zero, err)
		}
	}
}

type result[O any] struct {
	out O
	err error
}

type mapper[I, O any] struct {
	stage   Stage[I, O]
	ordered bool
	slots   chan struct{}       // one token for every item in work
	queue   chan chan result[O] // where the next results come, in the order of delivery
	left    chan struct{}       // closed when nobody takes results any more
}

// feed begins a run for every item, and returns when all have ended. Where a
// result will come is queued when the run begins if order matters, and when it
// ends if not.
func (m *mapper[I, O]) feed(ctx context.Context, in iter.Seq2[I, error]) {
	defer close(m.queue)
	var running sync.WaitGroup
	defer running.Wait()
	for item, err := range in {
		select {
		case m.slots <- struct{}{}:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			return
		}
		c := make(chan result[O], 1)
		if m.ordered {
			m.announce(c)
		}
		running.Go(func() {
			var out O
			if err == nil {
				out, err = m.stage(ctx, item)
			}
			c <- result[O]{out, err}
			if !m.ordered {
				m.announce(c)
			}
			<-m.slots
		})
	}
}

func (m *mapper[I, O]) announce(c chan result[O]) {
	select {
	case m.queue <- c:
	case <-m.left:
	}
}
