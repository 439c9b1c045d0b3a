package mixing

import "github.com/morselcodec/morsel/codec/internal/rangecoder"

// LightInputs is the number of rows that a Light mixer combines.
const LightInputs = 3

// Light is a mixer for speed: it combines the probabilities of the rows in Rows
// under one weight set, that of Key and the node.
type Light struct {
	coder   *rangecoder.Coder
	Rows    [LightInputs]*Row
	Key     int
	weights [][Nodes]lightWeights
}

type lightWeights struct {
	w    [LightInputs]int32
	rate int32 // learning rate in 1/16384
}

// A Light mixer's learning rate falls by 1/32 with each use, from the first to
// about the second of these, in 1/16384.
const (
	lightRateFirst = 60 << 4
	lightRateLast  = 14 << 4
)

// NewLight returns a Light mixer for keys below n.
func NewLight(c *rangecoder.Coder, n int) *Light {
	m := &Light{coder: c, weights: make([][Nodes]lightWeights, n)}
	for i := range m.weights {
		for node := range m.weights[i] {
			s := &m.weights[i][node]
			for k := range LightInputs {
				s.w[k] = 65536 * 38 / 100
			}
			s.rate = lightRateFirst
		}
	}
	return m
}

// Code codes a bit at the given node. It returns the bit.
func (m *Light) Code(bit, node int) int {
	node &= Nodes - 1
	s := &m.weights[m.Key][node]
	c0, c1, c2 := &m.Rows[0][node], &m.Rows[1][node], &m.Rows[2][node]
	x0, x1, x2 := int64(stretchTable[*c0>>20]), int64(stretchTable[*c1>>20]), int64(stretchTable[*c2>>20])
	p := squash(int((x0*int64(s.w[0]) + x1*int64(s.w[1]) + x2*int64(s.w[2])) >> 16))
	part := m.coder.Split(p)
	if m.coder.Decoding() {
		bit = m.coder.BitAt(part)
	}
	if m.coder.Narrow(bit, part); m.coder.Settled() {
		m.coder.Renormalize()
	}
	e := (int64(bit)<<16 - int64(p)) * int64(s.rate>>4)
	if s.rate > lightRateLast {
		s.rate -= s.rate >> 5
	}
	s.w[0] += int32((e*x0 + 1<<17) >> 18)
	s.w[1] += int32((e*x1 + 1<<17) >> 18)
	s.w[2] += int32((e*x2 + 1<<17) >> 18)
	c0.Update(bit)
	c1.Update(bit)
	c2.Update(bit)
	return bit
}
