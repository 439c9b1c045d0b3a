package training

import (
	"fmt"

	"github.com/morselcodec/morsel/autoencoder/internal/dataset"
	"github.com/morselcodec/morsel/formats/array"
)

// NewStepper returns a function that takes one training step on a batch of
// normalised windows, and returns the loss before it.
func NewStepper(s *Settings) func(batch []float32) (float64, error) {
	t := newTrainer(s, &dataset.Set{Window: s.Spec.Window})
	t.initialise()
	t.state.DSL, t.state.Sharpness = s.DSL, s.Sharpness
	t.prepare()
	return func(batch []float32) (float64, error) {
		if n := s.Nets.WindowLen(); len(batch) == 0 || len(batch)%n != 0 {
			return 0, fmt.Errorf("%w: a batch of %d values (want a multiple of the window's %d)", array.ErrShape, len(batch), n)
		}
		value, err := t.differentiate(batch)
		if err != nil {
			return 0, err
		}
		return value, t.descend(value, 0)
	}
}
