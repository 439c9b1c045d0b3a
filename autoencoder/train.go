package autoencoder

import (
	"context"
	"fmt"
	"io"
	"iter"
	"math"
	"time"

	"github.com/morselcodec/morsel/formats"
)

// Train makes a model from arrays, which may differ in shape but need at least
// as many axes as the window. Random windows are cut from their fastest axes;
// leading axes count as separate examples. NaN, infinities and o.Fill are
// replaced by neighbours. Arrays are kept in memory until Train returns.
//
// A tenth of the data is held out, whole arrays where there are at least eight
// and the end of each otherwise; the model has the weights with the lowest loss
// on it, latents quantised. Without enough data for that, training windows are
// used instead.
//
// When ctx ends, Train returns the best model so far together with ctx.Err().
// The same holds for [ErrDiverged] and for an error of o.Checkpoint. Other
// errors come without a model and match [ErrOptions], [ErrSpec],
// [formats.ErrShape], or [ErrModel] for an unusable checkpoint.
func Train(ctx context.Context, set iter.Seq2[*formats.Array[float32], error], o *TrainOptions) (*Model, error) {
	arrays, err := loadArrays(set)
	if err != nil {
		return nil, err
	}
	s, err := withDefaults(o, arrays[0].Shape)
	if err != nil {
		return nil, err
	}
	nets, err := build(&s.preset.Spec)
	if err != nil {
		return nil, err
	}
	data, err := newDataset(arrays, s.preset.Spec.Window, s)
	if err != nil {
		return nil, err
	}
	t := newTrainer(s, nets, data)
	if s.Resume != nil {
		err = t.resume(s.Resume)
	} else {
		err = t.start()
	}
	if err != nil {
		return nil, err
	}
	trainErr := t.run(ctx)
	m, err := t.model()
	if err != nil {
		return nil, err
	}
	return m, trainErr
}

// run takes the remaining steps.
func (t *trainer) run(ctx context.Context) error {
	if t.s.InitOnly {
		return nil
	}
	clock := newClock(t)
	for !t.finished(clock) {
		if err := ctx.Err(); err != nil {
			return t.interrupted(err)
		}
		loss, err := t.step(clock.done())
		if err != nil {
			return err
		}
		clock.stepped(loss)
		evaluated := t.state.Step%t.s.EvaluateEvery == 0 || t.finished(clock)
		if evaluated {
			if err := t.evaluate(); err != nil {
				return err
			}
		}
		clock.report(evaluated)
		if t.s.Checkpoint != nil && t.state.Step%t.s.CheckpointEvery == 0 {
			if err := t.s.Checkpoint(checkpoint{t}); err != nil {
				return fmt.Errorf("checkpoint at step %d: %w", t.state.Step, err)
			}
		}
		if t.s.Patience > 0 && t.state.Stale >= t.s.Patience {
			return nil
		}
	}
	return nil
}

// interrupted saves a checkpoint before it looks whether the weights are the
// best so far: that look is not part of the uninterrupted run.
func (t *trainer) interrupted(cause error) error {
	if t.s.Checkpoint != nil {
		if err := t.s.Checkpoint(checkpoint{t}); err != nil {
			return fmt.Errorf("%w; and checkpoint at step %d: %w", cause, t.state.Step, err)
		}
	}
	if err := t.evaluate(); err != nil {
		return fmt.Errorf("%w; and %w", cause, err)
	}
	return cause
}

func (t *trainer) finished(c *clock) bool {
	if t.s.Time > 0 {
		return c.elapsed() >= t.s.Time
	}
	return t.state.Step >= t.s.Steps
}

// clock measures a run and reports its progress.
type clock struct {
	t        *trainer
	began    time.Time
	reported time.Time
	first    int // the step it began at
	losses   float64
	count    int
	latest   float64 // averaged loss last reported
}

const reportEvery = 500 * time.Millisecond

func newClock(t *trainer) *clock {
	now := time.Now()
	return &clock{t: t, began: now, reported: now, first: t.state.Step, latest: math.NaN()}
}

func (c *clock) elapsed() time.Duration { return time.Since(c.began) }

// done is the finished part of the run, 0 to 1.
func (c *clock) done() float64 {
	if c.t.s.Time > 0 {
		return float64(c.elapsed()) / float64(c.t.s.Time)
	}
	return float64(c.t.state.Step) / float64(c.t.s.Steps)
}

func (c *clock) stepped(loss float64) {
	c.losses += loss
	c.count++
}

func (c *clock) report(evaluated bool) {
	if c.t.s.Progress == nil || !evaluated && time.Since(c.reported) < reportEvery {
		return
	}
	if c.count > 0 {
		c.latest = c.losses / float64(c.count)
	}
	c.losses, c.count, c.reported = 0, 0, time.Now()
	st, elapsed := &c.t.state, c.elapsed()
	taken := st.Step - c.first
	p := Progress{
		Step: st.Step, Steps: c.t.s.Steps,
		Loss: c.latest, Validation: math.NaN(), Best: math.NaN(),
		Evaluated:        evaluated,
		Rate:             c.t.rate(c.done()),
		WindowsPerSecond: float64(taken*c.t.s.Batch) / elapsed.Seconds(),
		Elapsed:          elapsed,
	}
	if st.HasBest {
		p.Validation, p.Best = st.Last, st.Best
	}
	if c.t.s.Time > 0 {
		p.Remaining = max(c.t.s.Time-elapsed, 0)
	} else {
		p.Remaining = time.Duration(float64(elapsed) / float64(taken) * float64(c.t.s.Steps-st.Step))
	}
	c.t.s.Progress(p)
}

// checkpoint writes a trainer's state.
type checkpoint struct{ t *trainer }

// WriteTo implements [io.WriterTo].
func (c checkpoint) WriteTo(w io.Writer) (int64, error) {
	file, err := c.t.checkpoint()
	if err != nil {
		return 0, err
	}
	n, err := w.Write(file)
	return int64(n), err
}
