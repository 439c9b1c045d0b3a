package coder

import (
	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/keep/constraint"
	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

// extremaCoder codes marks and refutations, each value's in row-major order.
type extremaCoder struct {
	*constraint.Extrema
	rc           *rangecoder.Coder
	hasWitnesses bool // there are refutations
	extremum     [marginBuckets * marginBuckets]mixing.Counter
	witnessed    [marginBuckets]mixing.Counter
	rank         [maxRankContext]mixing.Counter
	tied         mixing.Counter
}

const (
	marginBuckets  = 25
	marginWidth    = constraint.FieldUnit / 6
	maxRankContext = 16
)

func NewExtremaCoder(x *constraint.Extrema, rc *rangecoder.Coder, hasWitnesses bool) *extremaCoder {
	c := &extremaCoder{Extrema: x, rc: rc, hasWitnesses: hasWitnesses}
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

// Code codes the marks in want and the neighbours in refuted, or decodes them
// where want is nil, and sets mark and refutations.
func (c *extremaCoder) Code(want []uint8, original []int64) {
	clear(c.Mark)
	c.Grid.Rows(func(at, n int, coord *[grid.MaxRank]int) {
		before := uint8(constraint.Unknown)
		grid.Runs(n, c.Grid.Border(coord), func(from, to int, b grid.Border) {
			if c.rc.Ended() {
				return
			}
			r := c.Neighbours.Of(b.Near())
			for p := at + from; p < at+to; p++ {
				c.Grid.Watch.After(1)
				after := uint8(constraint.Unknown)
				if p < at+n-1 && c.State[p]&c.State[p+1]&constraint.Ordinary != 0 {
					after = c.SignByIntervals(p, p+1)
				}
				// Between two edges that go the same way there is no extremum.
				if before != after || after == constraint.Unknown {
					if c.State[p]&constraint.Ordinary != 0 {
						c.Mark[p] = c.codeMark(p, r, want, original)
					}
				}
				before = after
			}
		})
	})
}

// codeMark codes the mark of p.
func (c *extremaCoder) codeMark(p int, r *constraint.Neighbours, want []uint8, original []int64) uint8 {
	l := c.Candidacy(p, r)
	for kind := range 2 {
		if l.Sure[kind] || l.Possible[kind] && c.codeCandidate(kind, p, r, &l, want, original) {
			return 1 << kind
		}
	}
	return 0
}

// codeCandidate codes whether p is an extremum, and what refutes it if not.
func (c *extremaCoder) codeCandidate(kind, p int, r *constraint.Neighbours, l *constraint.Candidacy, want []uint8, original []int64) bool {
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
	if want != nil && c.Witness[kind] != nil {
		witness = int(c.Witness[kind][p])
	}
	if c.decide(bitio.Bit(witness > 0), &c.witnessed[margin]) == 0 {
		return false
	}
	list := c.PossibleWitnesses(kind, p, r)
	k := 0
	for ; k < len(list)-1; k++ {
		if c.decide(bitio.Bit(int(r.Number[list[k]])+1 == witness), &c.rank[min(k, maxRankContext-1)]) == 1 {
			break
		}
	}
	equal := 0
	if want != nil {
		equal = bitio.Bit(original[p] == original[p+r.Offsets[list[k]]])
	}
	c.SetWitness(kind, p, r.Number[list[k]], c.decide(equal, &c.tied) == 1)
	return false
}

// margins tells by how much the neighbours are above the value, or below it
// for a maximum, in the decoded field: the nearest one and the mean, in buckets.
func margins(l *constraint.Candidacy, kind int) (least, mean int) {
	low, sum := l.Least, l.Sum
	if kind == constraint.Maximum {
		low, sum = -l.Greatest, -l.Sum
	}
	return bucket(low, marginWidth, marginBuckets), bucket(sum/l.Count, marginWidth, marginBuckets)
}
