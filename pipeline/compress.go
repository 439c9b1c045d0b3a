package pipeline

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec"
	"github.com/morselcodec/morsel/formats"
)

// Compress is the stage that turns an Item's Array into its Archive, in
// memory, with Stats.
type Compress struct {
	Options codec.Options
	// Models are candidates for Options.Model; see [SmallestModel].
	Models []*autoencoder.Model
}

// Run compresses it.Array.
func (c Compress) Run(ctx context.Context, it *Item) (*Item, error) {
	o := c.Options
	if len(c.Models) > 0 {
		m, err := SmallestModel(ctx, it.Array, c.Models, &o)
		if err != nil {
			return nil, err
		}
		o.Model = m
	}
	var buf bytes.Buffer
	stats, err := Encode(ctx, &buf, it.Array, &o)
	if err != nil {
		return nil, err
	}
	out := *it
	out.Archive, out.Stats = bytes.NewReader(buf.Bytes()), stats
	return &out, nil
}

// Encode compresses src to w; see [codec.EncodeSource].
func Encode(ctx context.Context, w io.Writer, src formats.Source, o *codec.Options) (codec.Stats, error) {
	stats, err := codec.EncodeSource(ctx, w, WithContext(ctx, src), o)
	if err == nil {
		Count(ctx, 0, stats.ArchiveBytes)
	}
	return stats, err
}

// SmallestModel returns the model that makes the smallest archive of src, by
// encoding it with each and without; o.Model is ignored. nil is returned where
// no model makes the archive smaller, an inline one counted. Models whose window
// has a higher rank than src are passed over. The only one left is returned
// untried if it is not stored inline, since an encoder uses a model only where
// that pays. Without any bound, where size alone says nothing, more than one
// is an error.
func SmallestModel(ctx context.Context, src formats.Source, models []*autoencoder.Model, o *codec.Options) (*autoencoder.Model, error) {
	var fit []*autoencoder.Model
	for _, m := range models {
		if len(m.Window()) <= len(src.Shape) {
			fit = append(fit, m)
		}
	}
	switch {
	case len(fit) == 0:
		return nil, nil
	case len(fit) == 1 && (o == nil || o.Bound.None || !o.InlineModel):
		return fit[0], nil
	}
	var opts codec.Options
	if o != nil {
		opts = *o
	}
	if opts.Bound.None {
		return nil, fmt.Errorf("%w: %d models fit, and without a bound the smallest archive is not the best one; name one model", codec.ErrOptions, len(fit))
	}
	src = WithContext(ctx, src)
	prepared, err := codec.Prepare(ctx, src, &opts)
	if err != nil {
		return nil, err
	}
	opts = *prepared
	opts.Model = nil
	plain, err := codec.EncodeSource(ctx, io.Discard, src, &opts)
	if err != nil {
		return nil, err
	}
	var best *autoencoder.Model
	smallest := plain.ArchiveBytes
	for _, m := range fit {
		opts.Model = m
		stats, err := codec.EncodeSource(ctx, io.Discard, src, &opts)
		if err != nil {
			return nil, err
		}
		if stats.ArchiveBytes < smallest {
			best, smallest = m, stats.ArchiveBytes
		}
	}
	return best, nil
}
