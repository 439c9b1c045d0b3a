package main

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
)

// On a terminal a bar is drawn to stderr, and stdout holds the JSON alone.
func TestProgressStaysOffStdout(t *testing.T) {
	var stdout, stderr bytes.Buffer
	e := testEnv()
	e.Stdout, e.stderr, e.terminal = &stdout, &stderr, true
	out := filepath.Join(t.TempDir(), "x.npy")
	if code := e.run(context.Background(), []string{"morsel", "generate", "shallow-water", "--count", "3", "--json", "-o", out}); code != exit.OK {
		t.Fatalf("exit code %d: %s", code, &stderr)
	}
	if !strings.Contains(stderr.String(), "generating") {
		t.Errorf("stderr shows no bar: %q", &stderr)
	}
	if !json.Valid(stdout.Bytes()) {
		t.Errorf("stdout is not JSON alone: %q", &stdout)
	}
}

func TestNoProgressWithoutTerminal(t *testing.T) {
	e := testEnv()
	p := e.progress("working")
	p.Update(1, 2) // must not panic
	p.Describe("still")
	p.End()
	if p != nil {
		t.Error("a bar was made without a terminal")
	}
}

func TestTerminalIsSpared(t *testing.T) {
	e := testEnv()
	e.StdoutTerminal = true
	e.Stdin = strings.NewReader("x")
	if code := e.run(context.Background(), []string{"morsel", "generate", "sinusoid", "-o", "-"}); code != exit.Usage {
		t.Errorf("binary to a terminal: exit code %d; want %d", code, exit.Usage)
	}
}

func TestCurveText(t *testing.T) {
	point := func(v ...float64) (c []curvePoint) {
		for i, v := range v {
			c = append(c, curvePoint{Step: i, Validation: v})
		}
		return c
	}
	many := make([]float64, 500)
	for i := range many {
		many[i] = math.Exp(-float64(i))
	}
	for _, c := range []struct {
		curve []curvePoint
		want  string
	}{
		{point(100, 10, 1), "█▅▁  validation 100 to 1"},
		{point(1, 1), "validation 1 throughout"},
		{point(1, 0), "validation 1 throughout"},
		{point(math.NaN(), 1), "validation - throughout"},
	} {
		if got := curveText(c.curve); got != c.want {
			t.Errorf("got %q; want %q", got, c.want)
		}
	}
	line, _, _ := strings.Cut(curveText(point(many...)), " ")
	if n := utf8.RuneCountInString(line); n != curveWidth {
		t.Errorf("%d characters; want %d", n, curveWidth)
	}
}
