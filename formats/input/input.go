// Package input holds the bytes of files, packed or not, as the readers of file
// formats take them.
package input

import (
	"bytes"
	"fmt"
	"io"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/internal/fail"
	"github.com/morselcodec/morsel/formats/internal/stream"
)

// Input is a run of bytes that can be read many times from any offset.
type Input struct {
	Length int64 // -1 when only reading tells
	Open   func(offset int64) (io.ReadCloser, error)
	At     io.ReaderAt // of all of it, nil when it can only be read in order
}

// Limit is how many bytes of memory reading a file may take: those that a caller
// gives, or else 4 GiB.
func Limit(given int64) int64 {
	if given > 0 {
		return given
	}
	return DefaultMaxBytes
}

// DefaultMaxBytes is the limit where a caller gives none.
const DefaultMaxBytes = 4 << 30

// File is a file of size bytes. Errors of reading it are told from those of what
// it holds.
func File(r io.ReaderAt, size int64) Input {
	r = fail.Device(r)
	return Input{Length: size, At: r, Open: func(offset int64) (io.ReadCloser, error) {
		return io.NopCloser(io.NewSectionReader(r, offset, size-offset)), nil
	}}
}

// Packed is what open unpacks, anew each time it is read, and from the start on; its
// length is -1 where only reading tells.
func Packed(length int64, open func() (io.ReadCloser, error)) Input {
	return Input{Length: length, Open: func(offset int64) (io.ReadCloser, error) {
		r, err := open()
		if err != nil {
			return nil, Damage(err)
		}
		r = unpacked{r}
		if _, err := io.CopyN(io.Discard, r, offset); err != nil {
			r.Close()
			return nil, fail.Damage(err)
		}
		return r, nil
	}}
}

// Head returns up to n of the first bytes.
func (in Input) Head(n int) ([]byte, error) {
	r, err := in.Open(0)
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

// Load reads everything, at most limit bytes.
func (in Input) Load(limit int64) ([]byte, error) {
	r, err := in.Open(0)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var b bytes.Buffer // grows with the data, whatever a header may say
	if _, err := io.Copy(&b, stream.Limited(r, limit)); err != nil {
		return nil, fail.Damage(err)
	}
	return b.Bytes(), nil
}

// ReaderAt returns a reader of any part, and the length; what is packed is unpacked
// into memory first, at most limit bytes.
func (in Input) ReaderAt(limit int64) (io.ReaderAt, int64, error) {
	if in.At != nil {
		return in.At, in.Length, nil
	}
	b, err := in.Load(limit)
	return bytes.NewReader(b), int64(len(b)), err
}

// Source returns the array of header h whose little-endian, or else big-endian,
// values fill in from offset to its end.
func (in Input) Source(h array.Header, offset int64, bigEndian bool) (array.Source, error) {
	n, err := h.Check()
	if err != nil {
		return array.Source{}, err
	}
	want := n * int64(h.DType.Size())
	if in.Length >= 0 && in.Length-offset != want {
		return array.Source{}, fmt.Errorf("%w: %s of %v wants %d bytes, found %d",
			fail.ErrShape, array.FormatShape(h.Shape), h.DType, want, in.Length-offset)
	}
	return array.Source{Header: h, Values: func() (io.ReadCloser, error) {
		r, err := in.Open(offset)
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
