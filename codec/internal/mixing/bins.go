package mixing

import (
	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

// Nodes of the decisions about a bin q: is it 0; is it negative, where the sign
// has no model of its own; then whether |q| ≥ 2, 4, 8, 16 and 32; then the highest
// bits below the leading one.
const (
	ZeroNode  = 0
	SignNode  = 1
	sizeNode  = 2 // and the next sizeNodes−1
	sizeNodes = 5
)

// detailNode holds the node of the highest and, at e = 2 and 3, of the second
// bit below the leading bit 1<<e.
var detailNode = [sizeNodes + 1]int{0, 7, 8, 11, 14, 15}

// TailCounters is how many counters the size of large bins takes, |q| ≥ 32.
const TailCounters = 64

// Bins codes the magnitudes of bins, signed integers, as decisions under a Light
// mixer or a full one, by the rows that the mixer was given before. Whether a bin
// is 0, and its sign, the caller codes.
type Bins struct {
	coder *rangecoder.Coder
	light *Light
	full  *Mixer

	KeyA, KeyB int       // keys of a full mixer's weight sets, the node apart
	Tail       []Counter // TailCounters for each value of TailKey, by the number of bits
	TailKey    int
	Details    []Counter // Nodes of them, to code the bits below the leading one by; nil: the mixer does
}

// LightBins returns Bins under a Light mixer.
func LightBins(c *rangecoder.Coder, m *Light) Bins { return Bins{coder: c, light: m} }

// FullBins returns Bins under a Mixer, which must have Nodes weight sets for each
// value of KeyA and of KeyB.
func FullBins(c *rangecoder.Coder, m *Mixer) Bins { return Bins{coder: c, full: m} }

// Magnitude codes the magnitude m of a bin that is not 0 but for its last bits,
// which are close to noise: it returns the bits above them, and how many are left
// to code.
func (b *Bins) Magnitude(m uint64) (v uint64, rest int) {
	e := 0
	for e < sizeNodes {
		bit, node := bitio.Bit(m>>(e+1) > 0), sizeNode+e
		if b.light != nil { // here, not in a function that would cost another call for each decision
			bit = b.light.Code(bit, node)
		} else {
			bit = b.full.Code(bit, node, b.KeyA*Nodes+node, b.KeyB*Nodes+node)
		}
		if bit == 0 {
			break
		}
		e++
	}
	if e == sizeNodes {
		e = b.tailBits(m)
	}
	if e == 0 || e > sizeNodes {
		return 1, e
	}
	node := detailNode[e]
	bit := b.detail(int(m>>(e-1)&1), node)
	v, rest = 1<<1|uint64(bit), e-1
	if e == 2 || e == 3 {
		v = v<<1 | uint64(b.detail(int(m>>(e-2)&1), node+1+bit))
		rest--
	}
	return v, rest
}

// tailBits codes how many bits the magnitude m of a large bin has below the leading
// one.
func (b *Bins) tailBits(m uint64) int {
	tail := b.Tail[b.TailKey*TailCounters:][:TailCounters]
	e := sizeNodes
	for e < 63 {
		t := &tail[e]
		bit := b.coder.Code(bitio.Bit(m>>(e+1) > 0), t.P())
		t.Update(bit)
		if bit == 0 {
			break
		}
		e++
	}
	return e
}

// detail codes a bit below the leading one, at a node.
func (b *Bins) detail(bit, node int) int {
	switch {
	case b.Details != nil:
		k := &b.Details[node]
		bit = b.coder.Code(bit, k.P())
		k.Update(bit)
		return bit
	case b.light != nil:
		return b.light.Code(bit, node)
	}
	return b.full.Code(bit, node, b.KeyA*Nodes+node, b.KeyB*Nodes+node)
}
