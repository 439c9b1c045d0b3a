package training

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/morselcodec/morsel/autoencoder/internal/dataset"
	"github.com/morselcodec/morsel/autoencoder/internal/layers"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/fickle"
)

// A large step and a long evaluation are left in the middle.
func TestCancelledInsideAStep(t *testing.T) {
	three, two, one := []int{3, 3, 3}, []int{2, 2, 2}, []int{1, 1, 1}
	spec := layers.Spec{
		Window:  []int{4, 8, 12},
		Encoder: layers.Chain(layers.Conv(8, three, two, one), layers.ReLU, layers.Conv(40, three, two, one), layers.ReLU, layers.Conv(8, one, nil, nil)),
		Decoder: layers.Chain(layers.Transposed(8, three, two, one, one), layers.ReLU, layers.Transposed(1, three, two, one, one)),
	}
	nets, err := layers.Build(&spec)
	if err != nil {
		t.Fatal(err)
	}
	a := &array.Array[float32]{Shape: []int{6, 12, 20, 16}, Data: normal(rand.New(rand.NewPCG(1, 2)), 6*12*20*16)}
	set := func(yield func(array.Source, error) bool) { yield(array.FromArray(a), nil) }
	d, err := dataset.Read(t.Context(), set, func([]int) (*dataset.Options, error) {
		return &dataset.Options{Window: spec.Window, HoldOut: 0.1}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s := &Settings{
		Spec: spec, Nets: nets, MSE: 1, DSL: 0.1, Sharpness: 1, Steps: 1000, Batch: 64, Rate: 1e-3, Clip: 1, Resolution: 32, Workers: 2,
	}
	tr := newTrainer(s, d)
	if err := tr.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, work := range map[string]func(ctx context.Context) error{
		"step":       func(ctx context.Context) error { _, err := tr.step(ctx, 0); return err },
		"evaluation": func(ctx context.Context) error { return tr.evaluate(ctx, func() error { return nil }) },
	} {
		before, _ := tr.checkpoint()
		whole := fickle.New(t.Context(), 1<<40)
		if err := work(whole); err != nil {
			t.Fatal(err)
		}
		checks := whole.Asked()
		if checks < 100 {
			t.Errorf("%s: the context was asked only %d times", name, checks)
		}
		restored, _ := tr.checkpoint()
		if bytes.Equal(before, restored) {
			t.Errorf("%s: a whole one changes nothing", name)
		}
		for _, n := range []int64{0, 1, checks / 2, checks - 1} {
			if err := work(fickle.New(t.Context(), n)); !errors.Is(err, context.Canceled) {
				t.Errorf("%s: cancelled at check %d of %d: %v", name, n, checks, err)
			}
		}
		if after, _ := tr.checkpoint(); !bytes.Equal(after, restored) {
			t.Errorf("%s: one that was cancelled left something", name)
		}
	}
}
