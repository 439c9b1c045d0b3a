package pipeline

import (
	"context"
	"fmt"
	"io"

	"github.com/morselcodec/morsel/codec"
	"github.com/morselcodec/morsel/formats/array"
)

// Decompress is the stage that sets an Item's Array to what its Archive
// decodes to. Decoding happens when the values are read.
type Decompress struct {
	Options codec.DecodeOptions
}

// Run decompresses it.Archive.
func (d Decompress) Run(ctx context.Context, it *Item) (*Item, error) {
	if it.Archive == nil {
		return nil, fmt.Errorf("%s has no archive to decompress", it.Name)
	}
	src, err := Decode(ctx, it.Archive, &d.Options)
	if err != nil {
		return nil, err
	}
	out := *it
	out.Array = src
	Count(ctx, it.Archive.Size(), size(src.Header))
	return &out, nil
}

// Decode returns the array that an archive holds. Its values are decoded as
// they are read, with memory O(chunk × workers), and end without error only
// when the whole archive was sound.
func Decode(ctx context.Context, archive Archive, o *codec.DecodeOptions) (array.Source, error) {
	open := func() (*codec.Reader, error) {
		return codec.NewReader(ctx, io.NewSectionReader(archive, 0, archive.Size()), o)
	}
	r, err := open()
	if err != nil {
		return array.Source{}, err
	}
	return array.Source{
		Header: r.Header(),
		Values: func() (io.ReadCloser, error) {
			r, err := open()
			return io.NopCloser(r), err
		},
	}, nil
}
