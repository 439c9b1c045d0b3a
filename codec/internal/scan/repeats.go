package scan

import (
	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/mixing"
)

// The ways in which values may repeat others, as bits of Params.Repeats.
const (
	RepeatAxes   = 1<<repeatAxes - 1 // the one before along one of the last three axes
	RepeatCommon = 1 << repeatAxes   // a common one
)

const (
	repeatAxes = 3
	repeatWays = 4
)

// repeatCoder codes which values repeat another one exactly.
type repeatCoder struct {
	*scanner
	mix   *mixing.Mixer
	table [mixing.Inputs][]mixing.Row
	way   []uint8 // of each point: 0 for none, else 1 plus the way
	run   int     // points since the last one that did not repeat
	last  int     // such points before that one
	past  int     // a bit for each point before: 1 if it repeated
}

const maxRun = 31

func newRepeatCoder(s *scanner) *repeatCoder {
	c := &repeatCoder{scanner: s, way: make([]uint8, s.grid.size)}
	c.mix = mixing.NewMixer(s.rc, [2]int{repeatWays * 64, repeatWays * (repeatWays + 1)})
	const ways = repeatWays + 1
	for k, n := range [mixing.Inputs]int{
		64 * ways * ways, (maxRun + 1) * (maxRun + 1), 256, ways * ways * ways, 16 * (maxRun + 1), 64 * ways,
	} {
		c.table[k] = mixing.NewTable(n)
	}
	return c
}

// code codes whether the place of point i repeats another one, and that if so.
func (c *repeatCoder) code(i int) bool {
	var place [repeatWays]int64 // the candidates
	var open [repeatWays]bool   // which of them are there
	var way [repeatAxes]int     // of the points before
	for k := range repeatAxes {
		if a := c.grid.rank - 1 - k; a >= 0 && c.at[a] > 0 {
			j := i - c.grid.stride[a]
			place[k], open[k], way[k] = c.places[j], c.Repeats>>k&1 != 0, int(c.way[j])
		}
	}
	place[repeatAxes], open[repeatAxes] = c.Common, c.Repeats&RepeatCommon != 0
	agree := c.agreement(&place)
	const ways = repeatWays + 1
	c.way[i] = 0
	for k := range repeatWays {
		if !open[k] {
			continue
		}
		c.mix.Rows = [mixing.Inputs]*mixing.Row{
			&c.table[0][(agree*ways+way[0])*ways+way[1]],
			&c.table[1][min(c.run, maxRun)*(maxRun+1)+min(c.last, maxRun)],
			&c.table[2][c.past&255],
			&c.table[3][(way[0]*ways+way[1])*ways+way[2]],
			&c.table[4][c.past&15*(maxRun+1)+min(c.run, maxRun)],
			&c.table[5][agree*ways+way[2]],
		}
		if c.mix.Code(bitio.Bit(c.places[i] == place[k]), k, k*64+agree, k*ways+way[min(k, repeatAxes-1)]) == 1 {
			c.places[i] = place[k]
			c.way[i] = uint8(k + 1)
			break
		}
		for j := k + 1; j < repeatWays; j++ { // nor is it another of the same
			open[j] = open[j] && place[j] != place[k]
		}
	}
	c.past <<= 1
	if c.way[i] == 0 {
		c.last, c.run = c.run, 0
		return false
	}
	c.past |= 1
	c.run++
	return true
}

// agreement returns a bit for each pair of candidates: are they the same?
func (c *repeatCoder) agreement(place *[repeatWays]int64) int {
	same, bit := 0, 1
	for j := range place {
		for k := range j {
			if place[j] == place[k] {
				same |= bit
			}
			bit <<= 1
		}
	}
	return same
}
