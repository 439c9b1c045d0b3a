// Package rangecoder is a binary arithmetic coder with 16-bit probabilities.
//
// One [Coder] type serves both directions, so that a model written once drives
// encoder and decoder alike: [Coder.Code] takes the bit when encoding and
// returns it when decoding. It is the carry-less coder of the PAQ family: the
// interval [low, high] is split in proportion to the probability, and leading
// bytes that both ends share are moved out.
package rangecoder

// Coder encodes or decodes a sequence of bits.
type Coder struct {
	low, high uint32
	code      uint32 // decoding: the bytes at the interval
	decoding  bool
	buf       []byte // encoding: written so far; decoding: left to read
}

// NewEncoder returns a Coder that appends to buf.
func NewEncoder(buf []byte) *Coder { return &Coder{high: 1<<32 - 1, buf: buf} }

// NewDecoder returns a Coder that reads what an encoder finished. Reading past
// the end of data goes on with zeros.
func NewDecoder(data []byte) *Coder {
	c := &Coder{high: 1<<32 - 1, decoding: true, buf: data}
	for range 4 {
		c.code = c.code<<8 | uint32(c.next())
	}
	return c
}

// Decoding reports the direction.
func (c *Coder) Decoding() bool { return c.decoding }

// Code codes one bit, 0 or 1, whose probability of being 1 is p/65536, with
// 0 < p < 65536. It returns the bit.
func (c *Coder) Code(bit int, p uint32) int {
	mid := c.low + uint32(uint64(c.high-c.low)*uint64(p)>>16)
	if c.decoding {
		bit = 0
		if c.code <= mid {
			bit = 1
		}
	}
	if bit != 0 {
		c.high = mid
	} else {
		c.low = mid + 1
	}
	for (c.low^c.high)>>24 == 0 {
		c.shift()
	}
	return bit
}

// CodeBits codes the n low bits of v, all values equally likely, highest bit
// first. It returns them.
func (c *Coder) CodeBits(v uint64, n int) uint64 {
	var out uint64
	for n--; n >= 0; n-- {
		out = out<<1 | uint64(c.Code(int(v>>n&1), 1<<15))
	}
	return out
}

func (c *Coder) shift() {
	if c.decoding {
		c.code = c.code<<8 | uint32(c.next())
	} else {
		c.buf = append(c.buf, byte(c.high>>24))
	}
	c.low <<= 8
	c.high = c.high<<8 | 0xff
}

func (c *Coder) next() byte {
	if len(c.buf) == 0 {
		return 0
	}
	b := c.buf[0]
	c.buf = c.buf[1:]
	return b
}

// Finish ends an encoding and returns the buffer with everything written.
func (c *Coder) Finish() []byte {
	// One byte picks a point of the interval, since its ends differ in the
	// leading byte; the zeros that follow it are implied.
	if c.low > 0 {
		c.buf = append(c.buf, byte(c.low>>24+1))
	}
	return c.buf
}
