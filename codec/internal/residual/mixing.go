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
// The contexts are sums of magnitudes of bins that are known already: of the
// two coarser neighbours along the axis, of the coarser ones diagonal to them,
// and of the neighbours before the point in its own pass. The light coder mixes
// four of them, the full one six.
type mixingCoder struct {
	*neighbourhood
	rc    *rangecoder.Coder
	bins  mixing.Bins
	light *mixing.Light // nil in the full coder
	full  *mixing.Mixer // nil in the light coder
	table [mixing.Inputs][]mixing.Row
	signs signModel
	tail  []mixing.Counter

	place, tot int // contexts of the current point
	lean       uint8
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

// newMixingCoder returns the light or the full coder of a chunk.
func newMixingCoder(rc *rangecoder.Coder, g *grid.Grid, full bool) *mixingCoder {
	c := &mixingCoder{rc: rc, neighbourhood: newNeighbourhood(g, coarse, cross, above, diag)}
	for i, n := range [mixing.Inputs]int{
		places * 16 * 16,
		2 * featureBuckets * 12 * 14,
		4 * featureBuckets * sumBuckets,
		places * sumBuckets,
		4 * 6 * 12 * 10,
		2 * 14 * 14 * 14,
	} {
		if full || i < mixing.LightInputs {
			c.table[i] = mixing.NewTable(n)
		}
	}
	if full {
		c.full = mixing.NewMixer(rc, [2]int{places * mixing.Nodes, sumBuckets * mixing.Nodes})
		c.bins = mixing.FullBins(rc, c.full)
	} else {
		c.light = mixing.NewLight(rc, 2*sumBuckets)
		c.bins = mixing.LightBins(rc, c.light)
	}
	c.sign = make([]uint8, g.Size)
	c.signs = newSignModel(rc, c.neighbourhood, full)
	c.tail = mixing.NewCounters(sumBuckets*mixing.TailCounters, 1<<15)
	return c
}

// needs implements coder.
func (c *mixingCoder) needs() needs {
	if c.full != nil {
		return needsLean
	}
	return needsSize
}

// line implements coder.
func (c *mixingCoder) line(l *grid.Line, q []int64, skip []bool, f *features) {
	c.enter(l)
	c.place = (min(l.Level, levelClasses)-1)*axisClasses + min(l.Axis, axisClasses-1)
	fine := 0
	if l.Level > 1 {
		fine = 1
	}
	side := 2 * fine
	if l.Axis == c.grid.Rank-1 {
		side++
	}
	c.signs.enter(l, c.place)
	left := 0
	for i, at := 0, l.Start; i < l.N; i, at = i+1, at+l.Inc {
		c.grid.Watch.After(1)
		if skip != nil && skip[i] {
			left = 0
			continue
		}
		a, x := int(c.sums[coarse][i]), int(c.sums[cross][i])
		u, d := int(c.sums[above][i]), int(c.sums[diag][i])
		n := u + left
		c.tot = int(sumBucket[min(2*n+d+a+(x+1)/2, len(sumBucket)-1)])
		nb, ab := int(sumBucket[n]), int(sumBucket[a])
		xb := int(sumBucket[min((x+1)/2, len(sumBucket)-1)])
		r0 := &c.table[0][(c.place*16+min(nb, 15))*16+min(ab, 15)]
		r1 := &c.table[1][((fine*featureBuckets+int(f.slope[i]))*12+min(nb, 11))*14+min(xb, 13)]
		r2 := &c.table[2][(side*featureBuckets+int(f.curve[i]))*sumBuckets+c.tot]
		if c.full == nil {
			c.light.Rows = [mixing.LightInputs]*mixing.Row{r0, r1, r2}
			c.light.Set = fine*sumBuckets + c.tot
		} else {
			r3 := &c.table[3][c.place*sumBuckets+c.tot]
			db := int(sumBucket[min((d+1)/2, len(sumBucket)-1)])
			r4 := &c.table[4][((side*6+min(left, 5))*12+min(int(sumBucket[u]), 11))*10+min(db, 9)]
			r5 := &c.table[5][((fine*14+min(ab, 13))*14+min(xb, 13))*14+min(nb, 13)]
			c.full.Rows = [mixing.Inputs]*mixing.Row{r0, r1, r2, r3, r4, r5}
			c.bins.A, c.bins.B = c.place, c.tot
			c.lean = f.lean[i]
		}
		q[i] = c.value(q[i], at)
		left = int(c.keep(at, q[i]))
		if c.rc.Ended() {
			return
		}
	}
}

// err implements coder.
func (c *mixingCoder) err() error { return c.rc.Err() }

// value codes the bin of the point at index at.
func (c *mixingCoder) value(q int64, at int) int64 {
	m := uint64(max(q, -q))
	if c.bins.Zero(m) {
		return 0
	}
	negative := c.signs.code(bitio.Bit(q < 0), at, c.lean)
	c.bins.Tail = c.tail[c.tot*mixing.TailCounters:][:mixing.TailCounters]
	v, plain := c.bins.Magnitude(m)
	if plain > 0 {
		v = v<<plain | c.rc.CodeBits(m&(1<<plain-1), plain)
	}
	if negative == 1 {
		return -int64(v)
	}
	return int64(v)
}

// finish implements encoder.
func (c *mixingCoder) finish() []byte { return c.rc.Finish() }
