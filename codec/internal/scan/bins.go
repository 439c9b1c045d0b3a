package scan

import (
	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

// binCoder codes distances from predictions, as adaptive binary decisions about
// bins whose width follows the expected distance, and plain bits within a bin.
type binCoder struct {
	rc    *rangecoder.Coder
	mix   *mixing.Mixer
	table [mixing.Inputs][]mixing.Row
	tail  []mixing.Counter
	a, b  int
}

// levels of the expected distance, in quarters of an octave: below fineLevels bins are
// single places, beyond they are so wide that only the quarter matters.
const (
	levelBias  = 8
	fineLevels = 12
	levels     = levelBias + fineLevels + 4
	leanings   = 9
)

func newBinCoder(rc *rangecoder.Coder) *binCoder {
	c := &binCoder{rc: rc, mix: mixing.NewMixer(rc, [2]int{levels * mixing.Nodes, 128 * mixing.Nodes})}
	for k, n := range [mixing.Inputs]int{
		levels * 4, 8 * 8 * 4 * 4, levels * 9 * 4, 9 * 9 * 9 * 3, levels * 8, levels * 9,
	} {
		c.table[k] = mixing.NewTable(n)
	}
	c.tail = make([]mixing.Counter, levels*64)
	for i := range c.tail {
		c.tail[i] = mixing.NewCounter(1 << 15)
	}
	return c
}

// ratio returns how large a miss is against scale, 0 to 7.
func ratio(miss float32, scale float64) int {
	return min(max((log4(float64(miss))-log4(scale)+8)>>1, 0), 7)
}

// code codes the distance r of point i from its prediction.
func (c *binCoder) code(s *scanner, i int, at *offset, r int64, level, quarter int, scale float64) int64 {
	width := 0
	ctx := min(max(level+levelBias, 0), levelBias+fineLevels-1)
	if level >= fineLevels {
		width = min(level>>2-2, 62)
		ctx = levelBias + fineLevels + level&3
		quarter = 0
	}
	inner := s.grid.rank - 1
	var mw, mn, mp, mww float32
	var lw, ln, lp, lww int
	if at[inner] > 0 {
		mw, lw = s.miss[i-1], int(s.lean[i-1])
	}
	if at[inner] > 1 {
		mww, lww = s.miss[i-2], int(s.lean[i-2])
	}
	if inner > 0 && at[inner-1] > 0 {
		d := s.grid.stride[inner-1]
		mn, ln = s.miss[i-d], int(s.lean[i-d])
	}
	if inner > 1 && at[inner-2] > 0 {
		d := s.grid.stride[inner-2]
		mp, lp = s.miss[i-d], int(s.lean[i-d])
	}
	if inner == 0 {
		mn, ln = mww, lww
	}
	rw, rn, rp := ratio(mw, scale), ratio(mn, scale), ratio(mp, scale)
	c.mix.Rows = [mixing.Inputs]*mixing.Row{
		&c.table[0][ctx*4+quarter],
		&c.table[1][((rw*8+rn)*4+ctx&3)*4+min(ctx>>2, 3)],
		&c.table[2][(ctx*9+lw+4)*4+quarter],
		&c.table[3][((lw+4)*9+ln+4)*9+lp+4],
		&c.table[4][ctx*8+rp],
		&c.table[5][ctx*9+ln+4],
	}
	c.a, c.b = ctx*mixing.Nodes, (rw*8+rn)*mixing.Nodes

	half := int64(1) << width >> 1
	r += half
	q := c.bin(s, r>>width, ctx)
	r = int64(uint64(q)<<width | s.raw(uint64(r)&(1<<width-1), width))
	return r - half
}

// Nodes of the binary decisions about a bin q: is it 0; is it below; then whether |q| ≥ 2,
// 4, 8, 16 and 32; then the highest bits below the leading one.
const (
	nodeZero  = 0
	nodeSign  = 1
	nodeGrow  = 2 // and the next mixedGrow−1
	mixedGrow = 5
)

var nodeBit = [mixedGrow + 1]int{0, 7, 8, 11, 14, 15}

func (c *binCoder) decide(bit bool, node int) int {
	b := 0
	if bit {
		b = 1
	}
	return c.mix.Code(b, node, c.a+node, c.b+node)
}

func (c *binCoder) bin(s *scanner, q int64, ctx int) int64 {
	m := uint64(q)
	if q < 0 {
		m = -m
	}
	if c.decide(m > 0, nodeZero) == 0 {
		return 0
	}
	negative := c.decide(q < 0, nodeSign)
	e := 0
	for e < mixedGrow && c.decide(m>>(e+1) > 0, nodeGrow+e) == 1 {
		e++
	}
	if e == mixedGrow {
		for e < 63 {
			t := &c.tail[ctx*64+e]
			b := 0
			if m>>(e+1) > 0 {
				b = 1
			}
			b = c.rc.Code(b, t.P())
			t.Update(b)
			if b == 0 {
				break
			}
			e++
		}
	}
	v := uint64(1)
	rest := e
	if e > 0 && e <= mixedGrow {
		node := nodeBit[e]
		bit := c.decide(m>>(e-1)&1 > 0, node)
		v = v<<1 | uint64(bit)
		rest--
		if e == 2 || e == 3 {
			bit = c.decide(m>>(e-2)&1 > 0, node+1+bit)
			v = v<<1 | uint64(bit)
			rest--
		}
	}
	if rest > 0 {
		v = v<<rest | s.raw(m&(1<<rest-1), rest)
	}
	if negative == 1 {
		return -int64(v)
	}
	return int64(v)
}
