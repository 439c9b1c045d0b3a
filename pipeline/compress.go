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

// Encode compresses src to w. For the bounds that are relative to the range it
// reads src twice, unless o.Range is given. Memory is O(chunk × workers).
func Encode(ctx context.Context, w io.Writer, src formats.Source, o *codec.Options) (codec.Stats, error) {
	var opts codec.Options
	if o != nil {
		opts = *o
	}
	if err := findRange(ctx, src, &opts); err != nil {
		return codec.Stats{}, err
	}
	return encode(ctx, w, src, &opts)
}

// findRange sets o.Range where the bound needs it.
func findRange(ctx context.Context, src formats.Source, o *codec.Options) error {
	if b := o.Bound; o.Range != nil || b.Abs != 0 || b.PointwiseRel != 0 || b.Lossless || b.None {
		return nil
	}
	r, err := WithContext(ctx, src).Values()
	if err != nil {
		return err
	}
	defer r.Close()
	found, err := codec.Scan(r, src.Header, o.Fill)
	if err != nil {
		return err
	}
	o.Range = &found
	return nil
}

func encode(ctx context.Context, w io.Writer, src formats.Source, o *codec.Options) (codec.Stats, error) {
	r, err := WithContext(ctx, src).Values()
	if err != nil {
		return codec.Stats{}, err
	}
	defer r.Close()
	enc, err := codec.NewWriter(w, src.Header, o)
	if err != nil {
		return codec.Stats{}, err
	}
	_, err = io.Copy(enc, r)
	if e := enc.Close(); err == nil {
		err = e
	}
	if err != nil {
		return codec.Stats{}, err
	}
	stats := enc.Stats()
	Count(ctx, 0, stats.ArchiveBytes)
	return stats, nil
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
	if err := findRange(ctx, src, &opts); err != nil {
		return nil, err
	}
	opts.Model = nil
	plain, err := encode(ctx, io.Discard, src, &opts)
	if err != nil {
		return nil, err
	}
	var best *autoencoder.Model
	smallest := plain.ArchiveBytes
	for _, m := range fit {
		opts.Model = m
		stats, err := encode(ctx, io.Discard, src, &opts)
		if err != nil {
			return nil, err
		}
		if stats.ArchiveBytes < smallest {
			best, smallest = m, stats.ArchiveBytes
		}
	}
	return best, nil
}
