package residual

import (
	"encoding/binary"
	"errors"
	"math/bits"

	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
	"github.com/morselcodec/morsel/codec/internal/rans"
)

// staticContexts is the number of contexts of the static coder: coarse classes of
// the magnitudes known around a point.
const staticContexts = 12

// Bins are coded as tokens of their zigzag number z: below directTokens z
// itself, then the length of z, whose bits below the leading one follow apart.
const (
	directTokens = 32
	directBits   = 5
	tokens       = directTokens + 64 - directBits
)

// staticContext maps the sum of the magnitudes around a point, below 1024, to
// its context.
var staticContext = func() (t [1024]uint8) {
	for sum := range t {
		t[sum] = uint8(min(int(magnitudeClass[sum])*2/3, staticContexts-1))
	}
	return t
}()

// zigzagMagnitude returns the magnitude of the bin with zigzag number z.
func zigzagMagnitude(z uint64) uint8 { return uint8(min((z>>1)+(z&1), maxMagnitude)) }

// staticContext returns the context of point i of the line, left being the magnitude
// before it in the line.
func (n *neighbourhood) staticContext(i int, left uint8) uint8 {
	return staticContext[(n.sums[sumCoarse][i]+n.sums[sumAbove][i]+2*uint16(left))%uint16(len(staticContext))]
}

// staticEncoder collects the tokens of a chunk.
type staticEncoder struct {
	*neighbourhood
	tokens, contexts []uint8
	bits             bitio.Writer
	head             []byte // of the block
}

func newStaticEncoder(g *grid.Grid, head []byte) *staticEncoder {
	return &staticEncoder{
		head:          head,
		neighbourhood: newNeighbourhood(g, sumCoarse, sumAbove),
		tokens:        make([]uint8, 0, g.Size), contexts: make([]uint8, 0, g.Size),
	}
}

// line implements coder.
func (c *staticEncoder) line(l *grid.Line, q []int64, uncoded []bool, _ *features) {
	c.enter(l)
	var left uint8
	for i, at := 0, l.Start; i < l.N; i, at = i+1, at+l.Inc {
		if uncoded != nil && uncoded[i] {
			left = 0
			continue
		}
		z := uint64(q[i]<<1) ^ uint64(q[i]>>63)
		token := uint8(z)
		if z >= directTokens {
			e := bits.Len64(z) - 1
			token = uint8(directTokens + e - directBits)
			c.bits.Write(z, e)
		}
		c.tokens = append(c.tokens, token)
		c.contexts = append(c.contexts, c.staticContext(i, left))
		left = zigzagMagnitude(z)
		c.mags[at] = left
	}
}

// needs implements coder.
func (c *staticEncoder) needs() needs { return needsNothing }

// err implements coder.
func (c *staticEncoder) err() error { return nil }

// finish implements encoder.
func (c *staticEncoder) finish() []byte {
	message := rans.Encode(nil, c.tokens, c.contexts, staticContexts, tokens)
	b := binary.AppendUvarint(c.head, uint64(len(message)))
	b = append(b, message...)
	return c.bits.AppendTo(b)
}

// staticDecoder reads what a staticEncoder finished.
type staticDecoder struct {
	*neighbourhood
	rans *rans.Decoder
	bits *bitio.Reader
}

func newStaticDecoder(g *grid.Grid, b []byte) (*staticDecoder, error) {
	n, k := binary.Uvarint(b)
	if k <= 0 || n > uint64(len(b)-k) {
		return nil, errors.New("bad length of the tokens")
	}
	b = b[k:]
	d, err := rans.NewDecoder(b[:n], staticContexts, tokens)
	if err != nil {
		return nil, err
	}
	return &staticDecoder{newNeighbourhood(g, sumCoarse, sumAbove), d, bitio.NewReader(b[n:])}, nil
}

// line implements coder.
func (c *staticDecoder) line(l *grid.Line, q []int64, uncoded []bool, _ *features) {
	c.enter(l)
	var left uint8
	for i, at := 0, l.Start; i < l.N; i, at = i+1, at+l.Inc {
		if uncoded != nil && uncoded[i] {
			left = 0
			continue
		}
		z := uint64(c.rans.Next(c.staticContext(i, left)))
		if z >= directTokens {
			e := int(z) - directTokens + directBits
			z = 1<<e | c.bits.Read(e)
		}
		q[i] = int64(z>>1) ^ -int64(z&1)
		left = zigzagMagnitude(z)
		c.mags[at] = left
	}
}

// needs implements coder.
func (c *staticDecoder) needs() needs { return needsNothing }

// err implements coder.
func (c *staticDecoder) err() error {
	if c.bits.Ended() {
		return rangecoder.ErrEnd
	}
	return nil
}
