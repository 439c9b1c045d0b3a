package formats

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
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
		return nil, damage(err)
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
		return nil, damage(err)
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
		return nil, damage(err)
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
		return 0, limitf("the unpacked file is larger than that")
	}
	return n, err
}

func tooLarge(what string, need, limit int64) error {
	return limitf("%s needs at least %d bytes of memory, the limit is %d", what, need, limit)
}

// source returns the array of header h whose little-endian, or else big-endian,
// values fill in from offset to its end.
func (in input) source(h Header, offset int64, bigEndian bool) (Source, error) {
	n, err := h.Check()
	if err != nil {
		return Source{}, err
	}
	want := n * int64(h.DType.Size())
	if in.length >= 0 && in.length-offset != want {
		return Source{}, fmt.Errorf("%w: %s of %v wants %d bytes, found %d",
			ErrShape, FormatShape(h.Shape), h.DType, want, in.length-offset)
	}
	return Source{Header: h, Values: func() (io.ReadCloser, error) {
		r, err := in.open(offset)
		if err != nil {
			return nil, err
		}
		r = &exactReader{r: r, want: want, left: want}
		if bigEndian && h.DType.Size() > 1 {
			r = &swapReader{r: r, size: h.DType.Size(), buf: make([]byte, 1<<15)}
		}
		return r, nil
	}}, nil
}

// exactReader yields want bytes of r and then io.EOF; fewer or more are an
// error. It looks beyond the last byte before handing it out, so that readers
// who stop after want bytes do not miss trailing bytes or a wrong checksum.
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
		e.err = fmt.Errorf("%w: truncated: want %d bytes of values, found %d", ErrFormat, e.want, e.want-e.left)
	case err != nil:
		e.err = damage(err)
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
		return badf("trailing bytes after the %d bytes of values", e.want)
	case io.EOF:
		return io.EOF
	default:
		return damage(err)
	}
}

func (e *exactReader) Close() error { return e.r.Close() }

// swapReader reverses the bytes of each element. The total length is a multiple
// of size, and so is len(buf).
type swapReader struct {
	r    io.ReadCloser
	size int
	buf  []byte
	out  []byte
	err  error
}

func (s *swapReader) Read(p []byte) (int, error) {
	if len(s.out) == 0 && s.err == nil {
		n := 0
		for n < len(s.buf) && s.err == nil {
			var k int
			k, s.err = s.r.Read(s.buf[n:])
			n += k
		}
		s.out = s.buf[:n-n%s.size]
		swapBytes(s.out, s.size)
	}
	if len(s.out) == 0 {
		return 0, s.err
	}
	n := copy(p, s.out)
	s.out = s.out[n:]
	return n, nil
}

func (s *swapReader) Close() error { return s.r.Close() }

// swapBytes reverses the bytes of each element of size 2, 4 or 8.
func swapBytes(b []byte, size int) {
	le, be := binary.LittleEndian, binary.BigEndian
	switch size {
	case 2:
		for ; len(b) >= 2; b = b[2:] {
			be.PutUint16(b, le.Uint16(b))
		}
	case 4:
		for ; len(b) >= 4; b = b[4:] {
			be.PutUint32(b, le.Uint32(b))
		}
	case 8:
		for ; len(b) >= 8; b = b[8:] {
			be.PutUint64(b, le.Uint64(b))
		}
	}
}
