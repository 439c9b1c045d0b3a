package codec

import (
	"math/bits"

	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

// mixingCoder codes bins as adaptive binary decisions under mixed contexts.
//
// The contexts are sums of magnitudes of bins that are known already: of the
// two coarser neighbours along the axis, of the coarser ones diagonal to them,
// and of the neighbours before the point in its own pass.
type mixingCoder struct {
	*neighbourhood
	rc    *rangecoder.Coder
	mix   *mixing.Mixer
	table [mixing.Inputs][]mixing.Row
	sign  []mixing.Counter
	tail  []mixing.Counter
}

// Sizes of the context alphabets.
const (
	levelClasses = 4
	axisClasses  = 3
	places       = levelClasses * axisClasses // level and axis
	sumBuckets   = 25
)

// sumBucket maps a sum of magnitudes to its bucket: exact below 6, then two
// buckets an octave.
var sumBucket = func() (t [2048]uint8) {
	for i := range t {
		b := i
		if i >= 6 {
			n := bits.Len(uint(i)) - 1
			b = 2*n + i>>(n-1)&1 + 1
		}
		t[i] = uint8(min(b, sumBuckets-1))
	}
	return t
}()

func newMixingCoder(rc *rangecoder.Coder, g *grid) *mixingCoder {
	c := &mixingCoder{neighbourhood: newNeighbourhood(g, coarse, cross, above, diag), rc: rc}
	c.mix = mixing.NewMixer(rc, [2]int{places * mixing.Nodes, sumBuckets * mixing.Nodes})
	for i, n := range [mixing.Inputs]int{
		places * sumBuckets,
		places * 16 * 16,
		4 * 6 * 12 * 10,
		2 * featureBuckets * 12 * 14,
		4 * featureBuckets * sumBuckets,
		2 * 14 * 14 * 14,
	} {
		c.table[i] = mixing.NewTable(n)
	}
	half := mixing.NewCounter(1 << 15)
	c.sign = make([]mixing.Counter, places*81)
	c.tail = make([]mixing.Counter, sumBuckets*64)
	for i := range c.sign {
		c.sign[i] = half
	}
	for i := range c.tail {
		c.tail[i] = half
	}
	return c
}

// line implements coder.
func (c *mixingCoder) line(l *line, q []int64, skip []bool, f *features) {
	c.enter(l)
	place := (min(l.level, levelClasses)-1)*axisClasses + min(l.axis, axisClasses-1)
	fine := 0
	if l.level > 1 {
		fine = 1
	}
	side := 2 * fine
	if l.axis == c.grid.rank-1 {
		side++
	}
	var left uint8
	up := -1
	if l.half > 0 && c.grid.rank > 1 {
		a := c.grid.rank - 2
		if l.at[a]-l.step[a] >= 0 {
			up = l.step[a] * c.grid.stride[a]
		}
	}
	h := l.half * c.grid.stride[l.axis]
	for i, at := 0, l.start; i < l.n; i, at = i+1, at+l.inc {
		if skip != nil && skip[i] {
			left = 0
			continue
		}
		a, x := int(c.sums[coarse][i]), int(c.sums[cross][i])
		u, d := int(c.sums[above][i]), int(c.sums[diag][i])
		lm := int(left & magMask)
		n := u + lm
		tot := int(sumBucket[min(2*n+d+a+(x+1)/2, len(sumBucket)-1)])
		nb, ab, xb, db := int(sumBucket[n]), int(sumBucket[a]), int(sumBucket[min((x+1)/2, len(sumBucket)-1)]), int(sumBucket[min((d+1)/2, len(sumBucket)-1)])
		r := &c.mix.Rows
		r[0] = &c.table[0][place*sumBuckets+tot]
		r[1] = &c.table[1][(place*16+min(nb, 15))*16+min(ab, 15)]
		r[2] = &c.table[2][((side*6+min(lm, 5))*12+min(int(sumBucket[u]), 11))*10+min(db, 9)]
		r[3] = &c.table[3][((fine*featureBuckets+int(f.slope[i]))*12+min(nb, 11))*14+min(xb, 13)]
		r[4] = &c.table[4][(side*featureBuckets+int(f.curve[i]))*sumBuckets+tot]
		r[5] = &c.table[5][((fine*14+min(ab, 13))*14+min(xb, 13))*14+min(nb, 13)]
		s := signOf(left)
		if up >= 0 {
			s = s*3 + signOf(c.mags[at-up])
		} else {
			s *= 3
		}
		if l.half > 0 {
			s = s*3 + signOf(c.mags[at-h])
			k := 0
			if at+h < len(c.mags) {
				k = signOf(c.mags[at+h])
			}
			s = s*3 + k
		}
		q[i] = c.value(q[i], place, tot, s%81)
		left = magnitude(q[i])
		c.mags[at] = left
	}
}

// Nodes of the binary decisions about a bin q: is it 0; then whether |q| ≥ 2,
// 4, 8, 16 and 32; then the highest bits below the leading one.
const (
	nodeZero  = 0
	nodeGrow  = 2 // and the next mixedGrow−1
	mixedGrow = 5
)

// The node of the highest and, at e = 2 and 3, of the second bit below the
// leading bit 1<<e.
var nodeBit = [mixedGrow + 1]int{0, 7, 8, 11, 14, 15}

// value codes one bin.
func (c *mixingCoder) value(q int64, place, tot, sign int) int64 {
	a, b := place*mixing.Nodes, tot*mixing.Nodes
	m := uint64(q)
	if q < 0 {
		m = -m
	}
	if c.mix.Code(bitOf(m > 0), nodeZero, a+nodeZero, b+nodeZero) == 0 {
		return 0
	}
	s := &c.sign[place*81+sign]
	negative := c.rc.Code(bitOf(q < 0), s.P())
	s.Update(negative)
	e := 0
	for e < mixedGrow {
		node := nodeGrow + e
		if c.mix.Code(bitOf(m>>(e+1) > 0), node, a+node, b+node) == 0 {
			break
		}
		e++
	}
	if e == mixedGrow {
		for e < 63 {
			t := &c.tail[tot*64+e]
			bit := c.rc.Code(bitOf(m>>(e+1) > 0), t.P())
			t.Update(bit)
			if bit == 0 {
				break
			}
			e++
		}
	}
	v := uint64(1)
	rest := e
	if e > 0 && e <= mixedGrow {
		node := nodeBit[e]
		bit := c.mix.Code(int(m>>(e-1)&1), node, a+node, b+node)
		v = v<<1 | uint64(bit)
		rest--
		if e == 2 || e == 3 {
			node += 1 + bit
			bit = c.mix.Code(int(m>>(e-2)&1), node, a+node, b+node)
			v = v<<1 | uint64(bit)
			rest--
		}
	}
	if rest > 0 {
		v = v<<rest | c.rc.CodeBits(m&(1<<rest-1), rest)
	}
	if negative == 1 {
		return -int64(v)
	}
	return int64(v)
}

func bitOf(b bool) int {
	if b {
		return 1
	}
	return 0
}
