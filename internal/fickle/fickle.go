// Package fickle has a context for tests of what happens where work is stopped:
// it ends when it has been asked a number of times.
package fickle

import (
	"context"
	"sync/atomic"
)

// Context is canceled once its Err has been asked for often enough. Its Done
// channel is the parent's.
type Context struct {
	context.Context
	ends  int64
	asked atomic.Int64
}

// New returns a context that answers the given number of times as parent does,
// and is canceled from then on.
func New(parent context.Context, answers int64) *Context {
	return &Context{Context: parent, ends: answers}
}

// Err implements [context.Context].
func (c *Context) Err() error {
	if c.asked.Add(1) > c.ends {
		return context.Canceled
	}
	return c.Context.Err()
}

// Asked returns how often Err was asked for.
func (c *Context) Asked() int64 { return c.asked.Load() }
