package scan

import (
	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/mixing"
)

// binCoder codes distances from predictions: in which bin one falls, by binary
// decisions, and where in the bin, by packed bits. The width of bins follows the
// expected error.
type binCoder struct {
	*scanner
	mix     *mixing.Mixer
	bins    mixing.Bins
	table   [mixing.Inputs][]mixing.Row
	details []mixing.Counter // of wide bins
}

// The scale context of a point is its expected error against the distance of
// lattice points, in quarters of an octave, from −relativeBias on. Below
// wideFrom bins are single indices; from there on they are so wide that only the
// quarter makes a difference.
const (
	relativeBias  = 8
	wideFrom      = 8
	scaleContexts = relativeBias + wideFrom + 4
	errRatios     = 8
	indexClasses  = 16
)

func newBinCoder(s *scanner) *binCoder {
	c := &binCoder{scanner: s}
	c.mix = mixing.NewMixer(c.rc, [2]int{scaleContexts * mixing.Nodes, errRatios * errRatios * mixing.Nodes})
	c.bins = mixing.FullBins(c.rc, c.mix)
	for k, n := range [mixing.Inputs]int{
		scaleContexts * 4,
		errRatios * errRatios * scaleContexts,
		scaleContexts * errClasses * 4,
		errClasses * errClasses * errClasses,
		scaleContexts * indexClasses,
		scaleContexts * errClasses,
	} {
		c.table[k] = mixing.NewTable(n)
	}
	c.bins.Tail = mixing.NewCounters(scaleContexts*mixing.TailCounters, 1<<15)
	c.details = mixing.NewCounters(4*mixing.Nodes, 1<<15)
	return c
}

// errRatio returns how large an error is against σ, in steps of half an octave
// around 1.
func errRatio(err, sigma float64) int {
	return min(max((log4(err)-log4(sigma)+8)>>1, 0), errRatios-1)
}

// previous returns the size against σ of the error of the k-th previous point of
// point i, and its class from 0 on; those of no error if there is no such point.
func (c *binCoder) previous(i, k int, sigma float64) (ratio, class int) {
	a := c.grid.rank - 1 - k
	if a < 0 || c.at[a] == 0 {
		return 0, errClasses / 2
	}
	i -= c.grid.stride[a]
	return errRatio(c.err[i], sigma), int(c.errClass[i]) + errClasses/2
}

// code codes the distance d of point i from the index predicted. relative is σ
// against the distance of lattice points, in quarter octaves; quarter is where
// around the index the prediction lies.
func (c *binCoder) code(i int, d, predicted int64, relative, quarter int, sigma float64) int64 {
	width := 0
	scale := min(max(relative+relativeBias, 0), relativeBias+wideFrom-1)
	if relative >= wideFrom {
		width = min(relative>>2-1, 62)
		scale = relativeBias + wideFrom + relative&3
		quarter = 0
	}
	s0, l0 := c.previous(i, 0, sigma)
	s1, l1 := c.previous(i, 1, sigma)
	s2, l2 := c.previous(i, 2, sigma)
	class := int(predicted & (indexClasses - 1)) // where values are few, it tells them apart
	if width > 0 {
		class = s2
	}
	ratios := s0*errRatios + s1
	c.bins.KeyA, c.bins.KeyB, c.bins.TailKey = scale, ratios, scale
	c.bins.Details = nil
	if relative >= wideFrom { // within wide bins details are close to noise, and counters will do
		c.bins.Details = c.details[(relative&3)*mixing.Nodes:][:mixing.Nodes]
	}
	c.mix.Rows = [mixing.Inputs]*mixing.Row{
		&c.table[0][scale*4+quarter],
		&c.table[1][ratios*scaleContexts+scale],
		&c.table[2][(scale*errClasses+l0)*4+quarter],
		&c.table[3][(l0*errClasses+l1)*errClasses+l2],
		&c.table[4][scale*indexClasses+class],
		&c.table[5][scale*errClasses+l1],
	}
	half := int64(1) << width >> 1
	d += half
	q := c.bin(d >> width)
	d = int64(uint64(q)<<width | c.packed(uint64(d)&(1<<width-1), width))
	return d - half
}

// decide codes a decision at a node.
func (c *binCoder) decide(bit, node int) int {
	return c.mix.Code(bit, node, c.bins.KeyA*mixing.Nodes+node, c.bins.KeyB*mixing.Nodes+node)
}

// bin codes the bin q.
func (c *binCoder) bin(q int64) int64 {
	m := uint64(max(q, -q))
	if c.decide(bitio.Bit(m > 0), mixing.ZeroNode) == 0 {
		return 0
	}
	negative := c.decide(bitio.Bit(q < 0), mixing.SignNode)
	v, rest := c.bins.Magnitude(m)
	if rest > 0 {
		v = v<<rest | c.packed(m&(1<<rest-1), rest)
	}
	if negative == 1 {
		return -int64(v)
	}
	return int64(v)
}
