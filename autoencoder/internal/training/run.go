// Package training trains the networks of package layers on the windows of package
// dataset: the optimiser (Adam), the schedule of the learning rate, quantisation of
// the latents while training, evaluation, and checkpoints.
//
// An evaluation measures the loss with quantised latents, on what was held out if
// something was; the weights of the best one are the result. Random numbers come
// from the seed and a step's number, so that a run that goes on from a checkpoint
// takes the steps that it would have taken.
package training

import (
	"context"
	"fmt"

	"github.com/morselcodec/morsel/autoencoder/internal/dataset"
	"github.com/morselcodec/morsel/autoencoder/internal/scaling"
)

// Result is a trained network.
type Result struct {
	Weights        []float32
	Latent         scaling.Quantiser
	DSL, Sharpness float64     // as they were found
	Steps          int         // taken
	BestStep       int         // the step whose weights these are
	Measured       *Validation // nil when nothing was held out
}

// Run trains on data. When ctx ends, or the training cannot go on, it returns
// the best so far together with the error, or nil before the first step.
func Run(ctx context.Context, s *Settings, data *dataset.Set) (*Result, error) {
	t := newTrainer(s, data)
	var err error
	if s.Resume != nil {
		err = t.resume(s.Resume)
	} else {
		err = t.start(ctx)
	}
	if err != nil {
		return nil, err
	}
	err = t.run(ctx)
	if err != nil && t.state.Step == 0 {
		return nil, err
	}
	return t.result(), err
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
