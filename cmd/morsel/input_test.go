package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Opening an array file, which may read all of it, ends with the context.
func TestOpenInterrupted(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.csv")
	if err := os.WriteFile(name, []byte(strings.Repeat("1,2\n", 1<<10)), 0o666); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	in, err := new(env).open(ctx, name)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if _, err := in.file(ctx, nil); err != nil {
		t.Error(err)
	}
	cancel()
	if _, err := in.file(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that it was cancelled", err)
	}
}
