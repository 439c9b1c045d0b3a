package autoencoder

import (
	"context"
	"fmt"
	"iter"

	"github.com/morselcodec/morsel/autoencoder/internal/dataset"
	"github.com/morselcodec/morsel/formats/array"
)

// Train makes a model from arrays of any element type, which may differ in shape
// but need at least as many axes as the window. Random windows are cut from
// their fastest axes; leading axes count as separate examples. NaN, infinities
// and o.Fills are replaced by neighbours.
//
// The set is gone through twice, first for the range of its values (once more
// where FillAuto finds something), and must give the same arrays each time; a
// source may become invalid when the next one is asked for. Values are read piece
// by piece as float64, 64-bit integers exactly. The mean is taken off and the
// result scaled before it is narrowed to float32, so that fields far from zero and
// of any magnitude keep their shape. These 4 bytes a value stay in memory until
// Train returns, beside about 24 bytes for each weight.
//
// A tenth of the data is held out, whole arrays where there are at least eight
// and the end of each otherwise; the model has the weights with the lowest loss
// on it, latents quantised. Without enough data for that, training windows are
// used instead.
//
// When ctx ends, Train soon returns the best model so far together with
// ctx.Err(), without a look whether the latest weights are better; they are taken
// if none have been evaluated. The same holds for [ErrDiverged] and for an error
// of o.Checkpoint. Before the first step there is no model, nor with other
// errors: they match [ErrOptions], also where no value can be used or the values
// are further apart than a float64 reaches, [ErrSpec], [ErrChanged],
// [array.ErrShape], or [ErrModel] for an unusable checkpoint. A [FillError]
// says that values look like fill but were not declared.
//
// Several trainings may run at once.
func Train(ctx context.Context, set iter.Seq2[array.Source, error], o *TrainOptions) (*Model, error) {
	data, s, err := readSet(ctx, set, o)
	if err != nil {
		return nil, err
	}
	if s.Loaded != nil {
		s.Loaded(data.Record)
	}
	t := newTrainer(s, data)
	if s.Resume != nil {
		err = t.resume(s.Resume)
	} else {
		err = t.start(ctx)
	}
	if err != nil {
		return nil, err
	}
	trainErr := t.run(ctx)
	if trainErr != nil && t.state.Step == 0 {
		return nil, trainErr
	}
	m, err := t.model()
	if err != nil {
		return nil, err
	}
	return m, trainErr
}

// readSet reads a set for what the options ask for.
func readSet(ctx context.Context, set iter.Seq2[array.Source, error], o *TrainOptions) (data *dataset.Set, s *settings, err error) {
	data, err = dataset.Read(ctx, set, func(shape []int) (*dataset.Options, error) {
		if s, err = withDefaults(o, shape); err != nil {
			return nil, err
		}
		return &dataset.Options{
			Window:    s.preset.Spec.Window,
			PerWindow: s.PerWindow,
			HoldOut:   s.HoldOut,
			Seed:      s.Seed,
			Fills:     s.Fills,
			Suspect:   s.suspect(),
		}, nil
	})
	return data, s, err
}

// run trains to the end. When ctx ends before, it leaves a checkpoint.
func (t *trainer) run(ctx context.Context) error {
	clock := newClock(t)
	err := t.steps(ctx, clock)
	if err == nil || ctx.Err() == nil || t.state.Step == 0 {
		return err
	}
	if failed := clock.checkpoint(); failed != nil {
		err = fmt.Errorf("%w; and %w", err, failed)
	}
	if !t.state.HasBest {
		t.keep() // after the checkpoint: an uninterrupted run would not
	}
	return err
}

// steps takes the remaining steps, with evaluations and checkpoints between.
func (t *trainer) steps(ctx context.Context, clock *clock) error {
	if t.s.InitOnly {
		return t.evaluate(ctx, func() error { return nil })
	}
	for t.due(clock) || !t.finished(clock) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !t.due(clock) { // as it may be of a run that was interrupted
			loss, err := t.step(ctx, clock.done())
			if err != nil {
				return err
			}
			clock.stepped(loss)
		}
		evaluated := t.due(clock)
		if evaluated {
			if err := t.evaluate(ctx, clock.overdue); err != nil {
				return err
			}
		}
		clock.report(evaluated)
		save := clock.overdue
		if t.state.Step%t.s.CheckpointEvery == 0 {
			save = clock.checkpoint
		}
		if err := save(); err != nil {
			return err
		}
		if t.s.Patience > 0 && t.state.Stale >= t.s.Patience {
			return nil
		}
	}
	return nil
}

// due reports whether the present weights are to be evaluated.
func (t *trainer) due(c *clock) bool {
	st := &t.state
	return st.Step > 0 && st.LastStep != st.Step && (st.Step%t.s.EvaluateEvery == 0 || t.finished(c))
}

func (t *trainer) finished(c *clock) bool {
	if t.s.Time > 0 {
		return c.elapsed() >= t.s.Time
	}
	return t.state.Step >= t.s.Steps
}
