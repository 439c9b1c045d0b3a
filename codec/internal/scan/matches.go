package scan

import (
	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/mixing"
)

// What a point may match exactly, as bits of Params.Matches.
const (
	MatchPrevious = 1<<previousPoints - 1 // the previous points: those one step before along the last three axes
	MatchCommon   = 1 << previousPoints   // the common index
)

const (
	previousPoints = 3
	candidates     = previousPoints + 1 // and the common index
	hits           = candidates + 1     // none, or one of the candidates
)

// matchCoder codes which points match a candidate exactly.
type matchCoder struct {
	*scanner
	mix   *mixing.Mixer
	table [mixing.Inputs][]mixing.Row
	hit   []uint8 // of each point: 0 for none, else 1 plus the candidate
	run   int     // points since the last one without a hit
	last  int     // such points before that one
	past  int     // a bit for each point before, the latest lowest: 1 for a hit
}

const maxRun = 31

func newMatchCoder(s *scanner) *matchCoder {
	c := &matchCoder{scanner: s, hit: make([]uint8, s.grid.size)}
	c.mix = mixing.NewMixer(s.rc, [2]int{candidates * 64, candidates * hits})
	for k, n := range [mixing.Inputs]int{
		64 * hits * hits, (maxRun + 1) * (maxRun + 1), 256, hits * hits * hits, 16 * (maxRun + 1), 64 * hits,
	} {
		c.table[k] = mixing.NewTable(n)
	}
	return c
}

// code codes whether point i matches a candidate, and sets its index if so.
func (c *matchCoder) code(i int) bool {
	var index [candidates]int64
	var open [candidates]bool   // it may still be this one
	var hit [previousPoints]int // of the previous points
	for k := range previousPoints {
		if a := c.grid.rank - 1 - k; a >= 0 && c.at[a] > 0 {
			j := i - c.grid.stride[a]
			index[k], open[k], hit[k] = c.indices[j], c.Matches>>k&1 != 0, int(c.hit[j])
		}
	}
	index[previousPoints], open[previousPoints] = c.Common, c.Matches&MatchCommon != 0
	same := samePairs(&index)
	c.hit[i] = 0
	for k := range candidates {
		if !open[k] {
			continue
		}
		c.mix.Rows = [mixing.Inputs]*mixing.Row{
			&c.table[0][(same*hits+hit[0])*hits+hit[1]],
			&c.table[1][min(c.run, maxRun)*(maxRun+1)+min(c.last, maxRun)],
			&c.table[2][c.past&255],
			&c.table[3][(hit[0]*hits+hit[1])*hits+hit[2]],
			&c.table[4][c.past&15*(maxRun+1)+min(c.run, maxRun)],
			&c.table[5][same*hits+hit[2]],
		}
		if c.mix.Code(bitio.Bit(c.indices[i] == index[k]), k, k*64+same, k*hits+hit[min(k, previousPoints-1)]) == 1 {
			c.indices[i] = index[k]
			c.hit[i] = uint8(k + 1)
			break
		}
		for j := k + 1; j < candidates; j++ { // nor is it another of the same index
			open[j] = open[j] && index[j] != index[k]
		}
	}
	c.past <<= 1
	if c.hit[i] == 0 {
		c.last, c.run = c.run, 0
		return false
	}
	c.past |= 1
	c.run++
	return true
}

// samePairs returns a bit for each pair of candidates: are they the same index?
func samePairs(index *[candidates]int64) int {
	same, bit := 0, 1
	for j := range index {
		for k := range j {
			if index[j] == index[k] {
				same |= bit
			}
			bit <<= 1
		}
	}
	return same
}
