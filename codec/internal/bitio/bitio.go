// Package bitio writes and reads packed bits, integers of up to 64 bits each,
// lowest bit first: section 6.2 of FORMAT.md.
package bitio

import "encoding/binary"

// Writer collects bits. The zero value is empty.
type Writer struct {
	buf []byte
	acc uint64
	n   int
}

// Write appends the n low bits of v, n ≤ 64.
func (w *Writer) Write(v uint64, n int) {
	if n > 32 {
		w.Write(v&(1<<32-1), 32)
		v, n = v>>32, n-32
	}
	w.acc |= v & (1<<n - 1) << w.n
	if w.n += n; w.n >= 32 {
		w.buf = binary.LittleEndian.AppendUint32(w.buf, uint32(w.acc))
		w.acc >>= 32
		w.n -= 32
	}
}

// AppendTo appends everything written, filled up with zeros to whole bytes.
func (w *Writer) AppendTo(b []byte) []byte {
	b = append(b, w.buf...)
	for n := 0; n < w.n; n += 8 {
		b = append(b, byte(w.acc>>n))
	}
	return b
}

// Reader reads what a Writer wrote; past its end it gives zeros.
type Reader struct {
	buf   []byte
	acc   uint64
	n     int
	ended bool
}

// NewReader returns a Reader of b.
func NewReader(b []byte) *Reader { return &Reader{buf: b} }

// Ended reports that more was read than there is.
func (r *Reader) Ended() bool { return r.ended }

// Read returns the next n bits, n ≤ 64.
func (r *Reader) Read(n int) uint64 {
	if n > 32 {
		low := r.Read(32)
		return low | r.Read(n-32)<<32
	}
	for r.n < n {
		if len(r.buf) >= 4 {
			r.acc |= uint64(binary.LittleEndian.Uint32(r.buf)) << r.n
			r.buf = r.buf[4:]
			r.n += 32
			continue
		}
		if len(r.buf) > 0 {
			r.acc |= uint64(r.buf[0]) << r.n
			r.buf = r.buf[1:]
		} else {
			r.ended = true
		}
		r.n += 8
	}
	v := r.acc & (1<<n - 1)
	r.acc >>= n
	r.n -= n
	return v
}

// Bit returns 1 for true and 0 for false.
func Bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
