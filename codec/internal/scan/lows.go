package scan

import (
	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

// lowCoder codes low bits of places, where they have a pattern of their own:
// multiples of something, or the same ones as around.
type lowCoder struct {
	mix   *mixing.Mixer
	table [mixing.Inputs][]mixing.Row
}

const lowPrefixes = 1 << MaxLow

func newLowCoder(rc *rangecoder.Coder) *lowCoder {
	c := &lowCoder{mix: mixing.NewMixer(rc, [2]int{MaxLow * 9, lowPrefixes})}
	for k := range c.table {
		c.table[k] = mixing.NewTable(lowPrefixes * 4)
	}
	return c
}

// code codes the n low bits of point i, lowest first.
func (c *lowCoder) code(s *scanner, i int, at *offset, v uint64, n, exponent int) uint64 {
	inner := s.grid.rank - 1
	var near [3]uint64
	var have [3]bool
	for a := range min(s.grid.rank, 3) {
		if at[inner-a] > 0 {
			near[a] = uint64(s.places[i-s.grid.stride[inner-a]])
			have[a] = true
		}
	}
	out, prefix := uint64(0), 1
	for k := range n {
		var as [3]int // 0 unknown, 1 differs already, 2 and 3: the bit of a neighbour that agrees so far
		for a := range as {
			if have[a] {
				as[a] = 1
				if (near[a]^out)&(1<<k-1) == 0 {
					as[a] = 2 + int(near[a]>>k&1)
				}
			}
		}
		row := func(t, ctx int) *mixing.Row { return &c.table[t][ctx>>2] }
		_ = row
		p4 := prefix * 4
		c.mix.Rows = [mixing.Inputs]*mixing.Row{
			&c.table[0][p4+exponent&3],
			&c.table[1][p4+as[0]],
			&c.table[2][p4+as[1]],
			&c.table[3][p4+as[2]],
			&c.table[4][k*16+as[0]*4+as[1]],
			&c.table[5][k*16+as[0]*4+as[2]],
		}
		bit := c.mix.Code(int(v>>k&1), exponent&1, k*9+as[0]*2+as[1]>>1, prefix)
		out |= uint64(bit) << k
		prefix = prefix<<1 | bit
	}
	return out
}
