// Package rans codes tokens with static probabilities, one distribution for
// each context, by range asymmetric numeral systems (J. Duda, "Asymmetric
// numeral systems", 2013): two interleaved 32-bit states, 12-bit
// probabilities, 16-bit words. Section 6.8 of FORMAT.md describes the message. It
// builds on the range coder, which codes the distributions.
//
// A token is an integer of a small alphabet. The distributions are counted over
// the whole message and stored in front of it, so [Encode] needs the message whole
// while a [Decoder] gives one token after the other.
package rans

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

const (
	scaleBits = 12
	scale     = 1 << scaleBits
	lowest    = 1 << 16 // states lie in [lowest, lowest<<16)
	states    = 2
)

// errMalformed marks a message that Encode did not write.
var errMalformed = errors.New("malformed rANS message")

// Encode appends the message to dst. tokens[i], below alphabet, is coded in
// contexts[i], below nctx.
func Encode(dst []byte, tokens, contexts []uint8, nctx, alphabet int) []byte {
	freq := make([][]uint32, nctx)
	for c := range freq {
		freq[c] = make([]uint32, alphabet)
	}
	for i, s := range tokens {
		freq[contexts[i]][s]++
	}
	for _, f := range freq {
		normalize(f)
	}
	tables := rangecoder.NewEncoder(nil)
	_ = codeTables(tables, freq) // which does not fail in this direction
	t := tables.Finish()
	dst = binary.AppendUvarint(dst, uint64(len(t)))
	dst = append(dst, t...)

	start := make([][]uint32, nctx)
	for c, f := range freq {
		start[c] = make([]uint32, alphabet)
		for s := 1; s < alphabet; s++ {
			start[c][s] = start[c][s-1] + f[s-1]
		}
	}
	var x [states]uint32
	for i := range x {
		x[i] = lowest
	}
	words := make([]uint16, 0, len(tokens)/4+8) // last first
	for i := len(tokens) - 1; i >= 0; i-- {
		c, s := contexts[i], tokens[i]
		f, b := freq[c][s], start[c][s]
		v := x[i&1]
		if uint64(v) >= uint64(f)<<(32-scaleBits) {
			words = append(words, uint16(v))
			v >>= 16
		}
		q := v / f
		x[i&1] = q<<scaleBits + (v - q*f) + b
	}
	for _, v := range x {
		dst = binary.LittleEndian.AppendUint32(dst, v)
	}
	for i := len(words) - 1; i >= 0; i-- {
		dst = binary.LittleEndian.AppendUint16(dst, words[i])
	}
	return dst
}

// normalize scales counts to sum to scale, none that was above zero to zero.
// Counts that are all zero stay.
func normalize(f []uint32) {
	total, largest := uint64(0), 0
	for s, n := range f {
		total += uint64(n)
		if n > f[largest] {
			largest = s
		}
	}
	if total == 0 {
		return
	}
	sum := uint32(0)
	for s, n := range f {
		if n > 0 {
			f[s] = max(uint32((uint64(n)*scale+total/2)/total), 1)
			sum += f[s]
		}
	}
	for sum > scale { // rare tokens were rounded up
		most := 0
		for s := range f {
			if f[s] > f[most] {
				most = s
			}
		}
		d := min(sum-scale, (f[most]+1)/2)
		f[most] -= d
		sum -= d
	}
	f[largest] += scale - sum
}

// codeTables codes the distributions: for each context, each frequency with as
// many bits as adaptive probabilities need for numbers of its length. The last
// one of a context, where the rest is known, is left out.
//
// It fails where it decodes something else.
func codeTables(rc *rangecoder.Coder, freq [][]uint32) error {
	half := mixing.NewCounter(1 << 15)
	var length [16 * 16]mixing.Counter // by the length before and the position in unary
	used := half
	for i := range length {
		length[i] = half
	}
	bit := func(c *mixing.Counter, v bool) bool {
		b := 0
		if v {
			b = 1
		}
		b = rc.Code(b, c.P())
		c.Update(b)
		return b == 1
	}
	for _, f := range freq {
		sum := uint32(0)
		for _, n := range f {
			sum += n
		}
		if !bit(&used, sum > 0) {
			continue
		}
		left, last := uint32(scale), 0
		for s := range f {
			if left == 0 {
				break
			}
			n := 0
			for n <= scaleBits && bit(&length[last*16+n], f[s]>>n > 0) {
				n++
			}
			v := uint32(0)
			if n > 0 {
				v = 1<<(n-1) | uint32(rc.CodeBits(uint64(f[s])&(1<<(n-1)-1), n-1))
			}
			if rc.Decoding() {
				f[s] = min(v, left)
			}
			left -= f[s]
			last = n
		}
		if left > 0 {
			return fmt.Errorf("%w: frequencies of %d, want %d", errMalformed, scale-left, scale)
		}
	}
	return rc.Err()
}

// Decoder reads a message.
type Decoder struct {
	x     [states]uint32
	turn  int
	words []byte
	slots []slot // scale of them for each context
}

// slot packs what a state's low bits say: from the top 12 bits of the token's
// frequency less 1, 12 bits of where in its range they are, and the token.
type slot uint32

// NewDecoder reads the front of a message of contexts below nctx and tokens below
// alphabet. It fails with errMalformed; reading past the end goes on with zeros.
func NewDecoder(b []byte, nctx, alphabet int) (*Decoder, error) {
	n, k := binary.Uvarint(b)
	if k <= 0 || n > uint64(len(b)-k) {
		return nil, errMalformed
	}
	tables, b := b[k:k+int(n)], b[k+int(n):]
	if len(b) < 4*states {
		return nil, errMalformed
	}
	freq := make([][]uint32, nctx)
	for c := range freq {
		freq[c] = make([]uint32, alphabet)
	}
	if err := codeTables(rangecoder.NewDecoder(tables), freq); err != nil {
		return nil, err
	}
	d := &Decoder{slots: make([]slot, 0, nctx*scale)}
	for _, f := range freq {
		before := len(d.slots)
		for s, n := range f {
			for i := range n {
				d.slots = append(d.slots, slot((n-1)<<20|i<<8|uint32(s)))
			}
		}
		if len(d.slots) == before { // a context without tokens; should one come after all, it is 0
			for i := range uint32(scale) {
				d.slots = append(d.slots, slot((scale-1)<<20|i<<8))
			}
		}
	}
	for i := range d.x {
		d.x[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	d.words = b[4*states:]
	return d, nil
}

// Next returns the next token, which was coded in context c.
func (d *Decoder) Next(c uint8) uint8 {
	turn := d.turn & (states - 1)
	x := d.x[turn]
	s := d.slots[int(c)<<scaleBits|int(x&(scale-1))]
	x = uint32(s>>20+1)*(x>>scaleBits) + uint32(s>>8)&(scale-1)
	if x < lowest {
		w := uint32(0)
		if len(d.words) >= 2 {
			w = uint32(binary.LittleEndian.Uint16(d.words))
			d.words = d.words[2:]
		}
		x = x<<16 | w
	}
	d.x[turn] = x
	d.turn = turn ^ 1
	return uint8(s)
}
