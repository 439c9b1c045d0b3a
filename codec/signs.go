package codec

import (
	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

// signModel codes the signs of bins that are not 0, knowing those of bins
// around them: a counter for each combination of four.
type signModel struct {
	*neighbourhood
	rc       *rangecoder.Coder
	counters []mixing.Counter
	place    int
	line     *line
	near     [4]int // index distance to each of the four; 0: there is none
}

func newSignModel(rc *rangecoder.Coder, n *neighbourhood) signModel {
	return signModel{neighbourhood: n, rc: rc, counters: newCounters(places * 81)}
}

// enter prepares for the points of l.
func (s *signModel) enter(l *line, place int) {
	s.place, s.line = place, l
	s.near = [4]int{}
	if l.half == 0 {
		return
	}
	g := s.grid
	s.near[0] = -l.inc
	if a := g.rank - 2; a >= 0 && l.at[a] >= l.step[a] {
		s.near[1] = -l.step[a] * g.stride[a]
	}
	s.near[2] = -l.half * g.stride[l.axis]
	s.near[3] = -s.near[2]
}

// code codes the sign of the bin at index at, 1 for negative.
func (s *signModel) code(negative, at int) int {
	ctx := 0
	for k, d := range s.near {
		ctx *= 3
		if k == 0 && at == s.line.start || d == 0 || at+d >= len(s.sign) {
			continue
		}
		ctx += int(s.sign[at+d])
	}
	c := &s.counters[s.place*81+ctx]
	negative = s.rc.Code(negative, c.P())
	c.Update(negative)
	return negative
}
