package autoencoder

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"testing"
)

func TestResumeIsExact(t *testing.T) {
	plateau := Plateau
	for name, change := range map[string]func(*TrainOptions){
		"cosine":           func(*TrainOptions) {},
		"plateau, balance": func(o *TrainOptions) { o.Schedule, o.Balance, o.WarmUp = &plateau, 0.5, 5 },
		"straight through": func(o *TrainOptions) { o.Quantisation, o.PerWindow = StraightThrough, true },
	} {
		t.Run(name, func(t *testing.T) {
			field := waves(6, 30, 40)
			options := func() *TrainOptions { o := quick(); change(o); return o }

			// Interrupted between checkpoints, by the context.
			ctx, cancel := context.WithCancel(t.Context())
			var saved bytes.Buffer
			o := options()
			o.Progress = func(p Progress) {
				if p.Step >= 17 {
					cancel()
				}
			}
			o.Checkpoint = func(c io.WriterTo) error {
				saved.Reset()
				_, err := c.WriteTo(&saved)
				return err
			}
			o.EvaluateEvery = 1
			full := options()
			full.EvaluateEvery = 1
			want := train(t, full, field)
			m, err := Train(ctx, setOf(field), o)
			if !errors.Is(err, context.Canceled) || m == nil {
				t.Fatalf("cancelled training gave model %v, error %v", m != nil, err)
			}
			if s := m.Info().Training.Steps; s != 17 {
				t.Fatalf("stopped after %d steps, want 17", s)
			}

			o = options()
			o.EvaluateEvery = 1
			o.Resume = &saved
			o.Workers = 2
			if got := train(t, o, field); !bytes.Equal(got.file, want.file) {
				t.Error("resumed training gives another model than an uninterrupted one")
			}
		})
	}
}

func TestResumeRefusesOtherRuns(t *testing.T) {
	field := waves(6, 30, 40)
	var saved bytes.Buffer
	o := quick()
	o.CheckpointEvery = 20
	o.Checkpoint = func(c io.WriterTo) error { saved.Reset(); _, err := c.WriteTo(&saved); return err }
	train(t, o, field)

	for name, change := range map[string]func(*TrainOptions) error{
		"seed":  func(o *TrainOptions) error { o.Seed++; return ErrOptions },
		"batch": func(o *TrainOptions) error { o.Batch++; return ErrOptions },
		"spec":  func(o *TrainOptions) error { o.Spec.Decoder[0].Out++; return ErrOptions },
		"data":  func(*TrainOptions) error { field = waves(5, 30, 40); return ErrOptions },
		"damage": func(o *TrainOptions) error {
			b := slices.Clone(saved.Bytes())
			b[len(b)/2] ^= 1
			o.Resume = bytes.NewReader(b)
			return ErrModel
		},
	} {
		field = waves(6, 30, 40)
		o := quick()
		o.Resume = bytes.NewReader(saved.Bytes())
		want := change(o)
		if m, err := Train(t.Context(), setOf(field), o); !errors.Is(err, want) || m != nil {
			t.Errorf("%s: error %v, want %v", name, err, want)
		}
	}
}

func TestCheckpointErrorEndsTraining(t *testing.T) {
	full := errors.New("disk full")
	o := quick()
	o.CheckpointEvery = 10
	o.Checkpoint = func(io.WriterTo) error { return full }
	m, err := Train(t.Context(), setOf(waves(30, 40)), o)
	if !errors.Is(err, full) || m == nil || m.Info().Training.Steps != 10 {
		t.Errorf("model %v, error %v; want the model of step 10 and %v", m != nil, err, full)
	}
}
