package stream

import (
	"encoding/binary"
	"io"
)

// Swapped reverses the bytes of each element of r, whose length is a multiple of
// size.
func Swapped(r io.ReadCloser, size int) io.ReadCloser {
	if size == 1 {
		return r
	}
	return &swapReader{r: r, size: size, buf: make([]byte, 1<<15)}
}

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
		SwapBytes(s.out, s.size)
	}
	if len(s.out) == 0 {
		return 0, s.err
	}
	n := copy(p, s.out)
	s.out = s.out[n:]
	return n, nil
}

func (s *swapReader) Close() error { return s.r.Close() }

// SwapBytes reverses the bytes of each element of size 2, 4 or 8.
func SwapBytes(b []byte, size int) {
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
