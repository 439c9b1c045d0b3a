package pipeline

import (
	"bytes"
	"context"
	"io"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec"
	"github.com/morselcodec/morsel/formats/array"
)

// Compress is the stage that turns an Item's Array into its Archive, in
// memory, with Stats.
type Compress struct {
	Options codec.Options
	// Models are candidates for Options.Model; see [EncodeSmallest].
	Models []*autoencoder.Model
}

// Run compresses it.Array.
func (c Compress) Run(ctx context.Context, it *Item) (*Item, error) {
	var buf bytes.Buffer
	encode := Encode
	if len(c.Models) > 0 {
		encode = func(ctx context.Context, w io.Writer, src array.Source, o *codec.Options) (codec.Stats, error) {
			return EncodeSmallest(ctx, w, src, c.Models, o)
		}
	}
	stats, err := encode(ctx, &buf, it.Array, &c.Options)
	if err != nil {
		return nil, err
	}
	out := *it
	out.Archive, out.Stats = bytes.NewReader(buf.Bytes()), stats
	return &out, nil
}

// Encode compresses src to w and counts bytes for the stage that runs in ctx; see
// [codec.EncodeSource].
func Encode(ctx context.Context, w io.Writer, src array.Source, o *codec.Options) (codec.Stats, error) {
	stats, err := codec.EncodeSource(ctx, w, WithContext(ctx, src), o)
	if err == nil {
		Count(ctx, 0, stats.ArchiveBytes)
	}
	return stats, err
}
