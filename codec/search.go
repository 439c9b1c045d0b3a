package codec

import (
	"context"
	"io"
	"math"

	"github.com/morselcodec/morsel/codec/internal/detmath"
	"github.com/morselcodec/morsel/formats/array"
)

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

// searchPSNR encodes an array with the widest bound whose PSNR is what o asks for:
// it tries bounds on a sample, coded fast, and then on the whole. An archive of
// up to limit bytes is kept, rather than encoded once more when it is chosen.
func searchPSNR(ctx context.Context, w io.Writer, in *input, o *Options, limit int) (Stats, error) {
	sure, err := o.Bound.resolve(o.Range)
	if err != nil {
		return Stats{}, err
	}
	if sure == 0 {
		return in.encode(ctx, w, o)
	}
	search := psnrSearch{want: o.Bound.PSNR, width: o.Range.Width(), whole: in.DType.IsInteger()}
	rough := search
	// Errors spread evenly over bins are ε/√3 in the mean.
	eps, err := rough.onSample(ctx, in.Source, o, min(sure*math.Sqrt(3), search.width))
	if err != nil {
		return Stats{}, err
	}
	p := &passes{in: in, o: *o}
	var kept replay // the archive of search.ok
	var stats Stats
	for range psnrTrials {
		out := replay{limit: limit}
		found, err := p.encode(ctx, &out, eps)
		if err != nil {
			return Stats{}, err
		}
		db := math.Inf(1)
		if found.PSNR != nil {
			db = *found.PSNR
		}
		if search.tried(eps, db); search.ok.eps == eps {
			kept, stats = out, found
		}
		if search.done() {
			break
		}
		eps = search.next()
	}
	switch eps = search.ok.eps; {
	case eps == 0 && search.whole: // lossless
	case eps == 0:
		eps = sure
	case !kept.over:
		_, err := w.Write(kept.buf)
		return stats, err
	}
	return p.encode(ctx, w, eps)
}

// onSample searches on a sample, from eps on, and returns what to try first on
// the whole.
func (s *psnrSearch) onSample(ctx context.Context, src array.Source, o *Options, eps float64) (float64, error) {
	fast := *o
	fast.Level, fast.Model = 1, nil
	sample, err := takeSample(ctx, src, &fast)
	if err != nil {
		return 0, err
	}
	eps = s.round(eps)
	for range roughTrials {
		db, err := sample.psnr(ctx, &fast, eps, s.width)
		if err != nil {
			return 0, err
		}
		if s.tried(eps, db); s.done() {
			break
		}
		eps = s.next()
	}
	if s.ok.eps > 0 {
		return s.ok.eps, nil
	}
	return eps, nil
}

// passes encodes an array several times.
type passes struct {
	in   *input
	o    Options
	done int64 // values in the passes before
}

// encode encodes the array with the bound eps.
func (p *passes) encode(ctx context.Context, w io.Writer, eps float64) (Stats, error) {
	values, err := p.in.Check()
	if err != nil {
		return Stats{}, err
	}
	o := p.o
	o.epsForPSNR = &eps
	if before := p.done; o.Progress != nil {
		o.Progress = func(done, total int64) { p.o.Progress(before+done, before+total) }
	}
	p.done += values
	return p.in.encode(ctx, w, &o)
}
