package autoencoder

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/morselcodec/morsel/internal/kernel"
	"github.com/morselcodec/morsel/loss"
)

// trainer holds one training run. Everything that a later step depends on is
// in state, weights, best and moments: that is what a checkpoint holds. Random
// numbers come from the seed and the step's number, and have no state.
type trainer struct {
	s     *settings
	nets  *networks
	data  *dataset
	pool  *kernel.Pool
	state trainState

	weights []float32
	moments *adam
	best    []float32 // weights, latent centres and steps of the best evaluation
	latent  quantiser

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
	Last     float64 // latest evaluated loss
	Stale    int     // evaluations since Best
	Plateau  int     // evaluations since Best or the last halving
	Halvings int
	// The objective, as far as it comes from the data.
	DSL, Sharpness float64
	Balances       []float64
}

type trainBuffers struct {
	windows, input, grad, scratch []float32
	codes                         []int32
	encoder, decoder              tape
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

func newTrainer(s *settings, nets *networks, data *dataset) *trainer {
	t := &trainer{
		s: s, nets: nets, data: data,
		pool:     kernel.NewFusedPool(s.Workers),
		weights:  make([]float32, nets.weights()),
		moments:  newAdam(nets.weights()),
		gradient: make([]float32, nets.weights()),
		latent:   quantiser{make([]float32, nets.channels()), make([]float32, nets.channels())},
	}
	t.state.Tracker = newLatentTracker(nets.channels())
	return t
}

func (t *trainer) random(purpose, step int) uint64 {
	return kernel.Hash(kernel.Hash(t.s.Seed, uint64(purpose)), uint64(step))
}

// initialise draws the first weights.
func (t *trainer) initialise() {
	rng := rand.New(rand.NewPCG(t.random(forWeights, 0), 0))
	split := t.nets.encoder.weights
	t.nets.encoder.initialise(rng, t.s.init, t.weights[:split])
	t.nets.decoder.initialise(rng, t.s.init, t.weights[split:])
}

// start initialises everything that a checkpoint would bring.
func (t *trainer) start() error {
	t.initialise()
	split := t.nets.encoder.weights
	t.state.DSL, t.state.Sharpness = t.s.DSL, t.s.Sharpness
	if t.s.Balance > 0 {
		t.state.DSL = 0 // until the model has trained for a little
	}
	if t.state.Sharpness == 0 && (t.s.DSL > 0 || t.s.Balance > 0) {
		var err error
		if t.state.Sharpness, err = t.findSharpness(); err != nil {
			return err
		}
	}
	t.prepare()
	t.drawValidation()

	// One batch gives the untrained model a quantiser.
	x := t.batch(0)
	z := t.nets.encoder.forward(pass{pool: t.pool, n: t.s.Batch}, t.weights[:split], x, &t.buffers.encoder)
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

// drawValidation draws the windows to evaluate on.
func (t *trainer) drawValidation() {
	from := t.data.valid
	if len(from) == 0 {
		from = t.data.train
	}
	n := min(max(validationValues/t.nets.windowLen(), 8), 256)
	t.valid = make([]float32, n*t.nets.windowLen())
	t.windows(t.valid, from, t.random(forValidation, 0))
}

// validationValues is about how many values an evaluation looks at.
const validationValues = 1 << 20

// windows fills dst with random normalised windows.
func (t *trainer) windows(dst []float32, from []region, key uint64) {
	size := t.nets.windowLen()
	raw := grow(&t.buffers.windows, len(dst))
	t.pool.For(len(dst)/size, func(i int) {
		w := raw[i*size:][:size]
		t.data.draw(w, from, rand.New(rand.NewPCG(key, uint64(i))))
		norm := t.data.norm
		offset := norm.Mean
		if norm.PerWindow {
			offset = norm.offset(norm.shift(w))
		}
		norm.forward(dst[i*size:][:size], w, offset)
	})
}

// batch draws the windows of a step.
func (t *trainer) batch(step int) []float32 {
	x := grow(&t.buffers.input, t.s.Batch*t.nets.windowLen())
	t.windows(x, t.data.train, t.random(forWindows, step))
	return x
}

// lossShape is the shape of n windows.
func (t *trainer) lossShape(n int) []int {
	return append([]int{n}, t.data.window...)
}

// rate is the learning rate of the next step.
func (t *trainer) rate(done float64) float64 {
	return t.s.Rate * warmUp(t.state.Step, t.s.WarmUp) * t.s.schedule.factor(done, t.state.Halvings)
}

// step takes one optimisation step and returns the training loss before it.
func (t *trainer) step(done float64) (float64, error) {
	return t.optimise(t.batch(t.state.Step), done)
}

// optimise takes one optimisation step on the windows x.
func (t *trainer) optimise(x []float32, done float64) (float64, error) {
	n := len(x) / t.nets.windowLen()
	split := t.nets.encoder.weights
	p := pass{pool: t.pool, n: n, train: true, key: t.random(forNoise, t.state.Step)}
	z := t.nets.encoder.forward(p, t.weights[:split], x, &t.buffers.encoder)
	t.state.Tracker.update(z)
	t.state.Tracker.set(&t.latent, t.s.Resolution)
	t.s.Quantisation.disturb(p, z, t.latent, &t.buffers.codes)

	decoding := p
	decoding.key = kernel.Hash(p.key, 1)
	y := t.nets.decoder.forward(decoding, t.weights[split:], z, &t.buffers.decoder)
	gy := grow(&t.buffers.grad, len(y))
	value, err := t.objective.Gradient(gy, y, x, t.lossShape(n))
	if err != nil {
		return 0, err
	}
	if err := t.balance(y, x); err != nil {
		return 0, err
	}

	clear(t.gradient)
	gz := t.nets.decoder.backward(decoding, t.weights[split:], t.gradient[split:], gy, &t.buffers.decoder, true)
	t.nets.encoder.backward(p, t.weights[:split], t.gradient[:split], gz, &t.buffers.encoder, false)
	if !clip(t.pool, t.gradient, t.s.Clip) || math.IsNaN(value) {
		return 0, fmt.Errorf("%w at step %d (loss %v)", ErrDiverged, t.state.Step, value)
	}
	rate := t.rate(done)
	t.state.Step++
	t.moments.step(t.pool, t.weights, t.gradient, rate, t.state.Step)
	return value, nil
}

// balanceBatches is how many batches the DSL's weight is averaged over.
const balanceBatches = 8

// balance sets the DSL's weight after the warm-up, when asked to.
func (t *trainer) balance(y, x []float32) error {
	if t.s.Balance == 0 || t.state.Step < t.s.WarmUp || len(t.state.Balances) == balanceBatches {
		return nil
	}
	w, err := t.objective.Balance(grow(&t.buffers.scratch, len(y)), y, x, t.lossShape(t.s.Batch), t.s.Balance)
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

// evaluate measures the loss with quantised latents and keeps the weights if
// it is the lowest so far.
func (t *trainer) evaluate() error {
	t.state.Tracker.set(&t.latent, t.s.Resolution)
	y := t.reconstruct(t.weights, t.latent)
	value, err := t.objective.Value(y, t.valid, t.lossShape(len(y)/t.nets.windowLen()))
	if err != nil {
		return err
	}
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return fmt.Errorf("%w at step %d (evaluated loss %v)", ErrDiverged, t.state.Step, value)
	}
	st := &t.state
	st.Last = value
	if !st.HasBest || value < st.Best {
		t.keep()
		return nil
	}
	st.Stale++
	st.Plateau++
	if st.Plateau >= plateauPatience {
		st.Plateau = 0
		st.Halvings++
	}
	return nil
}

// keep makes the present weights the best ones.
func (t *trainer) keep() {
	st := &t.state
	st.Tracker.set(&t.latent, t.s.Resolution)
	t.best = append(t.best[:0], t.weights...)
	t.best = append(append(t.best, t.latent.centre...), t.latent.step...)
	st.HasBest, st.Best, st.BestStep = st.Step > 0, st.Last, st.Step
	st.Stale, st.Plateau = 0, 0
}

// reconstruct passes the validation windows through the quantised model.
func (t *trainer) reconstruct(weights []float32, q quantiser) []float32 {
	n := len(t.valid) / t.nets.windowLen()
	split := t.nets.encoder.weights
	p := pass{pool: t.pool, n: n}
	z := slices.Clone(t.nets.encoder.infer(p, weights[:split], t.valid, &t.buffers.infer))
	q.round(z, make([]int32, len(z)))
	return t.nets.decoder.infer(p, weights[split:], z, &t.buffers.infer)
}

// model assembles the best model so far.
func (t *trainer) model() (*Model, error) {
	weights, channels := t.best[:t.nets.weights()], t.nets.channels()
	q := quantiser{t.best[len(weights):][:channels], t.best[len(weights)+channels:]}
	r := Record{
		Preset:   t.s.preset.Name,
		Loss:     LossRecord{t.s.MSE, t.state.DSL, t.state.Sharpness, t.s.PaperUnits},
		Steps:    t.state.Step,
		BestStep: t.state.BestStep,
		Batch:    t.s.Batch,
		Rate:     t.s.Rate,
		Schedule: t.s.schedule.String(),
		Init:     t.s.init.String(),
		Seed:     t.s.Seed,
		Data:     t.data.record,
	}
	if len(t.data.valid) > 0 {
		v, err := t.validation(weights, q)
		if err != nil {
			return nil, err
		}
		r.Validation = v
	}
	return newModel(header{t.s.preset.Spec, t.data.norm, r}, t.nets, weights, q)
}

func (t *trainer) validation(weights []float32, q quantiser) (*Validation, error) {
	y := t.reconstruct(weights, q)
	shape := t.lossShape(len(y) / t.nets.windowLen())
	total, err := t.objective.Value(y, t.valid, shape)
	if err != nil {
		return nil, err
	}
	mse, err := loss.MSE[float32]{Workers: t.s.Workers}.Value(y, t.valid, shape)
	if err != nil {
		return nil, err
	}
	exact, err := loss.DSL[float32]{Workers: t.s.Workers}.Exact(y, t.valid, shape)
	if err != nil {
		return nil, err
	}
	return &Validation{Loss: total, MSE: mse, DSL: exact.Fraction()}, nil
}
