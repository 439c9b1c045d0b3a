// Package stream wraps the byte streams of arrays: exact lengths and byte order.
package stream

import (
	"fmt"
	"io"

	"github.com/morselcodec/morsel/formats/internal/fail"
)

// Exactly yields want bytes of r and then io.EOF; fewer or more are an error.
// It looks beyond the last byte before handing it out, so that readers who stop
// after want bytes do not miss trailing bytes or a wrong checksum.
func Exactly(r io.ReadCloser, want int64) io.ReadCloser {
	return &exactReader{r: r, want: want, left: want}
}

type exactReader struct {
	r          io.ReadCloser
	want, left int64
	err        error
}

func (e *exactReader) Read(p []byte) (int, error) {
	if e.err == nil && e.left == 0 {
		e.err = e.end()
	}
	if e.err != nil {
		return 0, e.err
	}
	p = p[:min(int64(len(p)), e.left)]
	n, err := e.r.Read(p)
	e.left -= int64(n)
	switch {
	case e.left == 0:
		if e.err = e.end(); e.err != io.EOF {
			return 0, e.err
		}
	case err == io.EOF:
		e.err = fmt.Errorf("%w: truncated: want %d bytes of values, found %d", fail.ErrFormat, e.want, e.want-e.left)
	case err != nil:
		e.err = fail.Damage(err)
	}
	if n > 0 {
		return n, nil
	}
	return 0, e.err
}

func (e *exactReader) end() error {
	var b [1]byte
	switch _, err := io.ReadFull(e.r, b[:]); err {
	case nil:
		return fail.Malformedf("trailing bytes after the %d bytes of values", e.want)
	case io.EOF:
		return io.EOF
	default:
		return fail.Damage(err)
	}
}

func (e *exactReader) Close() error { return e.r.Close() }
