package residual

import (
	"math/bits"

	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

// mixingCoder codes bins as adaptive binary decisions under mixed contexts.
//
// The contexts are sums of magnitudes of bins that are known already, and
// features. The light coder mixes three of them, the full one six.
type mixingCoder struct {
	*neighbourhood
	rc    *rangecoder.Coder
	bins  mixing.Bins
	light *mixing.Light // nil in the full coder
	full  *mixing.Mixer // nil in the light coder
	table [mixing.Inputs][]mixing.Row
	signs signCoder

	pass   int   // class of the current line's pass
	tot    int   // magnitude class of all that is known around the current point
	signed uint8 // the current point's signed classes
}

// Sizes of the context alphabets.
const (
	levelClasses     = 4
	axisClasses      = 3
	passClasses      = levelClasses * axisClasses
	magnitudeClasses = 25
)

// magnitudeClass maps a sum of magnitudes to its class: exact below 6, then two
// classes an octave.
var magnitudeClass = func() (t [2048]uint8) {
	for i := range t {
		b := i
		if i >= 6 {
			n := bits.Len(uint(i)) - 1
			b = 2*n + i>>(n-1)&1 + 1
		}
		t[i] = uint8(min(b, magnitudeClasses-1))
	}
	return t
}()

// newMixingCoder returns the light or the full coder of a chunk.
func newMixingCoder(rc *rangecoder.Coder, g *grid.Grid, full bool) *mixingCoder {
	c := &mixingCoder{rc: rc, neighbourhood: newNeighbourhood(g, sumCoarse, sumCross, sumAbove, sumDiag)}
	for i, n := range [mixing.Inputs]int{
		passClasses * 16 * 16,
		2 * sizeClasses * 12 * 14,
		4 * sizeClasses * magnitudeClasses,
		passClasses * magnitudeClasses,
		4 * 6 * 12 * 10,
		2 * 14 * 14 * 14,
	} {
		if full || i < mixing.LightInputs {
			c.table[i] = mixing.NewTable(n)
		}
	}
	if full {
		c.full = mixing.NewMixer(rc, [2]int{passClasses * mixing.Nodes, magnitudeClasses * mixing.Nodes})
		c.bins = mixing.FullBins(rc, c.full)
	} else {
		c.light = mixing.NewLight(rc, 2*magnitudeClasses)
		c.bins = mixing.LightBins(rc, c.light)
	}
	c.signClass = make([]uint8, g.Size)
	c.signs = newSignCoder(rc, c.neighbourhood, full)
	c.bins.Tail = mixing.NewCounters(magnitudeClasses*mixing.TailCounters, 1<<15)
	return c
}

// needs implements coder.
func (c *mixingCoder) needs() needs {
	if c.full != nil {
		return needsSigns
	}
	return needsSizes
}

// line implements coder.
func (c *mixingCoder) line(l *grid.Line, q []int64, uncoded []bool, f *features) {
	c.enter(l)
	c.pass = (min(l.Level, levelClasses)-1)*axisClasses + min(l.Axis, axisClasses-1)
	fine := 0
	if l.Level > 1 {
		fine = 1
	}
	side := 2 * fine
	if l.Axis == c.grid.Rank-1 {
		side++
	}
	c.signs.enter(l, c.pass)
	left := 0
	for i, at := 0, l.Start; i < l.N; i, at = i+1, at+l.Inc {
		c.grid.Watch.After(1)
		if uncoded != nil && uncoded[i] {
			left = 0
			continue
		}
		coarse, cross := int(c.sums[sumCoarse][i]), int(c.sums[sumCross][i])
		above, diag := int(c.sums[sumAbove][i]), int(c.sums[sumDiag][i])
		causal := above + left
		c.tot = int(magnitudeClass[min(2*causal+diag+coarse+(cross+1)/2, len(magnitudeClass)-1)])
		ofCausal, ofCoarse := int(magnitudeClass[causal]), int(magnitudeClass[coarse])
		ofCross := int(magnitudeClass[min((cross+1)/2, len(magnitudeClass)-1)])
		r0 := &c.table[0][(c.pass*16+min(ofCausal, 15))*16+min(ofCoarse, 15)]
		r1 := &c.table[1][((fine*sizeClasses+int(f.gradSize[i]))*12+min(ofCausal, 11))*14+min(ofCross, 13)]
		r2 := &c.table[2][(side*sizeClasses+int(f.curvSize[i]))*magnitudeClasses+c.tot]
		if c.full == nil {
			c.light.Rows = [mixing.LightInputs]*mixing.Row{r0, r1, r2}
			c.light.Key = fine*magnitudeClasses + c.tot
		} else {
			r3 := &c.table[3][c.pass*magnitudeClasses+c.tot]
			ofDiag := int(magnitudeClass[min((diag+1)/2, len(magnitudeClass)-1)])
			r4 := &c.table[4][((side*6+min(left, 5))*12+min(int(magnitudeClass[above]), 11))*10+min(ofDiag, 9)]
			r5 := &c.table[5][((fine*14+min(ofCoarse, 13))*14+min(ofCross, 13))*14+min(ofCausal, 13)]
			c.full.Rows = [mixing.Inputs]*mixing.Row{r0, r1, r2, r3, r4, r5}
			c.bins.KeyA, c.bins.KeyB = c.pass, c.tot
			c.signed = f.signs[i]
		}
		q[i] = c.bin(q[i], at)
		left = int(c.keep(at, q[i]))
		if c.rc.Ended() {
			return
		}
	}
}

// err implements coder.
func (c *mixingCoder) err() error { return c.rc.Err() }

// bin codes the bin of the point at index at.
func (c *mixingCoder) bin(q int64, at int) int64 {
	m := uint64(max(q, -q))
	bit := bitio.Bit(m > 0)
	if c.full == nil {
		bit = c.light.Code(bit, mixing.ZeroNode)
	} else {
		bit = c.full.Code(bit, mixing.ZeroNode, c.pass*mixing.Nodes+mixing.ZeroNode, c.tot*mixing.Nodes+mixing.ZeroNode)
	}
	if bit == 0 {
		return 0
	}
	negative := c.signs.code(bitio.Bit(q < 0), at, c.signed)
	c.bins.TailKey = c.tot
	v, rest := c.bins.Magnitude(m)
	if rest > 0 {
		v = v<<rest | c.rc.CodeBits(m&(1<<rest-1), rest)
	}
	if negative == 1 {
		return -int64(v)
	}
	return int64(v)
}

// finish implements encoder.
func (c *mixingCoder) finish() []byte { return c.rc.Finish() }
