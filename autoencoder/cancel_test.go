package autoencoder

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/morselcodec/morsel/internal/fickle"
	"github.com/morselcodec/morsel/internal/long"
)

// Wherever a training is cancelled, it ends without much more work, and goes on
// from its checkpoint as if nothing had happened.
func TestCancelledAnywhere(t *testing.T) {
	field := waves(6, 30, 40)
	options := func() *TrainOptions {
		o := quick()
		o.Steps, o.EvaluateEvery, o.Balance, o.WarmUp = 12, 3, 0.5, 2
		o.Workers = 1
		return o
	}
	whole := fickle.New(t.Context(), 1<<40)
	want, err := Train(whole, setOf(field), options())
	if err != nil {
		t.Fatal(err)
	}
	checks := whole.Asked()
	if checks < 200 {
		t.Fatalf("the context was asked %d times in a whole training", checks)
	}
	resumed, between := 0, map[int]bool{}
	trials := int64(long.Trials(37, 1000))
	for n := int64(0); n < checks; n += max(checks/trials, 1) {
		ctx := fickle.New(t.Context(), n)
		var saved bytes.Buffer
		o := options()
		o.CheckpointEvery = 1000
		o.Checkpoint = func(c io.WriterTo) error { saved.Reset(); _, err := c.WriteTo(&saved); return err }
		m, err := Train(ctx, setOf(field), o)
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("cancelled at check %d of %d: %v", n, checks, err)
		}
		if after := ctx.Asked() - n; after > 2000 {
			t.Errorf("cancelled at check %d: asked %d times more", n, after)
		}
		if (m != nil) != (saved.Len() > 0) {
			t.Fatalf("cancelled at check %d: model %v, checkpoint of %d bytes", n, m != nil, saved.Len())
		}
		if m == nil {
			continue
		}
		r := m.Info().Training
		if r.Steps > 0 && r.BestStep == 0 {
			t.Errorf("cancelled after %d steps, the model is untrained", r.Steps)
		}
		between[r.Steps%3] = true
		o = options()
		o.Resume = &saved
		got, err := Train(t.Context(), setOf(field), o)
		if err != nil || got.ID() != want.ID() {
			t.Errorf("cancelled at check %d, after %d steps: the resumed training gives another model, error %v", n, r.Steps, err)
		}
		resumed++
	}
	if resumed < 20 || len(between) < 3 {
		t.Errorf("only %d trainings were resumed, %v", resumed, between)
	}
}

// Checkpoints do not wait for steps to pass, nor for an evaluation to end.
func TestCheckpointsByTime(t *testing.T) {
	field := waves(6, 30, 40)
	o := quick()
	o.Steps, o.EvaluateEvery, o.CheckpointEvery, o.checkpointAfter = 20, 20, 1000, time.Nanosecond
	full := *o
	want := train(t, &full, field)
	var files [][]byte
	o.Checkpoint = func(c io.WriterTo) error {
		var b bytes.Buffer
		_, err := c.WriteTo(&b)
		files = append(files, b.Bytes())
		return err
	}
	train(t, o, field)
	if len(files) < 21 {
		t.Fatalf("%d checkpoints of 20 steps and an evaluation", len(files))
	}
	for _, k := range []int{0, 10, 19, 20, len(files) - 1} {
		again := *o
		again.Checkpoint, again.Resume = nil, bytes.NewReader(files[k])
		if got := train(t, &again, field); got.ID() != want.ID() {
			t.Errorf("resumed from checkpoint %d of %d: another model", k, len(files))
		}
	}

	// None is due within a minute.
	files, o.checkpointAfter = nil, 0
	if train(t, o, field); len(files) != 0 {
		t.Errorf("%d checkpoints of a short training", len(files))
	}
}
