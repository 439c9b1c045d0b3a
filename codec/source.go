package codec

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/morselcodec/morsel/codec/internal/chunk"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/formats/array"
)

// EncodeSource writes the array that src streams as an archive and reports on
// it, with memory O(chunk × workers). It reads src once for a bound that is
// absolute or relative to each value, twice where it needs the range or searches
// for fill, and for a PSNR as often as the search takes, three to five times as
// a rule. Where it has read the values before, others are an error, [ErrChanged];
// what was written to w until then is no archive.
func EncodeSource(ctx context.Context, w io.Writer, src array.Source, o *Options) (Stats, error) {
	return encode(ctx, w, &input{Source: src}, o)
}

// input is an array to encode, which may be read several times.
type input struct {
	array.Source
	// inMemory encodes the array, where that is in memory; nil: it is a stream.
	inMemory func(e *encoder) error
	surveyed bool // by encode, and it cannot have changed since
}

// encode does all that encoding an array takes, one after the other: it looks at
// the values where the options ask for it, searches the bound for a PSNR, and
// writes the archive.
func encode(ctx context.Context, w io.Writer, in *input, o *Options) (stats Stats, err error) {
	opts, err := Prepare(ctx, in.Source, o)
	if err != nil {
		return Stats{}, err
	}
	in.surveyed = in.inMemory != nil && opts.survey != nil && (o == nil || o.survey == nil)
	if kind, _ := opts.Bound.kind(); kind == chunk.BoundPSNR {
		stats, err = searchPSNR(ctx, w, in, opts, replayLimit)
	} else {
		stats, err = in.encode(ctx, w, opts)
	}
	if opts.survey != nil && unreadable(err) { // it was readable before
		return Stats{}, fmt.Errorf("%w: %w", fault.ErrChanged, err)
	}
	return stats, err
}

// unreadable reports whether err says that an array is not what its header says.
func unreadable(err error) bool {
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, array.ErrFormat) && !errors.Is(err, array.ErrInexact)
}

// encode encodes the array once, as o says.
func (in *input) encode(ctx context.Context, w io.Writer, o *Options) (Stats, error) {
	p, err := newPlan(in.Header, o)
	if err != nil {
		return Stats{}, err
	}
	if in.inMemory != nil && !p.head.hasSeams() {
		return in.encodeInMemory(ctx, w, p)
	}
	r, err := in.Values()
	if err != nil {
		return Stats{}, err
	}
	defer r.Close()
	enc, err := p.writer(ctx, w)
	if err != nil {
		return Stats{}, err
	}
	if _, err := io.Copy(enc, r); err != nil {
		return Stats{}, err
	}
	err = enc.Close()
	return enc.Stats(), err
}
