package mixing

import (
	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

// Nodes of the binary decisions about a bin q: is it 0; is it negative, where
// that is no model of its own; then whether |q| ≥ 2, 4, 8, 16 and 32; then the
// highest bits below the leading one.
const (
	ZeroNode  = 0
	SignNode  = 1
	growNode  = 2 // and the next growNodes−1
	growNodes = 5
)

// detailNode holds the node of the highest and, at e = 2 and 3, of the second
// bit below the leading bit 1<<e.
var detailNode = [growNodes + 1]int{0, 7, 8, 11, 14, 15}

// TailCounters is how many counters the growth of far bins takes.
const TailCounters = 64

// Bins codes bins as binary decisions, under a Light mixer or a full one: whether
// a bin is 0 with Zero, its magnitude with Magnitude, in the contexts set before.
type Bins struct {
	coder *rangecoder.Coder
	light *Light
	full  *Mixer

	A, B    int       // choose the weights of a full mixer, together with the node
	Tail    []Counter // TailCounters of them
	Details []Counter // Nodes of them, to code details by; nil: the mixer does
}

// LightBins returns Bins under a Light mixer.
func LightBins(c *rangecoder.Coder, m *Light) Bins { return Bins{coder: c, light: m} }

// FullBins returns Bins under a Mixer, whose numbers of sets must be multiples of
// Nodes.
func FullBins(c *rangecoder.Coder, m *Mixer) Bins { return Bins{coder: c, full: m} }

// Code codes a decision at a node.
func (b *Bins) Code(bit, node int) int {
	if b.light != nil {
		return b.light.Code(bit, node)
	}
	return b.full.Code(bit, node, b.A*Nodes+node, b.B*Nodes+node)
}

// Zero codes whether a bin of magnitude m is 0.
func (b *Bins) Zero(m uint64) bool { return b.Code(bitio.Bit(m > 0), ZeroNode) == 0 }

// Magnitude codes the magnitude m of a bin that is not 0 down to its last plain
// bits: it returns those above them, and how many are left to code.
func (b *Bins) Magnitude(m uint64) (v uint64, plain int) {
	e := 0
	for e < growNodes && b.Code(bitio.Bit(m>>(e+1) > 0), growNode+e) == 1 {
		e++
	}
	if e == growNodes {
		e = b.grow(m)
	}
	if e == 0 || e > growNodes {
		return 1, e
	}
	node := detailNode[e]
	bit := b.detail(int(m>>(e-1)&1), node)
	v, plain = 1<<1|uint64(bit), e-1
	if e == 2 || e == 3 {
		v = v<<1 | uint64(b.detail(int(m>>(e-2)&1), node+1+bit))
		plain--
	}
	return v, plain
}

// grow returns how many bits the magnitude m of a far bin has below the leading
// one.
func (b *Bins) grow(m uint64) int {
	e := growNodes
	for e < 63 {
		t := &b.Tail[e]
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
	if b.Details == nil {
		return b.Code(bit, node)
	}
	k := &b.Details[node]
	bit = b.coder.Code(bit, k.P())
	k.Update(bit)
	return bit
}

// NewCounters returns n counters that start at p/65536.
func NewCounters(n int, p uint32) []Counter {
	c := make([]Counter, n)
	for i := range c {
		c[i] = NewCounter(p)
	}
	return c
}
