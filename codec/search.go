package codec

import (
	"context"
	"io"
	"math"

	"github.com/morselcodec/morsel/formats/array"
)

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
