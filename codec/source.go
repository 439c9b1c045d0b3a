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
	opts, err := Prepare(ctx, src, o)
	if err != nil {
		return Stats{}, err
	}
	var stats Stats
	if kind, _ := opts.Bound.kind(); kind == chunk.BoundPSNR {
		stats, err = encodePSNR(ctx, w, src, opts, replayLimit)
	} else {
		stats, err = encodeOnce(ctx, w, src, opts)
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

// encodeOnce encodes what one reading of src gives.
func encodeOnce(ctx context.Context, w io.Writer, src array.Source, o *Options) (Stats, error) {
	r, err := src.Values()
	if err != nil {
		return Stats{}, err
	}
	defer r.Close()
	enc, err := NewWriter(ctx, w, src.Header, o)
	if err != nil {
		return Stats{}, err
	}
	if _, err := io.Copy(enc, r); err != nil {
		return Stats{}, err
	}
	err = enc.Close()
	return enc.Stats(), err
}

// passes encodes an array several times.
type passes struct {
	src  array.Source
	o    Options
	done int64 // values in the passes before
}

// encode encodes the array with the bound eps.
func (p *passes) encode(ctx context.Context, w io.Writer, eps float64) (Stats, error) {
	values, err := p.src.Check()
	if err != nil {
		return Stats{}, err
	}
	o := p.o
	o.epsForPSNR = &eps
	if before := p.done; o.Progress != nil {
		o.Progress = func(done, total int64) { p.o.Progress(before+done, before+total) }
	}
	p.done += values
	return encodeOnce(ctx, w, p.src, &o)
}

// replayLimit is the size up to which an archive is kept while a search goes
// on.
const replayLimit = 64 << 20

// replay keeps what is written to it, unless that is too much.
type replay struct {
	limit int
	buf   []byte
	over  bool
}

// Write implements io.Writer.
func (r *replay) Write(p []byte) (int, error) {
	if r.over = r.over || len(r.buf)+len(p) > r.limit; r.over {
		r.buf = nil
	} else {
		r.buf = append(r.buf, p...)
	}
	return len(p), nil
}
