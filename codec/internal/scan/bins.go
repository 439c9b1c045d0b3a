package scan

import (
	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/mixing"
)

// binCoder codes distances from predictions: in which bin one falls, by binary
// decisions, and where in the bin, by plain bits. The width of bins follows the
// expected distance.
type binCoder struct {
	*scanner
	mix   *mixing.Mixer
	bins  mixing.Bins
	table [mixing.Inputs][]mixing.Row
	tail  []mixing.Counter // of the growth of far bins
	bits  []mixing.Counter // of details within wide bins
}

// The level of a point is its expected distance in quarters of an octave. Up to
// fineLevels bins are single places, from there on so wide that only the quarter
// makes a difference.
const (
	levelBias  = 8
	fineLevels = 8
	levels     = levelBias + fineLevels + 4
	leanings   = 9
	ratios     = 8
	residues   = 16
)

func newBinCoder(s *scanner) *binCoder {
	c := &binCoder{scanner: s}
	c.mix = mixing.NewMixer(c.rc, [2]int{levels * mixing.Nodes, ratios * ratios * mixing.Nodes})
	c.bins = mixing.FullBins(c.rc, c.mix)
	for k, n := range [mixing.Inputs]int{
		levels * 4, ratios * ratios * levels, levels * leanings * 4, leanings * leanings * leanings, levels * residues, levels * leanings,
	} {
		c.table[k] = mixing.NewTable(n)
	}
	c.tail = mixing.NewCounters(levels*mixing.TailCounters, 1<<15)
	c.bits = mixing.NewCounters(4*mixing.Nodes, 1<<15)
	return c
}

// ratio returns how large a miss is against scale, in steps of half an octave
// around 1.
func ratio(miss, scale float64) int {
	return min(max((log4(miss)-log4(scale)+8)>>1, 0), ratios-1)
}

// before returns the miss of the point one step before i along the axis a places
// before the last one, against scale, and its lean as an index; those of no miss if
// there is no such point.
func (c *binCoder) before(i, a int, scale float64) (size, lean int) {
	a = c.grid.rank - 1 - a
	if a < 0 || c.at[a] == 0 {
		return 0, leanings / 2
	}
	i -= c.grid.stride[a]
	return ratio(c.miss[i], scale), int(c.lean[i]) + leanings/2
}

// code codes the distance r of point i from the place predicted.
func (c *binCoder) code(i int, r, place int64, level, quarter int, scale float64) int64 {
	width := 0
	ctx := min(max(level+levelBias, 0), levelBias+fineLevels-1)
	if level >= fineLevels {
		width = min(level>>2-1, 62)
		ctx = levelBias + fineLevels + level&3
		quarter = 0
	}
	s0, l0 := c.before(i, 0, scale)
	s1, l1 := c.before(i, 1, scale)
	s2, l2 := c.before(i, 2, scale)
	residue := int(place & (residues - 1)) // narrow alphabets are told by it
	if width > 0 {
		residue = s2
	}
	near := s0*ratios + s1
	c.bins.A, c.bins.B = ctx, near
	c.bins.Tail = c.tail[ctx*mixing.TailCounters:][:mixing.TailCounters]
	c.bins.Details = nil
	if level >= fineLevels { // within wide bins details are close to noise, and counters will do
		c.bins.Details = c.bits[(level&3)*mixing.Nodes:][:mixing.Nodes]
	}
	c.mix.Rows = [mixing.Inputs]*mixing.Row{
		&c.table[0][ctx*4+quarter],
		&c.table[1][near*levels+ctx],
		&c.table[2][(ctx*leanings+l0)*4+quarter],
		&c.table[3][(l0*leanings+l1)*leanings+l2],
		&c.table[4][ctx*residues+residue],
		&c.table[5][ctx*leanings+l1],
	}
	half := int64(1) << width >> 1
	r += half
	q := c.bin(r >> width)
	r = int64(uint64(q)<<width | c.raw(uint64(r)&(1<<width-1), width))
	return r - half
}

// bin codes the bin q.
func (c *binCoder) bin(q int64) int64 {
	m := uint64(max(q, -q))
	if c.bins.Zero(m) {
		return 0
	}
	negative := c.bins.Code(bitio.Bit(q < 0), mixing.SignNode)
	v, plain := c.bins.Magnitude(m)
	if plain > 0 {
		v = v<<plain | c.raw(m&(1<<plain-1), plain)
	}
	if negative == 1 {
		return -int64(v)
	}
	return int64(v)
}
