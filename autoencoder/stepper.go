package autoencoder

import (
	"fmt"

	"github.com/morselcodec/morsel/autoencoder/internal/dataset"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/loss"
)

// NewStepper returns a function that takes one training step on a batch of
// normalised windows, laid out one after the other, and returns the loss before
// it. [Train] draws such batches itself; a stepper serves to measure speed.
//
// Options are those of Train, as far as they concern one step; a sharpness that
// neither they nor the preset give is [loss.DefaultSharpness]. The window must
// be given unless Preset or Spec fix it.
func NewStepper(o *TrainOptions) (func(batch []float32) (float64, error), error) {
	s, err := withDefaults(o, []int{1, 1, 1, 1})
	if err != nil {
		return nil, err
	}
	nets := s.nets
	t := newTrainer(s, &dataset.Set{Window: s.preset.Spec.Window})
	t.initialise()
	t.state.DSL, t.state.Sharpness = s.DSL, firstOf(s.Sharpness, loss.DefaultSharpness)
	t.prepare()
	return func(batch []float32) (float64, error) {
		if n := nets.WindowLen(); len(batch) == 0 || len(batch)%n != 0 {
			return 0, fmt.Errorf("%w: a batch of %d values (want a multiple of the window's %d)", array.ErrShape, len(batch), n)
		}
		value, err := t.differentiate(batch)
		if err != nil {
			return 0, err
		}
		return value, t.descend(value, 0)
	}, nil
}
