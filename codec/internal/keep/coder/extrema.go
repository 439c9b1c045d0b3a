package coder

import (
	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/keep/constraint"
	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

// extremaCoder codes marks and witnesses, each value's in row-major order.
type extremaCoder struct {
	*constraint.Extrema
	rc           *rangecoder.Coder
	hasWitnesses bool // some value has a witness against it
	extremum     [marginBuckets * marginBuckets]mixing.Counter
	witnessed    [marginBuckets]mixing.Counter
	rank         [maxRankContext]mixing.Counter
	tied         mixing.Counter
}

// Margins, by how much neighbours are above a value, have buckets; a rank is a position
// in the list of possible witnesses.
const (
	marginBuckets  = 25
	marginWidth    = constraint.FieldUnits / 6
	maxRankContext = 16
)

// Extrema codes which values are extrema: the marks in want, and the witnesses that x
// has. Where want is nil it decodes: both are set in x then. original holds lattice
// indices, and is needed with want; the field and, if x knows them, signs of edges must
// be there. Flag witnesses says whether there are any.
func Extrema(rc *rangecoder.Coder, x *constraint.Extrema, witnesses bool, want []uint8, original []int64) {
	newExtremaCoder(x, rc, witnesses).code(want, original)
}

func newExtremaCoder(x *constraint.Extrema, rc *rangecoder.Coder, hasWitnesses bool) *extremaCoder {
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

// decide codes a decision with a counter.
func (c *extremaCoder) decide(bit int, n *mixing.Counter) int {
	bit = c.rc.Code(bit, n.P())
	n.Update(bit)
	return bit
}

// code codes all marks and witnesses; see Extrema.
func (c *extremaCoder) code(want []uint8, original []int64) {
	clear(c.Mark)
	c.Grid.Rows(func(at, n int, coord *[grid.MaxRank]int) {
		before := uint8(constraint.Unknown)
		grid.Runs(n, c.Grid.Border(coord), func(from, to int, b grid.Border) {
			if c.rc.Ended() {
				return
			}
			nb := c.NeighboursIn.Of(b.Near())
			for p := at + from; p < at+to; p++ {
				c.Grid.Watch.After(1)
				after := uint8(constraint.Unknown)
				if p < at+n-1 && c.State[p]&c.State[p+1]&constraint.Ordinary != 0 {
					after = c.SignByIntervals(p, p+1)
				}
				// Between two edges that go the same way there is no extremum.
				if before != after || after == constraint.Unknown {
					if c.State[p]&constraint.Ordinary != 0 {
						c.Mark[p] = c.codeMark(p, nb, want, original)
					}
				}
				before = after
			}
		})
	})
}

// codeMark codes the mark of p.
func (c *extremaCoder) codeMark(p int, nb *constraint.Neighbours, want []uint8, original []int64) uint8 {
	known := c.Candidacy(p, nb)
	for kind := range 2 {
		if known.Sure[kind] || known.Possible[kind] && c.codeCandidate(kind, p, nb, &known, want, original) {
			return 1 << kind
		}
	}
	return 0
}

// codeCandidate codes whether p is an extremum of the kind, and the witness against it.
func (c *extremaCoder) codeCandidate(kind, p int, nb *constraint.Neighbours, known *constraint.Candidacy, want []uint8, original []int64) bool {
	margin, mean := margins(known, kind)
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
	witness := 0 // as in Extrema.Witness
	if want != nil && c.Witness[kind] != nil {
		witness = int(c.Witness[kind][p])
	}
	if c.decide(bitio.Bit(witness > 0), &c.witnessed[margin]) == 0 {
		return false
	}
	list := c.PossibleWitnesses(kind, p, nb)
	k := 0
	for ; k < len(list)-1; k++ {
		if c.decide(bitio.Bit(int(nb.Number[list[k]])+1 == witness), &c.rank[min(k, maxRankContext-1)]) == 1 {
			break
		}
	}
	equal := 0
	if want != nil {
		equal = bitio.Bit(original[p] == original[p+nb.Strides[list[k]]])
	}
	c.SetWitness(kind, p, nb.Number[list[k]], c.decide(equal, &c.tied) == 1)
	return false
}

// margins returns by how much the neighbours are above the value, or below it for a
// maximum, in the field: the bucket of the least margin, and that of the mean.
func margins(known *constraint.Candidacy, kind int) (least, mean int) {
	low, sum := known.Least, known.Sum
	if kind == constraint.Maximum {
		low, sum = -known.Greatest, -known.Sum
	}
	return bucket(low, marginWidth, marginBuckets), bucket(sum/known.Count, marginWidth, marginBuckets)
}
