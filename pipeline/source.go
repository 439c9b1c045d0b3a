package pipeline

import (
	"context"
	"io"

	"github.com/morselcodec/morsel/formats/array"
)

// WithContext makes the values of s end with ctx's error once ctx is done, and
// counts them as bytes read by the stage that runs in ctx.
func WithContext(ctx context.Context, s array.Source) array.Source {
	open := s.Values
	s.Values = func() (io.ReadCloser, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r, err := open()
		if err != nil {
			return nil, err
		}
		return &contextReader{ctx, r}, nil
	}
	return s
}

type contextReader struct {
	ctx context.Context
	io.ReadCloser
}

func (r *contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.ReadCloser.Read(p)
	Count(r.ctx, int64(n), 0)
	return n, err
}

// size is the number of bytes of an array's values.
func size(h array.Header) int64 {
	n, err := h.Check()
	if err != nil {
		return 0
	}
	return n * int64(h.DType.Size())
}
