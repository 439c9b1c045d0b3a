package mixing

import "github.com/morselcodec/morsel/codec/internal/rangecoder"

// LightInputs is the number of predictions that a Light mixer combines.
const LightInputs = 4

// Light is a mixer for speed: it combines the predictions of the rows in Rows
// under one set of weights.
type Light struct {
	coder   *rangecoder.Coder
	Rows    [LightInputs]*Row
	weights []lightSet
}

type lightSet struct {
	w    [LightInputs + 1]int32 // the last one is the bias's
	rate int32                  // learning rate in 1/16384
}

// A Light mixer's learning rate falls by 1/32 with each use, from the first to
// about the second of these, in 1/16384.
const (
	lightRateFirst = 60 << 4
	lightRateLast  = 14 << 4
)

// NewLight returns a Light mixer with n sets of weights.
func NewLight(c *rangecoder.Coder, n int) *Light {
	m := &Light{coder: c, weights: make([]lightSet, n)}
	for i := range m.weights {
		s := &m.weights[i]
		for k := range LightInputs {
			s.w[k] = 65536 * 40 / 100
		}
		s.rate = lightRateFirst
	}
	return m
}

// Code codes a bit at the given node of the rows, with weight set a. It returns
// the bit.
func (m *Light) Code(bit, node, a int) int {
	node &= Nodes - 1
	s := &m.weights[a]
	c0, c1, c2, c3 := &m.Rows[0][node], &m.Rows[1][node], &m.Rows[2][node], &m.Rows[3][node]
	x0, x1 := int(stretchTable[*c0>>20]), int(stretchTable[*c1>>20])
	x2, x3 := int(stretchTable[*c2>>20]), int(stretchTable[*c3>>20])
	p := squash((x0*int(s.w[0]) + x1*int(s.w[1]) + x2*int(s.w[2]) + x3*int(s.w[3]) + bias*int(s.w[4])) >> 16)
	bit = m.coder.Code(bit, p)
	e := (bit<<16 - int(p)) * int(s.rate>>4)
	if s.rate > lightRateLast {
		s.rate -= s.rate >> 5
	}
	s.w[0] += int32((e*x0 + 1<<17) >> 18)
	s.w[1] += int32((e*x1 + 1<<17) >> 18)
	s.w[2] += int32((e*x2 + 1<<17) >> 18)
	s.w[3] += int32((e*x3 + 1<<17) >> 18)
	s.w[4] += int32((e*bias + 1<<17) >> 18)
	c0.Update(bit)
	c1.Update(bit)
	c2.Update(bit)
	c3.Update(bit)
	return bit
}
