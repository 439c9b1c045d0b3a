package residual

import (
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

// signCoder codes the signs of bins that are not 0, knowing those of bins around
// them: errors of prediction have the same sign as their neighbours, or the
// opposite one, depending on the field. The light one has a counter for each
// combination of four neighbours, the full one mixes six contexts.
type signCoder struct {
	*neighbourhood
	rc       *rangecoder.Coder
	counters []mixing.Counter
	mix      *mixing.Mixer // nil in the light coder
	table    [mixing.Inputs][]mixing.Row
	pass     int // class of the current line's pass
	line     *grid.Line
	distance [signNeighbours]int // of the neighbours, in index; 0: there is none
}

// The neighbours whose signs matter, named as in FORMAT.md.
const (
	signL  = iota // before in the line
	signU         // one step before along the last axis but one
	signN0        // −half and +half along the axis
	signN1
	signLL // two before in the line
	signUL // beside signU
	signUR
	signV  // one step before along the last axis but two
	signN2 // signN0 and signN1 one step before along the first axis that is not the pass's
	signN3
	signN4 // and one step behind
	signN5
	signNeighbours
)

// signClasses4 is the number of combinations of four sign classes.
const signClasses4 = 3 * 3 * 3 * 3

func newSignCoder(rc *rangecoder.Coder, n *neighbourhood, full bool) signCoder {
	s := signCoder{neighbourhood: n, rc: rc}
	if !full {
		s.counters = mixing.NewCounters(passClasses*signClasses4, 1<<15)
		return s
	}
	s.mix = mixing.NewMixer(rc, [2]int{passClasses, signClasses4})
	for i, n := range [mixing.Inputs]int{
		passClasses * signClasses4,
		levelClasses * signClasses4 * 3,
		signClasses4 * 3,
		passClasses * signClasses4,
		levelClasses * signClasses4,
		passClasses * signedClasses * signedClasses,
	} {
		s.table[i] = mixing.NewTable(n)
	}
	return s
}

// enter prepares for the points of l.
func (s *signCoder) enter(l *grid.Line, pass int) {
	s.pass, s.line = pass, l
	s.distance = [signNeighbours]int{}
	if l.Half == 0 {
		return
	}
	g := s.grid
	s.distance[signL] = -l.Inc
	h := l.Half * g.Stride[l.Axis]
	s.distance[signN0], s.distance[signN1] = -h, h
	if a := g.Rank - 2; a >= 0 && l.At[a] >= l.Step[a] {
		s.distance[signU] = -l.Step[a] * g.Stride[a]
	}
	if s.mix == nil {
		return
	}
	s.distance[signLL] = -2 * l.Inc
	if u := s.distance[signU]; u != 0 {
		s.distance[signUL], s.distance[signUR] = u-l.Inc, u+l.Inc
	}
	if a := g.Rank - 3; a >= 0 && l.At[a] >= l.Step[a] {
		s.distance[signV] = -l.Step[a] * g.Stride[a]
	}
	for c := range g.Rank {
		if c == l.Axis {
			continue
		}
		d := l.Step[c] * g.Stride[c]
		s.distance[signN2], s.distance[signN3] = -h-d, h-d
		s.distance[signN4], s.distance[signN5] = -h+d, h+d
		break
	}
}

// class returns the sign class of a neighbour of the point at index at.
func (s *signCoder) class(k, at int) int {
	d := s.distance[k]
	if d == 0 || at+d < 0 || at+d >= len(s.signClass) {
		return 0
	}
	return int(s.signClass[at+d])
}

// code codes the sign of the bin at index at, 1 for negative. signed is what the
// features say of it.
func (s *signCoder) code(negative, at int, signed uint8) int {
	left := 0
	if at != s.line.Start {
		left = s.class(signL, at)
	}
	u, n0, n1 := s.class(signU, at), s.class(signN0, at), s.class(signN1, at)
	nearest := ((left*3+u)*3+n0)*3 + n1
	if s.mix == nil {
		c := &s.counters[s.pass*signClasses4+nearest]
		negative = s.rc.Code(negative, c.P())
		c.Update(negative)
		return negative
	}
	ll, ul, ur, v := s.class(signLL, at), s.class(signUL, at), s.class(signUR, at), s.class(signV, at)
	cross := ((s.class(signN2, at)*3+s.class(signN3, at))*3+s.class(signN4, at))*3 + s.class(signN5, at)
	level := s.pass / axisClasses
	s.mix.Rows = [mixing.Inputs]*mixing.Row{
		&s.table[0][s.pass*signClasses4+nearest],
		&s.table[1][level*signClasses4*3+(((left*3+ll)*3+ul)*3+u)*3+ur],
		&s.table[2][(((u*3+v)*3+left)*3+n0)*3+n1],
		&s.table[3][s.pass*signClasses4+cross],
		&s.table[4][level*signClasses4+((v*3+ul)*3+ur)*3+ll],
		&s.table[5][s.pass*signedClasses*signedClasses+int(signed)],
	}
	return s.mix.Code(negative, 0, s.pass, nearest)
}
