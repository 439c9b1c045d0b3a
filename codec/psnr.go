package codec

import (
	"math"

	"github.com/morselcodec/morsel/codec/internal/chunk"
	"github.com/morselcodec/morsel/codec/internal/detmath"
)

// squaredErrors adds up those of chunks.
type squaredErrors struct {
	squares  float64 // in units of ε²
	ordinary int64
}

func (n *squaredErrors) add(e *chunk.Encoded) {
	n.squares += e.Squares
	n.ordinary += int64(e.Ordinary)
}

// psnr returns decibels, +Inf where there is no error.
func (n *squaredErrors) psnr(width, eps float64) float64 {
	if n.squares == 0 {
		return math.Inf(1)
	}
	return float64(20*(detmath.Log10(width)-detmath.Log10(eps))) - float64(10*detmath.Log10(n.squares/float64(n.ordinary)))
}

func finiteOrNil(v float64) *float64 {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return nil
	}
	return &v
}

// A search aims a little above the PSNR that was asked for and stops within
// psnrSlack. Where no bound comes that near, because the PSNR jumps, it stops
// when it knows the widest one that will do to within a factor of psnrStep.
const (
	psnrAim     = 0.1
	psnrSlack   = 0.3
	psnrStep    = 1.02
	psnrTrials  = 12 // of the whole array, at most
	roughTrials = 6  // of a sample
)

// psnrSearch looks for the widest bound whose decoded PSNR is at least want.
type psnrSearch struct {
	want, width  float64 // decibels, and the range of the values
	whole        bool    // bounds are whole numbers: those of integers
	ok           trial   // the widest bound that reaches want
	bad          trial   // the tightest that does not
	last, before trial
}

// trial is a bound that was tried and the PSNR it gave; eps 0 is none.
type trial struct{ eps, db float64 }

// tried takes note of a trial.
func (s *psnrSearch) tried(eps, db float64) {
	t := trial{eps, db}
	s.before, s.last = s.last, t
	switch {
	case db >= s.want && eps > s.ok.eps:
		s.ok = t
	case db < s.want && (s.bad.eps == 0 || eps < s.bad.eps):
		s.bad = t
	}
}

// done reports whether ok is the answer.
func (s *psnrSearch) done() bool {
	ok, bad := s.ok.eps, s.bad.eps
	switch {
	case ok == 0:
		return s.whole && bad == 1
	case s.ok.db <= s.want+psnrSlack, ok >= s.width:
		return true
	}
	return bad > 0 && (bad <= ok*psnrStep || s.whole && bad <= ok+1)
}

// next returns the bound to try next.
func (s *psnrSearch) next() float64 {
	// Errors grow with the bound; how fast, the last two trials tell.
	slope := 20.0
	if a, b := s.last, s.before; b.eps > 0 && a.eps != b.eps && !math.IsInf(a.db, 1) && !math.IsInf(b.db, 1) {
		slope = min(max((b.db-a.db)/detmath.Log10(a.eps/b.eps), 5), 40)
	}
	eps := min(detmath.Exp10(min(s.last.db-s.want-psnrAim, 60)/slope, s.last.eps), s.width)
	switch lo, hi := s.ok.eps, s.bad.eps; {
	case lo > 0 && hi > 0 && (eps <= lo || eps >= hi):
		eps = math.Sqrt(lo) * math.Sqrt(hi) // lo·hi may be beyond the largest number
	case lo > 0 && eps <= lo:
		eps = min(2*lo, s.width)
	case hi > 0 && eps >= hi:
		eps = hi / 4
	}
	return s.round(eps)
}

// round makes eps a bound that differs from those tried.
func (s *psnrSearch) round(eps float64) float64 {
	if !s.whole {
		return eps
	}
	eps = max(math.Floor(eps), s.ok.eps+1)
	if s.bad.eps > 0 {
		eps = min(eps, s.bad.eps-1)
	}
	return eps
}
