package predict

import (
	"slices"

	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/kernel"
)

// fitter is the encoder's predictor: before each pass it fits a stencil to the
// chunk by least squares and keeps it where it predicts better than
// interpolation. Values known by then are taken as reconstructed, so that the
// fit sees the quantisation errors that the decoder will see.
type fitter[T array.Float] struct {
	stencils[T]
	Fit[T]
	sample sample
}

// ThoroughFit is the number of points from which a fit tries more.
const ThoroughFit = 20000

// minRecurringShare is the share of what recurs (see shareOfMean) from which a fit
// has a running mean.
const minRecurringShare = 0.5

// minFitPoints is the size of the smallest pass that a stencil is fitted to.
const minFitPoints = 256

// Begin implements Predictor.
func (f *fitter[T]) Begin(p *grid.Pass) {
	f.stencils.Begin(p)
	points := p.Points(f.Grid.Rank)
	if points < minFitPoints {
		return
	}
	f.taps = tapsOf(f.Grid, p)
	f.takeSample(p, max(points/f.Points, 1))
	sample := &f.sample
	if best, least := sample.solve(f.Points >= ThoroughFit); best.precision > 0 {
		saved := (sample.cost(sample.interpolationErrors()) - least) * float64(points) / float64(len(sample.interpolation))
		if saved > float64(10*len(f.taps)) {
			if hasRunningMean(f.Grid, p) && len(best.weights) == len(f.taps) {
				best.weights = append(best.weights, 0)
			}
			f.byPass[p.Index] = best
		}
	}
	f.stencils.Begin(p)
}

// reconstruct sets the values of a line to what coding it with interpolation would
// leave there, so that a fit sees values of the same pass roughly as a decoder will.
func (f *fitter[T]) reconstruct(l *grid.Line, pred []float64) {
	f.interpolation.Predict(pred[:l.N], l)
	for i, at := 0, l.Start; i < l.N; i, at = i+1, at+l.Inc {
		if f.Special != nil && f.Special[at] {
			continue
		}
		n, ok := f.Quant.Bin(f.X[at], pred[i])
		if f.Values[at] = f.X[at]; ok {
			f.Values[at] = f.Quant.Value(n, pred[i])
		}
	}
}

// reconstructBefore does so with the lines that causal taps at points of l read.
func (f *fitter[T]) reconstructBefore(l *grid.Line, pred []float64) {
	for b := range f.Grid.Rank - 1 {
		if l.At[b] < l.Step[b] {
			continue
		}
		before := *l
		before.At[b] -= l.Step[b]
		before.Start -= l.Step[b] * f.Grid.Stride[b]
		f.reconstruct(&before, pred)
	}
}

// segment is the number of neighbouring points of a line that a sample takes.
const segment = 64

// takeSample samples every every-th segment of the pass's lines.
func (f *fitter[T]) takeSample(p *grid.Pass, every int) {
	terms := len(f.taps)
	withMean := hasRunningMean(f.Grid, p) && shareOfMean(f.Grid, p, f.X) > minRecurringShare
	if withMean {
		terms++
		f.mean.begin(f.Grid, p)
	}
	s := &f.sample
	s.step, s.terms, s.cols = f.Quant.Step, terms, (terms+kernel.GramBlock)/kernel.GramBlock*kernel.GramBlock
	s.rows, s.interpolation, s.watch = s.rows[:0], s.interpolation[:0], f.Grid.Watch
	g := f.Grid
	pred := make([]float64, g.Shape[g.Rank-1])
	column := make([]float64, g.Shape[g.Rank-1])
	var picked []int // points of the line
	count := 0
	g.Lines(p, func(l *grid.Line) {
		var mean []float64
		if withMean {
			mean = f.mean.next(l, f.X, f.Values)
		}
		picked = picked[:0]
		for i := 0; i < l.N; i += segment {
			count++
			if uint64(count)*2654435761>>8%uint64(every) != 0 {
				continue
			}
			for k := i; k < min(i+segment, l.N); k++ {
				picked = append(picked, k)
			}
		}
		if len(picked) == 0 {
			return
		}
		f.reconstructBefore(l, pred)
		n := f.setBase(l) // inner points
		keep := picked[:0]
		for _, i := range picked {
			at := l.Start + i*l.Inc
			if v := f.X[at]; i < n && v-v == 0 && (f.Special == nil || !f.Special[at]) {
				keep = append(keep, i)
			}
		}
		if len(keep) == 0 {
			return
		}
		f.interpolation.Predict(pred[:l.N], l)
		f.addEquations(l, keep, pred, mean, column)
	})
}

// addEquations adds those of the given points of a line to the sample. pred is
// what interpolation predicts, mean the running means if there are any, column
// is for work.
func (f *fitter[T]) addEquations(l *grid.Line, points []int, pred, mean, column []float64) {
	s := &f.sample
	first, last := points[0], points[len(points)-1]+1
	row := len(s.rows)
	if need := len(points) * s.cols; cap(s.rows)-row < need {
		s.rows = slices.Grow(s.rows, max(need, 2*row))
	}
	s.rows = s.rows[:row+len(points)*s.cols]
	clear(s.rows[row:])
	for r, i := range points {
		x := float64(f.X[l.Start+i*l.Inc])
		s.interpolation = append(s.interpolation, pred[i]-x)
		s.rows[row+r*s.cols+s.terms] = x - f.base[i]
		if mean != nil {
			s.rows[row+r*s.cols+s.terms-1] = mean[i]
		}
	}
	for k := range f.taps {
		clear(column[first:last])
		eachRun(f.Grid, l, &f.taps[k], func(from, to, index int) {
			from, to = max(from, first), min(to, last)
			at := l.Start + from*l.Inc + index
			for i := from; i < to; i++ {
				column[i] = float64(f.Values[at]) - f.base[i]
				at += l.Inc
			}
		})
		for r, i := range points {
			s.rows[row+r*s.cols+k] = column[i]
		}
	}
}
