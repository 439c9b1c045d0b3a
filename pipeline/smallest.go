package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec"
	"github.com/morselcodec/morsel/formats/array"
)

// EncodeSmallest compresses src to w with the model that makes the smallest
// archive, found by encoding it with each and without; o.Model is ignored. None
// is used where none makes the archive smaller, an inline one counted. Models
// whose window has a higher rank than src are passed over. The only one left is
// not tried before if it is not stored inline, since an encoder uses a model only
// where that pays. Without any bound, where size alone says nothing, more than
// one is an error. The stats tell of all models that were tried.
func EncodeSmallest(ctx context.Context, w io.Writer, src array.Source, models []*autoencoder.Model, o *codec.Options) (codec.Stats, error) {
	var opts codec.Options
	if o != nil {
		opts = *o
	}
	fit := slices.DeleteFunc(slices.Clone(models), func(m *autoencoder.Model) bool { return len(m.Window()) > len(src.Shape) })
	tried, err := chooseModel(ctx, src, fit, &opts)
	if err != nil {
		return codec.Stats{}, err
	}
	stats, err := Encode(ctx, w, src, &opts)
	switch {
	case err != nil:
		return stats, err
	case len(fit) == 0 && len(models) > 0:
		stats.ModelNote = windowsNote(models)
	case len(tried) > 0:
		stats.ModelTried = tried
		if opts.Model == nil {
			stats.ModelNote = triedNote(tried, stats.ArchiveBytes)
		}
	}
	return stats, nil
}

func windowsNote(models []*autoencoder.Model) string {
	if len(models) == 1 {
		return fmt.Sprintf("its window %s has more axes than the array", array.FormatShape(models[0].Window()))
	}
	return fmt.Sprintf("the windows of all %d models have more axes than the array", len(models))
}

func triedNote(tried []codec.ModelTrial, without int64) string {
	best := slices.MinFunc(tried, func(a, b codec.ModelTrial) int { return cmp.Compare(a.Bytes, b.Bytes) })
	switch {
	case best.Bytes < without: // in many small chunks
		return "none gains in one chunk the bytes that naming it takes"
	case len(tried) == 1:
		return fmt.Sprintf("with it the archive would take %d bytes", best.Bytes)
	}
	return fmt.Sprintf("with the best of %d the archive would take %d bytes", len(tried), best.Bytes)
}

// chooseModel sets o.Model to the best of the models, and o.Range if it had to
// look for that.
func chooseModel(ctx context.Context, src array.Source, models []*autoencoder.Model, o *codec.Options) ([]codec.ModelTrial, error) {
	o.Model = nil
	switch {
	case len(models) == 0:
		return nil, nil
	case len(models) == 1 && (o.Bound.None || !o.InlineModel):
		o.Model = models[0]
		return nil, nil
	case o.Bound.None:
		return nil, fmt.Errorf("%w: %d models fit, and without a bound the smallest archive is not the best one; name one model", codec.ErrOptions, len(models))
	}
	src = WithContext(ctx, src)
	prepared, err := codec.Prepare(ctx, src, o)
	if err != nil {
		return nil, err
	}
	*o = *prepared
	opts := *o
	plain, err := codec.EncodeSource(ctx, io.Discard, src, &opts)
	if err != nil {
		return nil, err
	}
	smallest := plain.ArchiveBytes
	var tried []codec.ModelTrial
	for _, m := range models {
		opts.Model = m
		stats, err := codec.EncodeSource(ctx, io.Discard, src, &opts)
		if err != nil {
			return nil, err
		}
		tried = append(tried, stats.ModelTried...)
		if stats.ArchiveBytes < smallest {
			o.Model, smallest = m, stats.ArchiveBytes
		}
	}
	return tried, nil
}
