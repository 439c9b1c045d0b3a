package files

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
	"github.com/morselcodec/morsel/codec"
)

// Opening an array file, which may read all of it, ends with the context.
func TestOpenInterrupted(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.csv")
	if err := os.WriteFile(name, []byte(strings.Repeat("1,2\n", 1<<10)), 0o666); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	in, err := new(Set).Open(ctx, name)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if _, err := in.Arrays(ctx, nil); err != nil {
		t.Error(err)
	}
	cancel()
	if _, err := in.Arrays(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that it was cancelled", err)
	}
}

func TestUnchanged(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(name, []byte("four"), 0o644); err != nil {
		t.Fatal(err)
	}
	e := new(Set)
	in, err := e.Open(context.Background(), name)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if err := in.Unchanged(); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(name, []byte("seven"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := in.Unchanged(); !errors.Is(err, codec.ErrChanged) || exit.Code(err) != exit.Input {
		t.Error(err)
	}
	e.Stdin = strings.NewReader("stdin")
	spooled, err := e.Open(context.Background(), "-")
	if err != nil {
		t.Fatal(err)
	}
	defer spooled.Close()
	if err := spooled.Unchanged(); err != nil {
		t.Error(err)
	}
}
