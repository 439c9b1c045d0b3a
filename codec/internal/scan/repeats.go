package scan

import (
	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

// repeatCoder codes which values repeat a neighbour's exactly.
type repeatCoder struct {
	s     *scanner
	rc    *rangecoder.Coder
	mix   *mixing.Mixer
	table [mixing.Inputs][]mixing.Row
	same  []uint8 // by point: 0 for none, else 1 plus the neighbour it repeats
	run   int     // points since the last one that did not repeat
	last  int     // the run before
	past  int     // bits: did the last points repeat?
}

func newRepeatCoder(rc *rangecoder.Coder, s *scanner) *repeatCoder {
	c := &repeatCoder{s: s, rc: rc, same: make([]uint8, s.grid.size)}
	c.mix = mixing.NewMixer(rc, [2]int{64, 64})
	for k := range c.table {
		c.table[k] = mixing.NewTable(1 << 10)
	}
	return c
}

// skip notes a point that is not coded.
func (c *repeatCoder) skip(int) {}

// code codes whether point i repeats a neighbour.
func (c *repeatCoder) code(i int, at *offset) bool {
	s := c.s
	inner := s.grid.rank - 1
	var near [3]int64
	var have, before [3]int
	for a := range min(s.grid.rank, 3) {
		if at[inner-a] > 0 {
			j := i - s.grid.stride[inner-a]
			near[a] = s.places[j]
			have[a] = 1
			before[a] = int(c.same[j])
		}
	}
	agree := 0
	if have[0]&have[1] == 1 && near[0] == near[1] {
		agree = 1
	}
	if have[0]&have[2] == 1 && near[0] == near[2] {
		agree |= 2
	}
	if have[1]&have[2] == 1 && near[1] == near[2] {
		agree |= 4
	}
	hit := false
	for k := range 3 {
		if have[k] == 0 || s.Repeats>>k&1 == 0 || k == 1 && agree&1 > 0 || k == 2 && agree&6 > 0 {
			continue
		}
		c.mix.Rows = [mixing.Inputs]*mixing.Row{
			&c.table[0][(agree*4+before[0])*4+before[1]],
			&c.table[1][min(c.run, 31)*32+min(c.last, 31)],
			&c.table[2][c.past&255],
			&c.table[3][((before[0]*4+before[1])*4+before[2])*8+agree],
			&c.table[4][c.past&15*32+min(c.run, 31)],
			&c.table[5][before[2]*8+agree],
		}
		bit := 0
		if s.places[i] == near[k] {
			bit = 1
		}
		if c.mix.Code(bit, k, k*8+agree, k*4+before[k]) == 1 {
			s.places[i] = near[k]
			c.same[i] = uint8(k + 1)
			hit = true
			break
		}
	}
	c.past <<= 1
	if hit {
		c.run++
		c.past |= 1
	} else {
		c.last, c.run = c.run, 0
	}
	return hit
}
