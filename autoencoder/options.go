package autoencoder

import (
	"fmt"
	"io"
	"math"
	"time"

	"github.com/morselcodec/morsel/autoencoder/internal/layers"
	"github.com/morselcodec/morsel/autoencoder/internal/training"
	"github.com/morselcodec/morsel/formats/array"
)

// TrainOptions control [Train]. The zero value trains the "auto" preset on
// 1·MSE + 0.1·DSL; zero fields take the preset's settings or the value given
// here.
type TrainOptions struct {
	Preset string // see [Presets]; "" means "auto"
	Window []int  // shape of one example, slowest axis first; nil: the preset's choice
	Spec   *Spec  // an architecture instead of a preset's

	MSE, DSL   float64 // weights of the losses of normalised values; both 0 means 1 and 0.1
	Sharpness  float64 // of the DSL, in units of the data's standard deviation; 0: the preset's, or found from the data
	Balance    float64 // when positive, DSL is set so that its gradient is this many times the MSE's
	PaperUnits bool    // MSE summed over points and DSL not halved, as in the DSL paper's tables 1 and 2

	Steps    int           // optimisation steps
	Time     time.Duration // when positive, train this long instead; not reproducible
	Batch    int           // windows per step
	Rate     float64       // largest learning rate of Adam
	Schedule *Schedule
	WarmUp   int     // steps of linear warm-up; 0 means 5 % of Steps, at most 200; negative none
	Clip     float64 // largest Euclidean norm of the gradient; 0 means 1, negative no limit
	Patience int     // stop after this many evaluations without improvement; 0 means never
	Init     *Init
	InitOnly bool // no training: only initialise weights, normalisation and quantiser

	Quantisation Quantisation
	Resolution   float64 // quantisation steps per standard deviation of a latent; 0 means DefaultResolution
	PerWindow    bool    // normalise every window by its own mean

	// Fills are the values that mark missing data, beside NaN and infinities.
	// One stands for missing data in the arrays of its own element type: a set
	// of several types needs it as an element of each.
	Fills []array.Element
	// FillPolicy says what becomes of other values that look like fill. By default
	// one that stretches the range of the others a thousandfold ends the training
	// with a [FillError]. With FillAuto what is found in one array counts
	// as fill in all of its type.
	FillPolicy array.FillPolicy
	// Suspect is told of such values before the training begins, where they do
	// not end it.
	Suspect func(Suspects)
	// Loaded is told what the data are, before the training begins.
	Loaded func(DataRecord)

	HoldOut float64 // part of the data kept for validation, below 1; 0 means 0.1, negative none

	Seed    uint64
	Workers int // goroutines; 0 means one per available processor

	EvaluateEvery   int            // steps between evaluations; 0 means a fiftieth of Steps
	Progress        func(Progress) // called after every evaluation and about twice a second
	CheckpointEvery int            // steps between checkpoints; 0 means ten evaluations
	// Checkpoint stores a checkpoint, which c writes. It is called after every
	// CheckpointEvery steps, a minute after the last call at the latest, also
	// during an evaluation, and when the training is cancelled. An error ends
	// the training.
	Checkpoint func(c io.WriterTo) error
	// Resume continues from a checkpoint, with the same data and options; the
	// model is then the same, to the byte, as without the interruption. More
	// Steps than before make the training longer.
	Resume io.Reader

	checkpointAfter time.Duration // 0 means a minute; tests are less patient
}

// Defaults that need no data.
const (
	defaultHoldOut     = 0.1
	defaultClip        = 1
	longestWarmUp      = 200
	evaluations        = 50
	timedEvaluation    = 50 // steps between evaluations when trained by time
	checkpointInterval = 10 // evaluations
	checkpointAfter    = time.Minute
)

