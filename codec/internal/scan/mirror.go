package scan

import "math"

// mirror predicts a point of an array that is its own mirror image by the
// point's mirror point, where that came before and has been the better
// prediction around.
type mirror struct {
	axis      int // of the grid; −1: there is none
	opposite  bool
	fitErr    []float64 // of each point: the error of the fit
	mirrorErr []float64 // and that of the mirror point
	scaled    float64   // what the current point's mirror point predicts
	exists    bool      // the current point has one
}

func newMirror(g *grid, shape []int, axis int, opposite bool) *mirror {
	m := &mirror{axis: -1, opposite: opposite, fitErr: make([]float64, g.size), mirrorErr: make([]float64, g.size)}
	if shape[axis] > 1 {
		for _, n := range shape[:axis+1] {
			if n > 1 {
				m.axis++
			}
		}
	}
	return m
}

// choose returns the prediction of point i, for which the fit says fit, and its
// expected error.
func (m *mirror) choose(s *scanner, i int, fit float64) (p, sigma float64) {
	sigma = s.expected(m.fitErr, i)
	m.exists = false
	if m.axis < 0 {
		return fit, sigma
	}
	j := i + (s.grid.shape[m.axis]-1-2*s.at[m.axis])*s.grid.stride[m.axis]
	if j >= i {
		return fit, sigma
	}
	m.exists = true
	m.scaled = s.scaled[j]
	if m.opposite {
		m.scaled = -m.scaled
	}
	if e := s.expected(m.mirrorErr, i); e < sigma {
		return m.scaled, e
	}
	return fit, sigma
}

// setErr sets the errors of both predictions of point i, whose scaled value is x.
func (m *mirror) setErr(s *scanner, i int, x, fit float64) {
	m.fitErr[i] = math.Min(math.Abs(x-fit), maxErr)
	m.mirrorErr[i] = s.expected(m.fitErr, i)
	if m.exists {
		m.mirrorErr[i] = math.Min(math.Abs(x-m.scaled), maxErr)
	}
}

// expectErr takes the expected errors of point i as its errors.
func (m *mirror) expectErr(s *scanner, i int) {
	m.fitErr[i], m.mirrorErr[i] = s.expected(m.fitErr, i), s.expected(m.mirrorErr, i)
}
