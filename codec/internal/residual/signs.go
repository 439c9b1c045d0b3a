package residual

import (
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

// signModel codes the signs of bins that are not 0, knowing those of bins
// around them: errors of prediction lean the same way as their neighbours', or
// the other way, depending on the field. The light one has a counter for each
// combination of four neighbours, the full one mixes six contexts.
type signModel struct {
	*neighbourhood
	rc       *rangecoder.Coder
	counters []mixing.Counter
	mix      *mixing.Mixer // nil in the light model
	table    [mixing.Inputs][]mixing.Row
	place    int
	line     *grid.Line
	near     [signNeighbours]int // index distances; 0: there is none
}

// The neighbours whose signs matter.
const (
	signLeft = iota // before in the line
	signUp          // one step before along the last axis but one
	signLow         // −half and +half along the axis
	signHigh
	signLeft2  // two before in the line
	signUpLeft // beside signUp
	signUpRight
	signBack   // one step before along the last axis but two
	signLowUp  // signLow and signHigh moved by one step along
	signHighUp // the first axis that is not the pass's
	signLowDown
	signHighDown
	signNeighbours
)

func newSignModel(rc *rangecoder.Coder, n *neighbourhood, full bool) signModel {
	s := signModel{neighbourhood: n, rc: rc}
	if !full {
		s.counters = mixing.NewCounters(places*81, 1<<15)
		return s
	}
	s.mix = mixing.NewMixer(rc, [2]int{places, 81})
	for i, n := range [mixing.Inputs]int{places * 81, 4 * 243, 243, places * 81, 4 * 81, places * leanings * leanings} {
		s.table[i] = mixing.NewTable(n)
	}
	return s
}

// enter prepares for the points of l.
func (s *signModel) enter(l *grid.Line, place int) {
	s.place, s.line = place, l
	s.near = [signNeighbours]int{}
	if l.Half == 0 {
		return
	}
	g := s.grid
	s.near[signLeft] = -l.Inc
	h := l.Half * g.Stride[l.Axis]
	s.near[signLow], s.near[signHigh] = -h, h
	if a := g.Rank - 2; a >= 0 && l.At[a] >= l.Step[a] {
		s.near[signUp] = -l.Step[a] * g.Stride[a]
	}
	if s.mix == nil {
		return
	}
	s.near[signLeft2] = -2 * l.Inc
	if u := s.near[signUp]; u != 0 {
		s.near[signUpLeft], s.near[signUpRight] = u-l.Inc, u+l.Inc
	}
	if a := g.Rank - 3; a >= 0 && l.At[a] >= l.Step[a] {
		s.near[signBack] = -l.Step[a] * g.Stride[a]
	}
	for b := range g.Rank {
		if b == l.Axis {
			continue
		}
		d := l.Step[b] * g.Stride[b]
		s.near[signLowUp], s.near[signHighUp] = -h-d, h-d
		s.near[signLowDown], s.near[signHighDown] = -h+d, h+d
		break
	}
}

// sign returns the sign of a neighbour of the point at index at.
func (s *signModel) get(k, at int) int {
	d := s.near[k]
	if d == 0 || at+d < 0 || at+d >= len(s.sign) {
		return 0
	}
	return int(s.sign[at+d])
}

// code codes the sign of the bin at index at, 1 for negative.
func (s *signModel) code(negative, at int, lean uint8) int {
	left := 0
	if at != s.line.Start {
		left = s.get(signLeft, at)
	}
	up, low, high := s.get(signUp, at), s.get(signLow, at), s.get(signHigh, at)
	four := ((left*3+up)*3+low)*3 + high
	if s.mix == nil {
		c := &s.counters[s.place*81+four]
		negative = s.rc.Code(negative, c.P())
		c.Update(negative)
		return negative
	}
	left2, upLeft, upRight, back := s.get(signLeft2, at), s.get(signUpLeft, at), s.get(signUpRight, at), s.get(signBack, at)
	cross := ((s.get(signLowUp, at)*3+s.get(signHighUp, at))*3+s.get(signLowDown, at))*3 + s.get(signHighDown, at)
	side := s.place / axisClasses
	s.mix.Rows = [mixing.Inputs]*mixing.Row{
		&s.table[0][s.place*81+four],
		&s.table[1][side*243+(((left*3+left2)*3+upLeft)*3+up)*3+upRight],
		&s.table[2][(((up*3+back)*3+left)*3+low)*3+high],
		&s.table[3][s.place*81+cross],
		&s.table[4][side*81+((back*3+upLeft)*3+upRight)*3+left2],
		&s.table[5][s.place*leanings*leanings+int(lean)],
	}
	return s.mix.Code(negative, 0, s.place, four)
}
