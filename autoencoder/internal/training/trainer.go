package training

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/morselcodec/morsel/autoencoder/internal/dataset"
	"github.com/morselcodec/morsel/autoencoder/internal/fail"
	"github.com/morselcodec/morsel/autoencoder/internal/layers"
	"github.com/morselcodec/morsel/autoencoder/internal/scaling"
	"github.com/morselcodec/morsel/internal/kernel"
	"github.com/morselcodec/morsel/loss"
)

// trainer holds one training run. Everything that a later step depends on is
// in state, weights, best and optimiser: that is what a checkpoint holds. Random
// numbers come from the seed and the step's number, and have no state.
type trainer struct {
	s     *Settings
	nets  *layers.Halves
	data  *dataset.Set
	pool  *kernel.Pool
	state trainState

	weights   []float32
	optimiser *adam
	best      []float32 // weights, latent centres and steps of the best evaluation
	latent    scaling.Quantiser

	objective loss.Mix[float32]
	valid     []float32 // windows to evaluate on, normalised
	gradient  []float32
	buffers   trainBuffers
}

// trainState is the small part of a trainer's state.
type trainState struct {
	Step     int
	Tracker  *latentTracker
	HasBest  bool
	Best     float64 // lowest evaluated loss, found after BestStep
	BestStep int
	Last     float64     // latest evaluated loss
	LastStep int         // the step after which it was evaluated
	Measured *Validation // of the best weights, if something is held out
	Stale    int         // evaluations since Best
	Plateau  int         // evaluations since Best or the last halving
	Halvings int
	// The objective, as far as it comes from the data.
	DSL, Sharpness float64
	Balances       []float64
}

// clone returns a copy that shares nothing that a step changes.
func (s *trainState) clone() trainState {
	c := *s
	c.Tracker = &latentTracker{slices.Clone(s.Tracker.Mean), slices.Clone(s.Tracker.Variance), s.Tracker.Batches}
	c.Balances = slices.Clip(s.Balances)
	return c
}

type trainBuffers struct {
	windows, input, grad, scratch []float32
	valid, latents                []float32
	codes                         []int32
	encoder, decoder              layers.Tape
	infer                         [2][]float32
}

// The purposes that random numbers of one seed are drawn for.
const (
	forWeights = 1 + iota
	forWindows
	forNoise
	forValidation
	forSharpness
)

func newTrainer(s *Settings, data *dataset.Set) *trainer {
	nets := s.Nets
	t := &trainer{
		s: s, nets: nets, data: data,
		pool:      kernel.NewFusedPool(s.Workers),
		weights:   make([]float32, nets.Weights()),
		optimiser: newAdam(nets.Weights()),
		gradient:  make([]float32, nets.Weights()),
		latent:    scaling.NewQuantiser(nets.Channels()),
	}
	t.state.Tracker = newLatentTracker(nets.Channels())
	return t
}

func (t *trainer) random(purpose, step int) uint64 {
	return kernel.Hash(kernel.Hash(t.s.Seed, uint64(purpose)), uint64(step))
}

// initialise draws the first weights.
func (t *trainer) initialise() {
	rng := rand.New(rand.NewPCG(t.random(forWeights, 0), 0))
	split := t.nets.Encoder.Weights
	t.nets.Encoder.Initialise(rng, t.s.Init, t.weights[:split])
	t.nets.Decoder.Initialise(rng, t.s.Init, t.weights[split:])
}

// start initialises everything that a checkpoint would bring.
func (t *trainer) start(ctx context.Context) error {
	t.initialise()
	split := t.nets.Encoder.Weights
	t.state.DSL, t.state.Sharpness = t.s.DSL, t.s.Sharpness
	if t.s.Balance > 0 {
		t.state.DSL = 0 // until the model has trained for a little
	}
	if t.state.Sharpness == 0 && (t.s.DSL > 0 || t.s.Balance > 0) {
		var err error
		if t.state.Sharpness, err = t.findSharpness(ctx); err != nil {
			return err
		}
	}
	t.prepare()

	// One batch gives the untrained model a quantiser.
	var z []float32
	err := t.pool.Under(ctx, func() {
		t.drawValidation()
		x := t.batch(0)
		z = t.nets.Encoder.Forward(layers.Pass{Pool: t.pool, N: t.s.Batch}, t.weights[:split], x, &t.buffers.encoder)
	})
	if err != nil {
		return err
	}
	t.state.Tracker.update(z)
	t.keep()
	return nil
}