// check rejects values that no default mends.
func (o *TrainOptions) check() error {
	for _, f := range []struct {
		name  string
		value float64
	}{
		{"MSE", o.MSE}, {"DSL", o.DSL}, {"Sharpness", o.Sharpness}, {"Balance", o.Balance},
		{"Rate", o.Rate}, {"Resolution", o.Resolution},
	} {
		if !(f.value >= 0) || math.IsInf(f.value, 0) {
			return fmt.Errorf("%w: %s is %v (want a finite number, 0 or more)", ErrOptions, f.name, f.value)
		}
	}
	for _, f := range []struct {
		name  string
		value int
	}{
		{"Steps", o.Steps}, {"Batch", o.Batch}, {"Patience", o.Patience}, {"EvaluateEvery", o.EvaluateEvery}, {"CheckpointEvery", o.CheckpointEvery},
	} {
		if f.value < 0 {
			return fmt.Errorf("%w: %s is %d (want 0 or more)", ErrOptions, f.name, f.value)
		}
	}
	switch {
	case !(o.HoldOut < 1):
		return fmt.Errorf("%w: HoldOut is %v (want less than 1)", ErrOptions, o.HoldOut)
	case o.Clip != o.Clip:
		return fmt.Errorf("%w: Clip is NaN", ErrOptions)
	case o.Quantisation > NoQuantisation:
		return fmt.Errorf("%w: unknown quantisation %d", ErrOptions, o.Quantisation)
	case o.Schedule != nil && *o.Schedule > Restarts:
		return fmt.Errorf("%w: unknown %v", ErrOptions, *o.Schedule)
	case o.Init != nil && *o.Init > He:
		return fmt.Errorf("%w: unknown %v", ErrOptions, *o.Init)
	case o.Spec != nil && (o.Preset != "" || o.Window != nil):
		return fmt.Errorf("%w: a Spec excludes Preset and Window", ErrOptions)
	case o.FillPolicy > array.FillNone:
		return fmt.Errorf("%w: unknown fill policy %d", ErrOptions, o.FillPolicy)
	case o.Time < 0:
		return fmt.Errorf("%w: Time is %v (want 0 or more)", ErrOptions, o.Time)
	}
	return nil
}

// complete returns the options with every default filled in, for arrays of the
// given shape, and what a training is told of them. Neither shares with o what it
// changes.
func (o *TrainOptions) complete(shape []int) (*TrainOptions, *training.Settings, error) {
	if o == nil {
		o = &TrainOptions{}
	}
	if err := o.check(); err != nil {
		return nil, nil, err
	}
	var p *Preset
	var err error
	if o.Spec != nil {
		p = generic(*o.Spec)
	} else if p, err = NewPreset(firstOf(o.Preset, "auto"), o.Window, shape); err != nil {
		return nil, nil, err
	}
	nets, err := layers.Build(&p.Spec)
	if err != nil {
		return nil, nil, err
	}
	c := *o
	c.Schedule, c.Init = firstOf(o.Schedule, &p.Schedule), firstOf(o.Init, &p.Init)
	c.PerWindow = c.PerWindow || p.PerWindow
	c.HoldOut = max(firstOf(c.HoldOut, defaultHoldOut), 0)
	if c.MSE == 0 && c.DSL == 0 {
		c.MSE, c.DSL = 1, 0.1
	}
	c.Sharpness = firstOf(c.Sharpness, p.Sharpness)
	c.Batch = firstOf(c.Batch, p.Batch)
	c.Rate = firstOf(c.Rate, p.Rate)
	c.Resolution = firstOf(c.Resolution, DefaultResolution)
	c.Clip = firstOf(c.Clip, defaultClip)
	if c.Clip < 0 {
		c.Clip = math.Inf(1)
	}
	c.Steps = firstOf(c.Steps, p.Steps)
	if c.Time > 0 {
		c.Steps = 0
		c.EvaluateEvery = firstOf(c.EvaluateEvery, timedEvaluation)
		c.WarmUp = firstOf(c.WarmUp, timedEvaluation)
	}
	c.EvaluateEvery = firstOf(c.EvaluateEvery, max(c.Steps/evaluations, 1))
	c.WarmUp = max(firstOf(c.WarmUp, min(c.Steps/20, longestWarmUp)), 0)
	c.checkpointAfter = firstOf(c.checkpointAfter, checkpointAfter)
	c.CheckpointEvery = firstOf(c.CheckpointEvery, checkpointInterval*c.EvaluateEvery)
	return &c, c.settings(p, nets), nil
}

// settings returns what a training is told of complete options.
func (o *TrainOptions) settings(p *Preset, nets *layers.Halves) *training.Settings {
	return &training.Settings{
		Preset: p.Name, Spec: p.Spec, Nets: nets,
		MSE: o.MSE, DSL: o.DSL, Sharpness: o.Sharpness, Balance: o.Balance, PaperUnits: o.PaperUnits,
		Steps: o.Steps, Time: o.Time, Batch: o.Batch, Rate: o.Rate, Schedule: *o.Schedule,
		WarmUp: o.WarmUp, Clip: o.Clip, Patience: o.Patience, Init: *o.Init, InitOnly: o.InitOnly,
		Quantisation: o.Quantisation, Resolution: o.Resolution,
		Seed: o.Seed, Workers: o.Workers,
		EvaluateEvery: o.EvaluateEvery, Progress: o.Progress,
		CheckpointEvery: o.CheckpointEvery, CheckpointAfter: o.checkpointAfter,
		Checkpoint: o.Checkpoint, Resume: o.Resume,
	}
}

// firstOf returns a unless it is zero, and then b.
func firstOf[T comparable](a, b T) T {
	var zero T
	if a == zero {
		return b
	}
	return a
}
