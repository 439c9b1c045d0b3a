package autoencoder

import (
	"context"
	"iter"

	"github.com/morselcodec/morsel/autoencoder/internal/dataset"
	"github.com/morselcodec/morsel/autoencoder/internal/modelfile"
	"github.com/morselcodec/morsel/autoencoder/internal/training"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/loss"
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
	data, c, s, err := readSet(ctx, set, o)
	if err != nil {
		return nil, err
	}
	if c.Loaded != nil {
		c.Loaded(data.Record)
	}
	r, trainErr := training.Run(ctx, s, data)
	if r == nil {
		return nil, trainErr
	}
	m, err := newModel(&modelfile.Contents{
		Spec: s.Spec, Nets: s.Nets, Weights: r.Weights, Normalisation: data.Norm, Latent: r.Latent,
	}, newRecord(s, data, r))
	if err != nil {
		return nil, err
	}
	return m, trainErr
}

// readSet reads a set for what the options ask for, and completes them.
func readSet(ctx context.Context, set iter.Seq2[array.Source, error], o *TrainOptions) (data *dataset.Set, c *TrainOptions, s *training.Settings, err error) {
	data, err = dataset.Read(ctx, set, func(shape []int) (*dataset.Options, error) {
		if c, s, err = o.complete(shape); err != nil {
			return nil, err
		}
		return &dataset.Options{
			Window:    s.Spec.Window,
			PerWindow: c.PerWindow,
			HoldOut:   c.HoldOut,
			Seed:      c.Seed,
			Fills:     c.Fills,
			Suspect:   c.suspect(),
		}, nil
	})
	return data, c, s, err
}

// NewStepper returns a function that takes one training step on a batch of
// normalised windows, laid out one after the other, and returns the loss before
// it. [Train] draws such batches itself; a stepper serves to measure speed.
//
// Options are those of Train, as far as they concern one step; a sharpness that
// neither they nor the preset give is [loss.DefaultSharpness]. The window must
// be given unless Preset or Spec fix it.
func NewStepper(o *TrainOptions) (func(batch []float32) (float64, error), error) {
	_, s, err := o.complete([]int{1, 1, 1, 1})
	if err != nil {
		return nil, err
	}
	s.Sharpness = firstOf(s.Sharpness, loss.DefaultSharpness)
	return training.NewStepper(s), nil
}
