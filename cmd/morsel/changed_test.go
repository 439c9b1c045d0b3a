package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
)

// meddler does something when it is asked for the second time whether to go on.
type meddler struct {
	context.Context
	asked atomic.Int32
	do    func()
}

func (m *meddler) Err() error {
	if m.asked.Add(1) == 2 {
		m.do()
	}
	return m.Context.Err()
}

// A file that is written to while it is compressed, or audited, gives no result.
func TestInputChangesWhileRead(t *testing.T) {
	dir := t.TempDir()
	name, archive := filepath.Join(dir, "x.npy"), filepath.Join(dir, "x.npy.mrsl")
	for _, args := range [][]string{{"generate", "sinusoid", "-o", name}, {"compress", "-1", name, "-o", archive}} {
		if code := testEnv().run(t.Context(), append([]string{"morsel"}, args...)); code != exit.OK {
			t.Fatalf("%v: exit code %d", args, code)
		}
	}
	original, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out")
	for _, args := range [][]string{
		{"compress", "--rel", "1e-3"}, {"compress", "--psnr", "50"}, {"compress", "--abs", "1"}, {"compress", "--lossless"}, {"audit"},
		{"train", "--steps", "5", "--preset", "dense"}, {"bench", "--no-peers", "--levels", "1", "--time", "1ms"},
	} {
		for what, change := range map[string]func() error{
			"values":  func() error { return os.WriteFile(name, bytes.ToUpper(original), 0o644) },
			"shorter": func() error { return os.Truncate(name, int64(len(original)/2)) },
			"longer":  func() error { return os.WriteFile(name, append(bytes.Clone(original), 0), 0o644) },
			"touched": func() error { return os.Chtimes(name, time.Time{}, time.Now()) },
		} {
			past := time.Now().Add(-time.Hour)
			if err := errors.Join(os.WriteFile(name, original, 0o644), os.Chtimes(name, past, past)); err != nil {
				t.Fatal(err)
			}
			var stderr bytes.Buffer
			e := testEnv()
			e.stderr = &stderr
			line := append([]string{"morsel"}, append(args, name)...)
			switch args[0] {
			case "audit":
				line = append(line, archive, "--html", out)
			case "compress":
				line = append(line, "-1", "-o", out)
			case "train":
				line = append(line, "-o", out)
			}
			ctx := &meddler{Context: t.Context(), do: func() {
				if err := change(); err != nil {
					t.Error(err)
				}
			}}
			code := e.run(ctx, line)
			if code != exit.Input || !strings.Contains(stderr.String(), name+": changed while it was read") {
				t.Errorf("%s, %v: exit code %d: %q", what, args, code, stderr.String())
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "*out*")); len(left) > 0 {
				t.Fatalf("%s, %v: there is %v", what, args, left)
			}
		}
	}
}
