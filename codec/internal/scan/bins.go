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
	table [mixing.Inputs][]mixing.Row
	tail  []mixing.Counter // of the growth of far bins
	bits  []mixing.Counter // of details within wide bins
	level int              // contexts of the current point
	near  int
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
	for k, n := range [mixing.Inputs]int{
		levels * 4, ratios * ratios * levels, levels * leanings * 4, leanings * leanings * leanings, levels * residues, levels * leanings,
	} {
		c.table[k] = mixing.NewTable(n)
	}
	c.tail = mixing.NewCounters(levels*64, 1<<15)
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
	c.level, c.near = ctx, s0*ratios+s1
	c.mix.Rows = [mixing.Inputs]*mixing.Row{
		&c.table[0][ctx*4+quarter],
		&c.table[1][c.near*levels+ctx],
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

// decide codes a decision at a node.
func (c *binCoder) decide(bit bool, node int) int {
	return c.mix.Code(bitio.Bit(bit), node, c.level*mixing.Nodes+node, c.near*mixing.Nodes+node)
}

// detail codes a bit below the leading one, at a node. Within wide bins that is
// close to noise, and a counter will do.
func (c *binCoder) detail(bit bool, node int) int {
	if c.level < levelBias+fineLevels {
		return c.decide(bit, node)
	}
	k := &c.bits[(c.level-levelBias-fineLevels)*mixing.Nodes+node]
	b := c.rc.Code(bitio.Bit(bit), k.P())
	k.Update(b)
	return b
}

// bin codes the bin q.
func (c *binCoder) bin(q int64) int64 {
	m := uint64(q)
	if q < 0 {
		m = -m
	}
	if c.decide(m > 0, mixing.ZeroNode) == 0 {
		return 0
	}
	negative := c.decide(q < 0, mixing.SignNode)
	e := 0
	for e < mixing.GrowNodes && c.decide(m>>(e+1) > 0, mixing.GrowNode+e) == 1 {
		e++
	}
	if e == mixing.GrowNodes {
		for e < 63 {
			t := &c.tail[c.level*64+e]
			bit := c.rc.Code(bitio.Bit(m>>(e+1) > 0), t.P())
			t.Update(bit)
			if bit == 0 {
				break
			}
			e++
		}
	}
	v := uint64(1)
	rest := e
	if e > 0 && e <= mixing.GrowNodes {
		node := mixing.DetailNode[e]
		bit := c.detail(m>>(e-1)&1 > 0, node)
		v = v<<1 | uint64(bit)
		rest--
		if e == 2 || e == 3 {
			bit = c.detail(m>>(e-2)&1 > 0, node+1+bit)
			v = v<<1 | uint64(bit)
			rest--
		}
	}
	if rest > 0 {
		v = v<<rest | c.raw(m&(1<<rest-1), rest)
	}
	if negative == 1 {
		return -int64(v)
	}
	return int64(v)
}
