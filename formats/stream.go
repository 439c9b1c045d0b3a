package formats

import (
	"bytes"
	"fmt"
	"io"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/internal/fail"
	"github.com/morselcodec/morsel/formats/internal/stream"
)

// input is a run of bytes that can be read many times from any offset.
type input struct {
	length int64 // -1 when only reading tells
	open   func(offset int64) (io.ReadCloser, error)
	at     io.ReaderAt // of all of it, nil when it can only be read in order
}

func fileInput(r io.ReaderAt, size int64) input {
	return input{length: size, at: r, open: func(offset int64) (io.ReadCloser, error) {
		return io.NopCloser(io.NewSectionReader(r, offset, size-offset)), nil
	}}
}

// skip moves a fresh reader to offset.
func skip(r io.ReadCloser, offset int64) (io.ReadCloser, error) {
	if _, err := io.CopyN(io.Discard, r, offset); err != nil {
		r.Close()
		return nil, fail.Damage(err)
	}
	return r, nil
}

// head returns up to n of the first bytes.
func (in input) head(n int) ([]byte, error) {
	r, err := in.open(0)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b := make([]byte, n)
	n, err = io.ReadFull(r, b)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, fail.Damage(err)
	}
	return b[:n], nil
}

// load reads everything, at most limit bytes.
func (in input) load(limit int64) ([]byte, error) {
	r, err := in.open(0)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var b bytes.Buffer // grows with the data, whatever a header may say
	if _, err := io.Copy(&b, &limitedReader{r, limit}); err != nil {
		return nil, fail.Damage(err)
	}
	return b.Bytes(), nil
}

// limitedReader fails when more than limit bytes are read.
type limitedReader struct {
	r     io.Reader
	limit int64
}

func (l *limitedReader) Read(p []byte) (int, error) {
	n, err := l.r.Read(p[:min(int64(len(p)), l.limit+1)])
	if l.limit -= int64(n); l.limit < 0 {
		return 0, fail.Limitf("the unpacked file is larger than that")
	}
	return n, err
}

func tooLarge(what string, need, limit int64) error {
	return fail.Limitf("%s needs at least %d bytes of memory, the limit is %d", what, need, limit)
}

// source returns the array of header h whose little-endian, or else big-endian,
// values fill in from offset to its end.
func (in input) source(h array.Header, offset int64, bigEndian bool) (array.Source, error) {
	n, err := h.Check()
	if err != nil {
		return array.Source{}, err
	}
	want := n * int64(h.DType.Size())
	if in.length >= 0 && in.length-offset != want {
		return array.Source{}, fmt.Errorf("%w: %s of %v wants %d bytes, found %d",
			fail.ErrShape, array.FormatShape(h.Shape), h.DType, want, in.length-offset)
	}
	return array.Source{Header: h, Values: func() (io.ReadCloser, error) {
		r, err := in.open(offset)
		if err != nil {
			return nil, err
		}
		r = stream.Exactly(r, want)
		if bigEndian {
			r = stream.Swapped(r, h.DType.Size())
		}
		return r, nil
	}}, nil
}