// prepare sets up what follows from the state.
func (t *trainer) prepare() {
	t.objective = loss.Mix[float32]{
		MSEWeight: t.s.MSE,
		DSLWeight: t.state.DSL,
		MSE:       loss.MSE[float32]{SumPoints: t.s.PaperUnits},
		DSL:       loss.DSL[float32]{Sharpness: t.state.Sharpness, Normalize: true, NoHalving: t.s.PaperUnits},
		Workers:   t.s.Workers,
	}
}

// rate is the learning rate of the next step.
func (t *trainer) rate(done float64) float64 {
	return t.s.Rate * warmUp(t.state.Step, t.s.WarmUp) * t.s.Schedule.factor(done, t.state.Halvings)
}

// step takes one optimisation step and returns the training loss before it.
// When ctx ends meanwhile, the step is as if it had not begun.
func (t *trainer) step(ctx context.Context, done float64) (value float64, err error) {
	before := t.state.clone()
	stopped := t.pool.Under(ctx, func() {
		value, err = t.differentiate(t.batch(t.state.Step))
	})
	if stopped != nil {
		t.state = before
		t.prepare()
		return 0, stopped
	}
	if err != nil {
		return 0, err
	}
	return value, t.descend(value, done)
}

// differentiate sets the gradient of the loss on the windows x, and returns the
// loss.
func (t *trainer) differentiate(x []float32) (float64, error) {
	n := len(x) / t.nets.WindowLen()
	split := t.nets.Encoder.Weights
	p := layers.Pass{Pool: t.pool, N: n, Train: true, Key: t.random(forNoise, t.state.Step)}
	z := t.nets.Encoder.Forward(p, t.weights[:split], x, &t.buffers.encoder)
	t.state.Tracker.update(z)
	t.state.Tracker.set(&t.latent, t.s.Resolution)
	t.s.Quantisation.disturb(p, z, t.latent, &t.buffers.codes)

	decoding := p
	decoding.Key = kernel.Hash(p.Key, 1)
	y := t.nets.Decoder.Forward(decoding, t.weights[split:], z, &t.buffers.decoder)
	gy := layers.Grow(&t.buffers.grad, len(y))
	value, err := t.objective.Gradient(gy, y, x, t.lossShape(n))
	if err != nil {
		return 0, err
	}
	if err := t.balance(y, x); err != nil {
		return 0, err
	}

	clear(t.gradient)
	gz := t.nets.Decoder.Backward(decoding, t.weights[split:], t.gradient[split:], gy, &t.buffers.decoder, true)
	t.nets.Encoder.Backward(p, t.weights[:split], t.gradient[:split], gz, &t.buffers.encoder, false)
	return value, nil
}

// descend follows the gradient.
func (t *trainer) descend(value, done float64) error {
	if !clip(t.pool, t.gradient, t.s.Clip) || math.IsNaN(value) {
		return fmt.Errorf("%w at step %d (loss %v)", fail.ErrDiverged, t.state.Step, value)
	}
	rate := t.rate(done)
	t.state.Step++
	t.optimiser.step(t.pool, t.weights, t.gradient, rate, t.state.Step)
	return nil
}

// balanceBatches is how many batches the DSL's weight is averaged over.
const balanceBatches = 8

// balance sets the DSL's weight after the warm-up, when asked to.
func (t *trainer) balance(y, x []float32) error {
	if t.s.Balance == 0 || t.state.Step < t.s.WarmUp || len(t.state.Balances) == balanceBatches {
		return nil
	}
	w, err := t.objective.Balance(layers.Grow(&t.buffers.scratch, len(y)), y, x, t.lossShape(t.s.Batch), t.s.Balance)
	if err != nil {
		return err
	}
	t.state.Balances = append(t.state.Balances, w)
	if len(t.state.Balances) < balanceBatches {
		return nil
	}
	for _, w := range t.state.Balances {
		t.state.DSL += w / balanceBatches
	}
	t.prepare()
	t.state.HasBest = false // losses before and after do not compare
	return nil
}

// result is the best so far.
func (t *trainer) result() *Result {
	weights, channels := t.best[:t.nets.Weights()], t.nets.Channels()
	return &Result{
		Weights:   weights,
		Latent:    scaling.Quantiser{Centre: t.best[len(weights):][:channels], Step: t.best[len(weights)+channels:]},
		DSL:       t.state.DSL,
		Sharpness: t.state.Sharpness,
		Steps:     t.state.Step,
		BestStep:  t.state.BestStep,
		Measured:  t.state.Measured,
	}
}
