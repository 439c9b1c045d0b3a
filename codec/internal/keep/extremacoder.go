package keep

import (
	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

// extremaCoder codes marks and refutations, each value's in row-major order.
type extremaCoder struct {
	*extrema
	rc      *rangecoder.Coder
	refutes bool // there are refutations
	yes     [marginBuckets * marginBuckets]mixing.Counter
	refute  [marginBuckets]mixing.Counter
	rank    [maxRankContext]mixing.Counter
	tie     mixing.Counter
}

const (
	marginBuckets  = 25
	marginWidth    = fieldUnit / 6
	maxRankContext = 16
)

func newExtremaCoder(x *extrema, rc *rangecoder.Coder, refutes bool) *extremaCoder {
	c := &extremaCoder{extrema: x, rc: rc, refutes: refutes}
	half := mixing.NewCounter(1 << 15)
	for i := range c.yes {
		c.yes[i] = half
	}
	for i := range c.refute {
		c.refute[i] = half
	}
	for i := range c.rank {
		c.rank[i] = half
	}
	c.tie = mixing.NewCounter(1 << 12)
	return c
}

func (c *extremaCoder) bit(bit int, n *mixing.Counter) int {
	bit = c.rc.Code(bit, n.P())
	n.Update(bit)
	return bit
}

// code codes the marks in want and the neighbours in refuted, or decodes them
// where want is nil, and sets mark and refutations.
func (c *extremaCoder) code(want []uint8, original []int64) {
	clear(c.mark)
	c.grid.Rows(func(at, n int, coord *[grid.MaxRank]int) {
		before := uint8(noEdge)
		grid.Runs(n, c.grid.Border(coord), func(from, to int, b grid.Border) {
			if c.rc.Ended() {
				return
			}
			r := c.rings.Of(b.Near())
			for p := at + from; p < at+to; p++ {
				c.grid.Watch.After(1)
				after := uint8(noEdge)
				if p < at+n-1 && c.state[p]&c.state[p+1]&alive != 0 {
					after = c.closed(p, p+1)
				}
				// Between two edges that go the same way there is no extremum.
				if before != after || after == noEdge {
					if c.state[p]&alive != 0 {
						c.mark[p] = c.value(p, r, want, original)
					}
				}
				before = after
			}
		})
	})
}

// value codes the mark of p.
func (c *extremaCoder) value(p int, r *ring, want []uint8, original []int64) uint8 {
	l := c.look(p, r)
	for kind := range 2 {
		if l.must[kind] || l.may[kind] && c.candidate(kind, p, r, &l, want, original) {
			return 1 << kind
		}
	}
	return 0
}

// candidate codes whether p is an extremum, and what refutes it if not.
func (c *extremaCoder) candidate(kind, p int, r *ring, l *surroundings, want []uint8, original []int64) bool {
	margin, mean := l.margins(kind)
	bit := 0
	if want != nil {
		bit = int(want[p] >> kind & 1)
	}
	if c.bit(bit, &c.yes[margin*marginBuckets+mean]) == 1 {
		return true
	}
	if !c.refutes {
		return false
	}
	partner := 0 // 1 + the number of its offset
	if want != nil && c.refuted[kind] != nil {
		partner = int(c.refuted[kind][p])
	}
	if c.bit(bitio.Bit(partner > 0), &c.refute[margin]) == 0 {
		return false
	}
	list := c.ranked(kind, p, r)
	k := 0
	for ; k < len(list)-1; k++ {
		if c.bit(bitio.Bit(int(r.number[list[k]])+1 == partner), &c.rank[min(k, maxRankContext-1)]) == 1 {
			break
		}
	}
	equal := 0
	if want != nil {
		equal = bitio.Bit(original[p] == original[p+r.offsets[list[k]]])
	}
	c.name(kind, p, r.number[list[k]], c.bit(equal, &c.tie) == 1)
	return false
}

// margins tells by how much the neighbours are above the value, or below it
// for a maximum, in the decoded field: the nearest one and the mean, in buckets.
func (l *surroundings) margins(kind int) (least, mean int) {
	low, sum := l.low, l.sum
	if kind == maximum {
		low, sum = -l.high, -l.sum
	}
	return bucketOf(low, marginWidth, marginBuckets), bucketOf(sum/l.count, marginWidth, marginBuckets)
}
