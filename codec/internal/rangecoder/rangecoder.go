// Package rangecoder is a binary arithmetic coder with 16-bit probabilities, as
// section 6.1 of FORMAT.md describes. It builds on nothing.
//
// One [Coder] type serves both directions, so that a model written once drives
// encoder and decoder alike: [Coder.Code] takes the bit when encoding and
// returns it when decoding. It is the carry-less coder of the PAQ family on 64
// bits: the interval [low, high] is split in proportion to the probability, and
// words of four bytes that both ends share are moved out (renormalised).
package rangecoder

import (
	"encoding/binary"
	"errors"
)

// Coder encodes or decodes a sequence of bits.
type Coder struct {
	low, high uint64
	code      uint64 // decoding: the bytes at the interval
	decoding  bool
	buf       []byte // encoding: written so far; decoding: left to read
	beyond    int    // words read past the end
}

// maxBeyond is how many words a decoder reads past the end of what an encoder
// finished: those that it is ahead by.
const maxBeyond = 2

// ErrEnd says that a decoder has read more than any encoder left out.
var ErrEnd = errors.New("its codes end too early")

// Ended reports that what is decoded by now is nothing that an encoder wrote.
func (c *Coder) Ended() bool { return c.beyond > maxBeyond }

// Err returns ErrEnd if the decoder has Ended.
func (c *Coder) Err() error {
	if c.Ended() {
		return ErrEnd
	}
	return nil
}

// NewEncoder returns a Coder that appends to buf.
func NewEncoder(buf []byte) *Coder { return &Coder{high: 1<<64 - 1, buf: buf} }

// NewDecoder returns a Coder that reads what an encoder finished. Reading past
// the end of data goes on with zeros; see [Coder.Ended].
func NewDecoder(data []byte) *Coder {
	c := &Coder{high: 1<<64 - 1, decoding: true, buf: data}
	c.code = c.next()<<32 | c.next()
	return c
}

// Decoding reports the direction.
func (c *Coder) Decoding() bool { return c.decoding }

// Code codes one bit, 0 or 1, whose probability of being 1 is p/65536, with
// 0 < p < 65536. It returns the bit.
//
// Its steps are exported, small enough to be inlined where a call would cost as
// much as they do.
func (c *Coder) Code(bit int, p uint32) int {
	part := c.Split(p)
	if c.decoding {
		bit = c.BitAt(part)
	}
	if c.Narrow(bit, part); c.Settled() {
		c.Renormalize()
	}
	return bit
}

// Split returns how much of the interval a 1 of probability p/65536 takes.
func (c *Coder) Split(p uint32) uint64 { return (c.high - c.low) >> 16 * uint64(p) }

// BitAt returns the bit that the decoder's input says where the interval is split.
func (c *Coder) BitAt(part uint64) int {
	bit := 0
	if c.code-c.low <= part {
		bit = 1
	}
	return bit
}

// Narrow narrows the interval to that of the bit: 1 keeps the values up to
// low+part, 0 those beyond.
// There is no branch, since nothing could predict it.
func (c *Coder) Narrow(bit int, part uint64) {
	one := -uint64(bit)
	c.high -= (c.high - c.low - part) & one
	c.low += (part + 1) &^ one
}

// Settled reports that both ends of the interval share a word, which Renormalize
// then moves out.
func (c *Coder) Settled() bool { return (c.low^c.high)>>32 == 0 }

// CodeBits codes the n low bits of v as plain bits, all values equally likely,
// highest bit first. It returns them.
func (c *Coder) CodeBits(v uint64, n int) uint64 {
	var out uint64
	for n--; n >= 0; n-- {
		out = out<<1 | uint64(c.Code(int(v>>n&1), 1<<15))
	}
	return out
}

// Renormalize moves out the leading words that low and high share.
func (c *Coder) Renormalize() {
	for c.Settled() {
		if c.decoding {
			c.code = c.code<<32 | c.next()
		} else {
			c.buf = binary.BigEndian.AppendUint32(c.buf, uint32(c.high>>32))
		}
		c.low <<= 32
		c.high = c.high<<32 | (1<<32 - 1)
	}
}

// next reads a word.
func (c *Coder) next() uint64 {
	if len(c.buf) >= 4 {
		w := binary.BigEndian.Uint32(c.buf)
		c.buf = c.buf[4:]
		return uint64(w)
	}
	if len(c.buf) == 0 {
		c.beyond++
	}
	var w [4]byte
	copy(w[:], c.buf)
	c.buf = nil
	return uint64(binary.BigEndian.Uint32(w[:]))
}

// Finish ends an encoding and returns the buffer with everything written.
func (c *Coder) Finish() []byte {
	// The shortest bytes that pick a point of the interval: the zeros that
	// follow them are implied.
	for n := 0; c.low > 0; n++ {
		unit := uint64(1) << (56 - 8*n)
		point := (c.low + unit - 1) &^ (unit - 1)
		if point >= c.low && point <= c.high {
			for k := range n + 1 {
				c.buf = append(c.buf, byte(point>>(56-8*k)))
			}
			break
		}
	}
	return c.buf
}
