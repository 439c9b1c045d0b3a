package predict

import (
	"slices"

	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/kernel"
)

// Fitter is the encoder's predictor: before each pass it fits a stencil to the
// chunk by least squares and keeps it where it predicts better than
// interpolation. Values known by then are taken as reconstructed, so that the
// fit sees the quantisation noise that the decoder will see.
type Fitter[T array.Float] struct {
	Stencils[T]
	X       []T // original values
	Special []bool
	Quant   *quant.Quantizer[T]
	Points  int // of a pass that a fit looks at
	sample  sample
}

// ThoroughFit is the number of points from which a fit tries more.
const ThoroughFit = 20000

// recurringShare is the share of what recurs from which a fit looks at it.
const recurringShare = 0.5

// minFitPoints is the size of the smallest pass that a stencil is fitted to.
const minFitPoints = 256

// Begin implements predictor.
func (f *Fitter[T]) Begin(p *grid.Pass) {
	f.Plans = append(f.Plans, Stencil{})
	f.Stencils.Begin(p)
	points := p.Points(f.Grid.Rank)
	if points < minFitPoints {
		return
	}
	f.taps = tapsOf(f.Grid, p)
	f.collect(p, max(points/f.Points, 1))
	sample := &f.sample
	if plan, least := sample.solve(f.Points >= ThoroughFit); plan.Precision > 0 {
		saved := (sample.cost(sample.interpolated()) - least) * float64(points) / float64(len(sample.cubic))
		if saved > float64(10*len(f.taps)) {
			if hasSliceMean(f.Grid, p) && len(plan.weights) == len(f.taps) {
				plan.weights = append(plan.weights, 0)
			}
			f.Plans[p.Index] = plan
		}
	}
	f.Stencils.Begin(p)
}

// rehearse puts into the points of a line what coding them with interpolation
// would: a fit sees values of the same pass as a decoder will.
func (f *Fitter[T]) rehearse(l *grid.Line, pred []float64) {
	f.Cubic.Predict(pred[:l.N], l)
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

// rehearseBefore does so with the lines that causal taps at points of l read.
func (f *Fitter[T]) rehearseBefore(l *grid.Line, pred []float64) {
	for b := range f.Grid.Rank - 1 {
		if l.At[b] < l.Step[b] {
			continue
		}
		before := *l
		before.At[b] -= l.Step[b]
		before.Start -= l.Step[b] * f.Grid.Stride[b]
		f.rehearse(&before, pred)
	}
}

// segment is the number of neighbouring points of a line that a sample takes.
const segment = 64

// collect samples every every-th segment of the pass's lines.
func (f *Fitter[T]) collect(p *grid.Pass, every int) {
	terms := len(f.taps)
	recurring := hasSliceMean(f.Grid, p) && sliceMeanShare(f.Grid, p, f.X) > recurringShare
	if recurring {
		terms++
		f.mean.Begin(f.Grid, p)
	}
	s := &f.sample
	s.step, s.terms, s.cols = f.Quant.Step, terms, (terms+kernel.GramBlock)/kernel.GramBlock*kernel.GramBlock
	s.rows, s.cubic, s.stop = s.rows[:0], s.cubic[:0], f.Grid.Watch
	g := f.Grid
	pred := make([]float64, g.Shape[g.Rank-1])
	column := make([]float64, g.Shape[g.Rank-1])
	var picked []int // points of the line
	count := 0
	g.Lines(p, func(l *grid.Line) {
		var mean []float64
		if recurring {
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
		f.rehearseBefore(l, pred)
		n := f.centred(l)
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
		f.Cubic.Predict(pred[:l.N], l)
		f.equations(l, keep, pred, mean, column)
	})
}

// equations adds those of the given points of a line to the sample. pred is
// what interpolation gives, mean that of the recurrence if there is one, column
// is for work.
func (f *Fitter[T]) equations(l *grid.Line, points []int, pred, mean, column []float64) {
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
		s.cubic = append(s.cubic, pred[i]-x)
		s.rows[row+r*s.cols+s.terms] = x - f.base[i]
		if mean != nil {
			s.rows[row+r*s.cols+s.terms-1] = mean[i]
		}
	}
	for k := range f.taps {
		clear(column[first:last])
		gather(f.Grid, l, &f.taps[k], func(from, to, index int) {
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
