package scan

import "github.com/morselcodec/morsel/codec/internal/mixing"

// lowCoder codes low bits of places that follow a pattern of their own: those
// of multiples of something, or the same ones as around.
type lowCoder struct {
	*scanner
	mix   *mixing.Mixer
	table [mixing.Inputs][]mixing.Row
}

func newLowCoder(s *scanner) *lowCoder {
	const prefixes = 1 << MaxLowBits
	c := &lowCoder{scanner: s, mix: mixing.NewMixer(s.rc, [2]int{MaxLowBits * 4, prefixes})}
	for k, n := range [mixing.Inputs]int{4 * prefixes, 4 * prefixes, 4 * prefixes, 4 * prefixes, 16 * MaxLowBits, 16 * MaxLowBits} {
		c.table[k] = mixing.NewTable(n)
	}
	return c
}

// How a neighbour's bits compare with those of a point, lowest first.
const (
	lowAbsent  = 0
	lowDiffers = 1
	lowAgrees  = 2 // plus the neighbour's next bit
)

// code codes the n low bits of point i, lowest first, in a neighbourhood where
// places are 2^exponent apart.
func (c *lowCoder) code(i int, v uint64, n, exponent int) uint64 {
	var near [3]uint64
	var have [3]bool
	for k := range near {
		if a := c.grid.rank - 1 - k; a >= 0 && c.at[a] > 0 {
			near[k], have[k] = uint64(c.places[i-c.grid.stride[a]]), true
		}
	}
	low := uint64(0)
	for k := range n {
		var as [3]int
		for j := range as {
			switch {
			case !have[j]:
				as[j] = lowAbsent
			case (near[j]^low)&(1<<k-1) != 0:
				as[j] = lowDiffers
			default:
				as[j] = lowAgrees + int(near[j]>>k&1)
			}
		}
		prefix := 1<<k | int(low)
		c.mix.Rows = [mixing.Inputs]*mixing.Row{
			&c.table[0][prefix*4+exponent&3],
			&c.table[1][prefix*4+as[0]],
			&c.table[2][prefix*4+as[1]],
			&c.table[3][prefix*4+as[2]],
			&c.table[4][(k*4+as[0])*4+as[1]],
			&c.table[5][(k*4+as[0])*4+as[2]],
		}
		bit := c.mix.Code(int(v>>k&1), 0, k*4+as[0], prefix)
		low |= uint64(bit) << k
	}
	return low
}
