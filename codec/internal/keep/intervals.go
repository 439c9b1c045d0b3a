package keep

import (
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/formats/array"
)

// setIntervals fills keys and intervals with what decoded values leave open.
func setIntervals[T array.Float](r *graph, l *quant.Lattice[T], values []T, eps float64) {
	for p, s := range r.state {
		if s&bisected != 0 {
			r.state[p] = s &^ (bisected | fixed)
		}
	}
	for from := 0; from < len(values); {
		to := from
		for to < len(values) && r.state[to]&ofValues == ordinary {
			to++
		}
		l.Places(r.index[from:to], values[from:to])
		l.Around(r.lo[from:to], r.hi[from:to], values[from:to], eps)
		if to < len(values) {
			if r.state[to]&fixed != 0 {
				l.Places(r.index[to:to+1], values[to:])
				r.lo[to], r.hi[to] = r.index[to], r.index[to]
			}
			to++
		}
		from = to
	}
}

// middle returns the last place of the lower half of p's interval.
func (r *graph) middle(p int) int64 {
	return r.lo[p] + int64(uint64(r.hi[p]-r.lo[p])>>1)
}

// bisect narrows the interval of p to one of its halves.
func (r *graph) bisect(p int, upper bool) {
	if middle := r.middle(p); upper {
		r.lo[p] = middle + 1
	} else {
		r.hi[p] = middle
	}
	r.state[p] |= bisected
	if r.lo[p] == r.hi[p] {
		r.state[p] |= fixed
	}
	r.index[p] = min(max(r.index[p], r.lo[p]), r.hi[p])
}
