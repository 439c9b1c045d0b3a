package topo

import "context"

// stopped reports whether nobody waits for a result any more. What is computed
// from then on is thrown away. A nil context never ends.
func stopped(ctx context.Context) bool { return ctx != nil && ctx.Err() != nil }

// cause is the error of a computation that was stopped.
func cause(ctx context.Context) error {
	if ctx == nil {
		return nil
	}
	return ctx.Err()
}

// Long loops ask whether they are stopped once in so many turns.
const (
	stopCells  = 1 << 16 // of looking at a cell
	stopPivots = 1 << 6  // of looking through arcs
)
