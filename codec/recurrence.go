package codec

import "github.com/morselcodec/morsel/formats"

// A recurrence follows what recurs along a chunk's first axis, often time: for
// each place of a slice of a pass, the average of what its values so far
// differed from b, the mean of their neighbours along the pass's axis. A land
// mask, a mountain range, a mean state show in every slice alike; interpolation
// does not know them, and the slice before is one noisy sample.
type recurrence[T formats.Float] struct {
	grid  *grid
	mean  []float64
	lines int // of a slice
	line  int // the next one, in its slice
}

const (
	minRecurrence  = 8  // slices that a pass must have
	recurrenceSpan = 32 // slices that an average is about
)

// mayRecur reports whether the stencil of a pass has a term for its recurrence.
func mayRecur(g *grid, p *pass) bool {
	return g.rank > 1 && p.axis != 0 && p.count[0] >= minRecurrence
}

func (r *recurrence[T]) begin(g *grid, p *pass) {
	r.grid, r.lines, r.line = g, 1, 0
	for a := 1; a < g.rank-1; a++ {
		r.lines *= p.count[a]
	}
	n := r.lines * p.count[g.rank-1]
	if cap(r.mean) < n {
		r.mean = make([]float64, n)
	}
	r.mean = r.mean[:n]
	clear(r.mean)
}

// next returns the averages for the points of l, which must be the next line of
// the pass. The values of the pass are read from values, those known before it
// from known.
func (r *recurrence[T]) next(l *line, values, known []T) []float64 {
	mean := r.mean[r.line*l.n:][:l.n]
	if r.line++; r.line == r.lines {
		r.line = 0
	}
	g := r.grid
	before := l.at[0] / l.step[0]
	if before == 0 {
		return mean
	}
	n := l.n
	if l.axis == g.rank-1 {
		_, n = g.span(l, l.half)
	} else if l.at[l.axis]+l.half >= g.shape[l.axis] {
		return mean
	}
	rate := 1 / float64(min(before, recurrenceSpan))
	h := l.half * g.stride[l.axis]
	at := l.start - l.step[0]*g.stride[0]
	for i, m := range mean[:n] {
		b := float64((float64(known[at-h]) + float64(known[at+h])) * 0.5)
		if d := float64(values[at]) - b; d-d == 0 {
			mean[i] = m + float64(rate*(d-m))
		}
		at += l.inc
	}
	return mean
}

// recurs returns the share of what the values of a pass differ from b by that
// is the same in all slices: the square of its average over slices, in places
// spread over a slice, over the average of its square.
func recurs[T formats.Float](g *grid, p *pass, x []T) float64 {
	const places = 256
	h := p.half * g.stride[p.axis]
	all, same := 0.0, 0.0
	for k := range uint64(places) {
		at := 0
		for a := 1; a < g.rank; a++ {
			k = k*2862933555777941757 + 3037000493
			n := p.count[a]
			if a == p.axis {
				n = (g.shape[a] - 1) / p.step[a] // those with neighbours on both sides
			}
			if n == 0 {
				return 0
			}
			at += (p.first[a] + int(k>>33%uint64(n))*p.step[a]) * g.stride[a]
		}
		sum, squares, n := 0.0, 0.0, 0.0
		for range p.count[0] {
			d := float64(x[at]) - float64((float64(x[at-h])+float64(x[at+h]))*0.5)
			if d-d == 0 {
				sum += d
				squares += float64(d * d)
				n++
			}
			at += p.step[0] * g.stride[0]
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
