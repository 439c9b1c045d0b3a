package scan

import "github.com/morselcodec/morsel/codec/internal/mixing"

// lowBitsCoder codes low bits of indices that follow a pattern of their own:
// those of multiples of something, or the same ones as around.
type lowBitsCoder struct {
	*scanner
	mix   *mixing.Mixer
	table [mixing.Inputs][]mixing.Row
}

func newLowBitsCoder(s *scanner) *lowBitsCoder {
	const prefixes = 1 << MaxLowBits
	c := &lowBitsCoder{scanner: s, mix: mixing.NewMixer(s.rc, [2]int{MaxLowBits * 4, prefixes})}
	for k, n := range [mixing.Inputs]int{4 * prefixes, 4 * prefixes, 4 * prefixes, 4 * prefixes, 16 * MaxLowBits, 16 * MaxLowBits} {
		c.table[k] = mixing.NewTable(n)
	}
	return c
}

// How a previous point's bits compare with those of a point, lowest first.
const (
	lowAbsent  = 0 // there is no such point
	lowDiffers = 1
	lowSame    = 2 // plus the previous point's next bit
)

// code codes the n low bits of point i, lowest first, where lattice points are
// 2^exponent apart.
func (c *lowBitsCoder) code(i int, v uint64, n, exponent int) uint64 {
	var previous [previousPoints]uint64
	var exists [previousPoints]bool
	for k := range previous {
		if a := c.grid.rank - 1 - k; a >= 0 && c.at[a] > 0 {
			previous[k], exists[k] = uint64(c.indices[i-c.grid.stride[a]]), true
		}
	}
	low := uint64(0)
	for k := range n {
		var h [previousPoints]int
		for j := range h {
			switch {
			case !exists[j]:
				h[j] = lowAbsent
			case (previous[j]^low)&(1<<k-1) != 0:
				h[j] = lowDiffers
			default:
				h[j] = lowSame + int(previous[j]>>k&1)
			}
		}
		prefix := 1<<k | int(low)
		c.mix.Rows = [mixing.Inputs]*mixing.Row{
			&c.table[0][prefix*4+exponent&3],
			&c.table[1][prefix*4+h[0]],
			&c.table[2][prefix*4+h[1]],
			&c.table[3][prefix*4+h[2]],
			&c.table[4][(k*4+h[0])*4+h[1]],
			&c.table[5][(k*4+h[0])*4+h[2]],
		}
		bit := c.mix.Code(int(v>>k&1), 0, k*4+h[0], prefix)
		low |= uint64(bit) << k
	}
	return low
}
