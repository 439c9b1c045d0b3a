package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// A small demo tells the whole story and leaves its files.
func TestDemo(t *testing.T) {
	t.Parallel()
	var text bytes.Buffer
	dir := t.TempDir()
	d := &demonstration{env: testEnv(), dir: dir, examples: 9, heldOut: 2, steps: 60, text: &text}
	if err := d.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := listed(t, dir); !slices.Equal(got, demoFiles) {
		t.Errorf("the demo left %v; want %v", got, demoFiles)
	}
	for _, words := range []string{"MSE + DSL", "MSE only", "untrained", "exact DSL", "no model", "with the model", "latents only", "verified"} {
		if !strings.Contains(text.String(), words) {
			t.Errorf("the demo does not say %q:\n%s", words, &text)
		}
	}
	models := d.result.Models
	if len(models) != 3 || len(d.result.Archives) != 3 {
		t.Fatalf("%d models and %d archives; want 3 each", len(models), len(d.result.Archives))
	}
	for _, m := range models[:2] {
		if untrained := models[2]; m.MSE >= untrained.MSE || m.SignMismatchFraction >= untrained.SignMismatchFraction {
			t.Errorf("%s is no better than %s: %+v, %+v", m.Name, untrained.Name, m, untrained)
		}
	}
	if latents := d.result.Archives[2]; latents.Model == nil || latents.BoundAbs != nil {
		t.Errorf("the archive of latents: %+v", latents)
	}
}
