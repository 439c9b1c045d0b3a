package training

import (
	"context"
	"fmt"
	"math"

	"github.com/morselcodec/morsel/autoencoder/internal/fail"
	"github.com/morselcodec/morsel/autoencoder/internal/layers"
	"github.com/morselcodec/morsel/loss"
)

// Validation is the loss over held-out windows, with quantised latents.
type Validation struct {
	Loss float64 `json:"loss"`
	MSE  float64 `json:"mse"` // in normalised units
	DSL  float64 `json:"dsl"` // exact: the fraction of differing signs
}

// evaluate measures the loss with quantised latents and keeps the weights if
// it is the lowest so far. Every now and then it calls meanwhile, whose error
// ends it; then, and when ctx ends, it is as if it had not begun.
func (t *trainer) evaluate(ctx context.Context, meanwhile func() error) error {
	t.state.Tracker.set(&t.latent, t.s.Resolution)
	y, err := t.reconstruct(ctx, meanwhile)
	if err != nil {
		return err
	}
	shape := t.lossShape(len(y) / t.nets.WindowLen())
	value, err := t.objective.Value(y, t.valid, shape)
	if err != nil {
		return err
	}
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return fmt.Errorf("%w at step %d (evaluated loss %v)", fail.ErrDiverged, t.state.Step, value)
	}
	st := &t.state
	if st.HasBest && value >= st.Best {
		st.Last, st.LastStep = value, st.Step
		st.Stale++
		st.Plateau++
		if st.Plateau >= plateauPatience {
			st.Plateau = 0
			st.Halvings++
		}
		return nil
	}
	var measured *Validation
	if len(t.data.Valid) > 0 {
		if measured, err = t.measure(value, y, shape); err != nil {
			return err
		}
	}
	st.Last, st.LastStep = value, st.Step
	t.keep()
	st.HasBest, st.Best, st.Measured = st.Step > 0, value, measured
	return nil
}

// keep makes the present weights the best ones, of a loss that is not known.
func (t *trainer) keep() {
	st := &t.state
	st.Tracker.set(&t.latent, t.s.Resolution)
	t.best = append(t.best[:0], t.weights...)
	t.best = append(append(t.best, t.latent.Centre...), t.latent.Step...)
	st.HasBest, st.BestStep, st.Measured = false, st.Step, nil
	st.Stale, st.Plateau = 0, 0
}

// reconstruct passes the validation windows through the quantised model, a few
// at a time.
func (t *trainer) reconstruct(ctx context.Context, meanwhile func() error) ([]float32, error) {
	size, split := t.nets.WindowLen(), t.nets.Encoder.Weights
	few := max(1, layers.BatchValues/max(t.nets.Encoder.Widest, t.nets.Decoder.Widest)) * size
	y := layers.Grow(&t.buffers.valid, len(t.valid))
	for at := 0; at < len(y); at += few {
		x := t.valid[at:min(at+few, len(y))]
		p := layers.Pass{Pool: t.pool, N: len(x) / size}
		err := t.pool.Under(ctx, func() {
			z := t.nets.Encoder.Infer(p, t.weights[:split], x, &t.buffers.infer)
			z = append(t.buffers.latents[:0], z...)
			t.buffers.latents = z
			if cap(t.buffers.codes) < len(z) {
				t.buffers.codes = make([]int32, len(z))
			}
			t.latent.Round(z, t.buffers.codes[:len(z)])
			copy(y[at:], t.nets.Decoder.Infer(p, t.weights[split:], z, &t.buffers.infer))
		})
		if err == nil {
			err = meanwhile()
		}
		if err != nil {
			return nil, err
		}
	}
	return y, nil
}

// measure adds what the training record says to the loss of a reconstruction.
func (t *trainer) measure(value float64, y []float32, shape []int) (*Validation, error) {
	mse, err := loss.MSE[float32]{Workers: t.s.Workers}.Value(y, t.valid, shape)
	if err != nil {
		return nil, err
	}
	exact, err := loss.DSL[float32]{Workers: t.s.Workers}.Exact(y, t.valid, shape)
	if err != nil {
		return nil, err
	}
	return &Validation{Loss: value, MSE: mse, DSL: exact.Fraction()}, nil
}
