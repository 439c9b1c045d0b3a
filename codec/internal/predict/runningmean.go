package predict

import (
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/formats/array"
)

// runningMean follows what recurs along a chunk's first axis, often time: for
// each point of a slice of a pass, the mean of what its values so far differed
// from the base. A land mask, a mountain range, a mean state show in every slice
// alike; interpolation does not know them, and the slice before is one noisy
// sample.
type runningMean[T array.Float] struct {
	grid  *grid.Grid
	mean  []float64
	lines int // of a slice
	line  int // the next one, in its slice
}

const (
	minSlices       = 8  // slices that a pass must have
	runningMeanSpan = 32 // slices that a mean is about
)

// hasRunningMean reports whether the stencils of a pass have one.
func hasRunningMean(g *grid.Grid, p *grid.Pass) bool {
	return g.Rank > 1 && p.Axis != 0 && p.Count[0] >= minSlices
}

func (r *runningMean[T]) begin(g *grid.Grid, p *grid.Pass) {
	r.grid, r.lines, r.line = g, 1, 0
	for a := 1; a < g.Rank-1; a++ {
		r.lines *= p.Count[a]
	}
	n := r.lines * p.Count[g.Rank-1]
	if cap(r.mean) < n {
		r.mean = make([]float64, n)
	}
	r.mean = r.mean[:n]
	clear(r.mean)
}

// next returns the means for the points of l, which must be the next line of the
// pass. The values of the pass are read from values, those known before it from
// known.
func (r *runningMean[T]) next(l *grid.Line, values, known []T) []float64 {
	mean := r.mean[r.line*l.N:][:l.N]
	if r.line++; r.line == r.lines {
		r.line = 0
	}
	g := r.grid
	slice := l.At[0] / l.Step[0]
	if slice == 0 {
		return mean
	}
	n := g.Inner(l)
	rate := 1 / float64(min(slice, runningMeanSpan))
	h := l.Half * g.Stride[l.Axis]
	at := l.Start - l.Step[0]*g.Stride[0]
	for i, m := range mean[:n] {
		b := float64((float64(known[at-h]) + float64(known[at+h])) * 0.5)
		if d := float64(values[at]) - b; d-d == 0 {
			mean[i] = m + float64(rate*(d-m))
		}
		at += l.Inc
	}
	return mean
}

// shareOfMean returns the share of what the values of a pass differ from the base
// by that is the same in all slices: the square of its mean over slices, at points
// spread over a slice, over the mean of its square.
func shareOfMean[T array.Float](g *grid.Grid, p *grid.Pass, x []T) float64 {
	const points = 256
	h := p.Half * g.Stride[p.Axis]
	all, same := 0.0, 0.0
	for k := range uint64(points) {
		at := 0
		for a := 1; a < g.Rank; a++ {
			k = k*2862933555777941757 + 3037000493
			n := p.Count[a]
			if a == p.Axis {
				n = (g.Shape[a] - 1) / p.Step[a] // those with neighbours on both sides
			}
			if n == 0 {
				return 0
			}
			at += (p.First[a] + int(k>>33%uint64(n))*p.Step[a]) * g.Stride[a]
		}
		sum, squares, n := 0.0, 0.0, 0.0
		for range p.Count[0] {
			d := float64(x[at]) - float64((float64(x[at-h])+float64(x[at+h]))*0.5)
			if d-d == 0 {
				sum += d
				squares += float64(d * d)
				n++
			}
			at += p.Step[0] * g.Stride[0]
		}
		if n > 0 {
			all += squares / n
			same += float64(sum*sum) / float64(n*n)
		}
	}
	if all == 0 {
		return 0
	}
	return same / all
}
