package mixing

import "github.com/morselcodec/morsel/codec/internal/rangecoder"

// Inputs is the number of rows that a Mixer combines.
const Inputs = 6

// Nodes is the number of decisions that a Row has counters for.
const Nodes = 16

// Row holds the counters of one context, by node; it fills a cache line.
type Row [Nodes]Counter

// NewTable returns a table of rows whose counters all start at ½.
func NewTable(rows int) []Row {
	t := make([]Row, rows)
	half := NewCounter(1 << 15)
	for i := range t {
		for j := range t[i] {
			t[i][j] = half
		}
	}
	return t
}

// Mixer is the full mixer: it combines the probabilities of the rows in Rows under
// the average of two weight sets.
type Mixer struct {
	coder   *rangecoder.Coder
	Rows    [Inputs]*Row
	weights [2][]weightSet
}

type weightSet struct {
	w     [Inputs + 1]int32 // the last one is the bias's
	count int32
}

// NewMixer returns a Mixer of n[0] weight sets for the first key and n[1] for the
// second.
func NewMixer(c *rangecoder.Coder, n [2]int) *Mixer {
	m := &Mixer{coder: c}
	for i := range m.weights {
		m.weights[i] = make([]weightSet, n[i])
		for j := range m.weights[i] {
			for k := range Inputs {
				m.weights[i][j].w[k] = 65536 * 35 / 100
			}
		}
	}
	return m
}

// bias is a constant input beside the rows.
const bias = stretchUnit / 3

// Code codes a bit at the given node of the rows, with the weight sets of the keys
// a and b. It returns the bit.
func (m *Mixer) Code(bit, node, a, b int) int {
	node &= Nodes - 1
	wa, wb := &m.weights[0][a], &m.weights[1][b]
	var st [Inputs]int64
	sum := bias * (int64(wa.w[Inputs]) + int64(wb.w[Inputs]))
	for k := range Inputs {
		s := int64(stretchTable[m.Rows[k][node]>>20])
		st[k] = s
		sum += s * (int64(wa.w[k]) + int64(wb.w[k]))
	}
	p := squash(int(sum >> 17))
	part := m.coder.Split(p)
	if m.coder.Decoding() {
		bit = m.coder.BitAt(part)
	}
	if m.coder.Narrow(bit, part); m.coder.Settled() {
		m.coder.Renormalize()
	}
	err := int64(bit)<<16 - int64(p)
	ra, rb := wa.rate(), wb.rate()
	for k := range Inputs {
		e := err * st[k]
		wa.w[k] += int32((e*ra + 1<<17) >> 18)
		wb.w[k] += int32((e*rb + 1<<17) >> 18)
		m.Rows[k][node].Update(bit)
	}
	e := err * bias
	wa.w[Inputs] += int32((e*ra + 1<<17) >> 18)
	wb.w[Inputs] += int32((e*rb + 1<<17) >> 18)
	return bit
}

// rate is the learning rate in 1/1024, large at first.
func (s *weightSet) rate() int64 {
	if s.count < 1<<10 {
		s.count++
	}
	return 14 + 1024*2/(int64(s.count)+40)
}
