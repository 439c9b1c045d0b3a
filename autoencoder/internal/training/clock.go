package training

import (
	"fmt"
	"io"
	"math"
	"time"
)

// clock measures a run and reports its progress.
type clock struct {
	t        *trainer
	began    time.Time
	reported time.Time
	saved    time.Time
	first    int // the step it began at
	losses   float64
	count    int
	latest   float64 // averaged loss last reported
}

const reportEvery = 500 * time.Millisecond

func newClock(t *trainer) *clock {
	now := time.Now()
	return &clock{t: t, began: now, reported: now, saved: now, first: t.state.Step, latest: math.NaN()}
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

// overdue saves a checkpoint if the last one is too old.
func (c *clock) overdue() error {
	if time.Since(c.saved) < c.t.s.CheckpointAfter {
		return nil
	}
	return c.checkpoint()
}

// checkpoint saves the state after the last step.
func (c *clock) checkpoint() error {
	if c.t.s.Checkpoint == nil || c.t.s.InitOnly {
		return nil
	}
	c.saved = time.Now()
	if err := c.t.s.Checkpoint(checkpoint{c.t}); err != nil {
		return fmt.Errorf("checkpoint at step %d: %w", c.t.state.Step, err)
	}
	return nil
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
