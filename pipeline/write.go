package pipeline

import (
	"context"
	"fmt"
	"io"
)

// Output is a file being written. Commit makes it appear under its name;
// Discard, called in any case, removes it unless it was committed.
type Output interface {
	io.Writer
	Commit() error
	Discard()
}

// Write is the stage that stores an Item's Archive.
type Write struct {
	// Create begins the output of an item.
	Create func(it *Item) (Output, error)
}

// Run writes it.Archive and commits it.
func (w Write) Run(ctx context.Context, it *Item) (*Item, error) {
	if it.Archive == nil {
		return nil, fmt.Errorf("%s has no archive to write", it.Name)
	}
	out, err := w.Create(it)
	if err != nil {
		return nil, err
	}
	defer out.Discard()
	r := &contextReader{ctx, io.NopCloser(io.NewSectionReader(it.Archive, 0, it.Archive.Size()))}
	n, err := io.Copy(out, r)
	if err != nil {
		return nil, err
	}
	Count(ctx, 0, n)
	if err := out.Commit(); err != nil {
		return nil, err
	}
	return it, nil
}
