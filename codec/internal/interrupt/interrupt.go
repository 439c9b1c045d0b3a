// Package interrupt ends long loops when a context is done.
//
// A chunk can take many seconds. Whoever waits for it may have gone meanwhile,
// so that long loops count what they do, and look at the context once in a
// while. When it is done they panic, and [Recover], around all of the chunk,
// makes an error of that: nobody ever sees half a result.
package interrupt

import "context"

// Watch is what the loops of one chunk ask whether to go on; a nil one always says
// yes. One goroutine may use it at a time.
type Watch struct {
	ctx  context.Context
	left int // values until the next look
}

// lookEvery is how many values are worked on between two looks at the context: a
// hundredth of a second's work at the slowest.
const lookEvery = 1 << 14

// New returns a Watch of ctx.
func New(ctx context.Context) *Watch { return &Watch{ctx: ctx} }

// After counts work on n values and, every 16384 of them, looks at the context. It
// panics if that is done.
func (w *Watch) After(n int) {
	if w == nil {
		return
	}
	if w.left -= n; w.left <= 0 {
		w.left = lookEvery
		w.Check()
	}
}

// Check looks at the context now, and panics if that is done.
func (w *Watch) Check() {
	if w == nil {
		return
	}
	if err := w.ctx.Err(); err != nil {
		panic(ended{err})
	}
}

// ended is what a Watch panics with.
type ended struct{ err error }

// Recover is to be deferred: it sets *err to the context's error where a Watch has
// ended the work.
func Recover(err *error) {
	switch p := recover().(type) {
	case nil:
	case ended:
		*err = p.err
	default:
		panic(p)
	}
}
