package codec

import (
	"slices"

	"github.com/morselcodec/morsel/formats"
	"github.com/morselcodec/morsel/internal/kernel"
)

// fitter is the encoder's predictor: before each pass it fits a stencil to the
// chunk by least squares and keeps it where it predicts better than
// interpolation. Values known by then are taken as reconstructed, so that the
// fit sees the quantisation noise that the decoder will see.
type fitter[T formats.Float] struct {
	stencils[T]
	x       []T // original values
	special []bool
	quant   *quantizer[T]
	points  int // of a pass that a fit looks at
	sample  sample
}

// thoroughFit is the number of points from which a fit tries more.
const thoroughFit = 20000

// recurringShare is the share of what recurs from which a fit looks at it.
const recurringShare = 0.5

// minFitPoints is the size of the smallest pass that a stencil is fitted to.
const minFitPoints = 256

// begin implements predictor.
func (f *fitter[T]) begin(p *pass) {
	f.plans = append(f.plans, stencil{})
	f.stencils.begin(p)
	points := p.points(f.grid.rank)
	if points < minFitPoints {
		return
	}
	f.taps = f.grid.taps(p)
	f.collect(p, max(points/f.points, 1))
	sample := &f.sample
	if plan, least := sample.solve(f.points >= thoroughFit); plan.precision > 0 {
		saved := (sample.cost(sample.interpolated()) - least) * float64(points) / float64(len(sample.cubic))
		if saved > float64(10*len(f.taps)) {
			if f.grid.mayRecur(p) && len(plan.weights) == len(f.taps) {
				plan.weights = append(plan.weights, 0)
			}
			f.plans[p.index] = plan
		}
	}
	f.stencils.begin(p)
}

// rehearse puts into the points of a line what coding them with interpolation
// would: a fit sees values of the same pass as a decoder will.
func (f *fitter[T]) rehearse(l *line, pred []float64) {
	f.cubic.predict(pred[:l.n], l)
	for i, at := 0, l.start; i < l.n; i, at = i+1, at+l.inc {
		if f.special != nil && f.special[at] {
			continue
		}
		n, ok := f.quant.bin(f.x[at], pred[i])
		if f.values[at] = f.x[at]; ok {
			f.values[at] = f.quant.value(n, pred[i])
		}
	}
}

// rehearseBefore does so with the lines that causal taps at points of l read.
func (f *fitter[T]) rehearseBefore(l *line, pred []float64) {
	for b := range f.grid.rank - 1 {
		if l.at[b] < l.step[b] {
			continue
		}
		before := *l
		before.at[b] -= l.step[b]
		before.start -= l.step[b] * f.grid.stride[b]
		f.rehearse(&before, pred)
	}
}

// segment is the number of neighbouring points of a line that a sample takes.
const segment = 64

// collect samples every every-th segment of the pass's lines.
func (f *fitter[T]) collect(p *pass, every int) {
	terms := len(f.taps)
	recurring := f.grid.mayRecur(p) && recurs(f.grid, p, f.x) > recurringShare
	if recurring {
		terms++
		f.recurrence.begin(f.grid, p)
	}
	s := &f.sample
	s.step, s.terms, s.cols = f.quant.step, terms, (terms+kernel.GramBlock)/kernel.GramBlock*kernel.GramBlock
	s.rows, s.cubic, s.stop = s.rows[:0], s.cubic[:0], f.grid.stop
	g := f.grid
	pred := make([]float64, g.shape[g.rank-1])
	column := make([]float64, g.shape[g.rank-1])
	var picked []int // points of the line
	count := 0
	g.lines(p, func(l *line) {
		var mean []float64
		if recurring {
			mean = f.recurrence.next(l, f.x, f.values)
		}
		picked = picked[:0]
		for i := 0; i < l.n; i += segment {
			count++
			if uint64(count)*2654435761>>8%uint64(every) != 0 {
				continue
			}
			for k := i; k < min(i+segment, l.n); k++ {
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
			at := l.start + i*l.inc
			if v := f.x[at]; i < n && v-v == 0 && (f.special == nil || !f.special[at]) {
				keep = append(keep, i)
			}
		}
		if len(keep) == 0 {
			return
		}
		f.cubic.predict(pred[:l.n], l)
		f.equations(l, keep, pred, mean, column)
	})
}

// equations adds those of the given points of a line to the sample. pred is
// what interpolation gives, mean that of the recurrence if there is one, column
// is for work.
func (f *fitter[T]) equations(l *line, points []int, pred, mean, column []float64) {
	s := &f.sample
	first, last := points[0], points[len(points)-1]+1
	row := len(s.rows)
	if need := len(points) * s.cols; cap(s.rows)-row < need {
		s.rows = slices.Grow(s.rows, max(need, 2*row))
	}
	s.rows = s.rows[:row+len(points)*s.cols]
	clear(s.rows[row:])
	for r, i := range points {
		x := float64(f.x[l.start+i*l.inc])
		s.cubic = append(s.cubic, pred[i]-x)
		s.rows[row+r*s.cols+s.terms] = x - f.base[i]
		if mean != nil {
			s.rows[row+r*s.cols+s.terms-1] = mean[i]
		}
	}
	for k := range f.taps {
		clear(column[first:last])
		f.grid.gather(l, &f.taps[k], func(from, to, index int) {
			from, to = max(from, first), min(to, last)
			at := l.start + from*l.inc + index
			for i := from; i < to; i++ {
				column[i] = float64(f.values[at]) - f.base[i]
				at += l.inc
			}
		})
		for r, i := range points {
			s.rows[row+r*s.cols+k] = column[i]
		}
	}
}
