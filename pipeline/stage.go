package pipeline

import "context"

// Stage does one step of a job. It must be safe for concurrent use, stop soon
// after ctx is done, and leave nothing behind when it fails. The Run methods of
// the ready-made stages are Stages.
type Stage[I, O any] func(ctx context.Context, in I) (O, error)

// Then runs second on what first gives, unless ctx has ended in between.
func Then[A, B, C any](first Stage[A, B], second Stage[B, C]) Stage[A, C] {
	return func(ctx context.Context, in A) (out C, err error) {
		mid, err := first(ctx, in)
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return out, err
		}
		return second(ctx, mid)
	}
}

// Acquire opens something for one run of a stage. The returned function
// releases it and is called exactly once, unless there was an error.
type Acquire[I, R any] func(ctx context.Context, in I) (R, func() error, error)

// Using runs stage on what acquire gives and releases it afterwards, whatever
// happens. What stage returns must not need the resource any more.
func Using[I, R, O any](acquire Acquire[I, R], stage Stage[R, O]) Stage[I, O] {
	return func(ctx context.Context, in I) (out O, err error) {
		resource, release, err := acquire(ctx, in)
		if err != nil {
			return out, err
		}
		defer func() {
			if e := release(); err == nil {
				err = e
			}
		}()
		return stage(ctx, resource)
	}
}
