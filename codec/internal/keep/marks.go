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
	rc           *rangecoder.Coder
	hasWitnesses bool // there are refutations
	extremum     [marginBuckets * marginBuckets]mixing.Counter
	witnessed    [marginBuckets]mixing.Counter
	rank         [maxRankContext]mixing.Counter
	tied         mixing.Counter
}

const (
	marginBuckets  = 25
	marginWidth    = fieldUnit / 6
	maxRankContext = 16
)

func newExtremaCoder(x *extrema, rc *rangecoder.Coder, hasWitnesses bool) *extremaCoder {
	c := &extremaCoder{extrema: x, rc: rc, hasWitnesses: hasWitnesses}
	half := mixing.NewCounter(1 << 15)
	for i := range c.extremum {
		c.extremum[i] = half
	}
	for i := range c.witnessed {
		c.witnessed[i] = half
	}
	for i := range c.rank {
		c.rank[i] = half
	}
	c.tied = mixing.NewCounter(1 << 12)
	return c
}

func (c *extremaCoder) decide(bit int, n *mixing.Counter) int {
	bit = c.rc.Code(bit, n.P())
	n.Update(bit)
	return bit
}

// code codes the marks in want and the neighbours in refuted, or decodes them
// where want is nil, and sets mark and refutations.
func (c *extremaCoder) code(want []uint8, original []int64) {
	clear(c.mark)
	c.grid.Rows(func(at, n int, coord *[grid.MaxRank]int) {
		before := uint8(unknown)
		grid.Runs(n, c.grid.Border(coord), func(from, to int, b grid.Border) {
			if c.rc.Ended() {
				return
			}
			r := c.neighbours.Of(b.Near())
			for p := at + from; p < at+to; p++ {
				c.grid.Watch.After(1)
				after := uint8(unknown)
				if p < at+n-1 && c.state[p]&c.state[p+1]&ordinary != 0 {
					after = c.signByIntervals(p, p+1)
				}
				// Between two edges that go the same way there is no extremum.
				if before != after || after == unknown {
					if c.state[p]&ordinary != 0 {
						c.mark[p] = c.codeMark(p, r, want, original)
					}
				}
				before = after
			}
		})
	})
}

// codeMark codes the mark of p.
func (c *extremaCoder) codeMark(p int, r *neighbours, want []uint8, original []int64) uint8 {
	l := c.candidacy(p, r)
	for kind := range 2 {
		if l.sure[kind] || l.possible[kind] && c.codeCandidate(kind, p, r, &l, want, original) {
			return 1 << kind
		}
	}
	return 0
}

// codeCandidate codes whether p is an extremum, and what refutes it if not.
func (c *extremaCoder) codeCandidate(kind, p int, r *neighbours, l *candidacy, want []uint8, original []int64) bool {
	margin, mean := margins(l, kind)
	bit := 0
	if want != nil {
		bit = int(want[p] >> kind & 1)
	}
	if c.decide(bit, &c.extremum[margin*marginBuckets+mean]) == 1 {
		return true
	}
	if !c.hasWitnesses {
		return false
	}
	witness := 0 // 1 + the number of its offset
	if want != nil && c.witness[kind] != nil {
		witness = int(c.witness[kind][p])
	}
	if c.decide(bitio.Bit(witness > 0), &c.witnessed[margin]) == 0 {
		return false
	}
	list := c.possibleWitnesses(kind, p, r)
	k := 0
	for ; k < len(list)-1; k++ {
		if c.decide(bitio.Bit(int(r.number[list[k]])+1 == witness), &c.rank[min(k, maxRankContext-1)]) == 1 {
			break
		}
	}
	equal := 0
	if want != nil {
		equal = bitio.Bit(original[p] == original[p+r.offsets[list[k]]])
	}
	c.setWitness(kind, p, r.number[list[k]], c.decide(equal, &c.tied) == 1)
	return false
}

// margins tells by how much the neighbours are above the value, or below it
// for a maximum, in the decoded field: the nearest one and the mean, in buckets.
func margins(l *candidacy, kind int) (least, mean int) {
	low, sum := l.least, l.sum
	if kind == maximum {
		low, sum = -l.greatest, -l.sum
	}
	return bucket(low, marginWidth, marginBuckets), bucket(sum/l.count, marginWidth, marginBuckets)
}
