package constraint

import (
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/formats/array"
)

// SetIntervals fills keys and intervals with what decoded values leave open.
func SetIntervals[T array.Float](r *Graph, l *quant.Lattice[T], values []T, eps float64) {
	for p, s := range r.State {
		if s&Bisected != 0 {
			r.State[p] = s &^ (Bisected | Fixed)
		}
	}
	for from := 0; from < len(values); {
		to := from
		for to < len(values) && r.State[to]&OfValues == Ordinary {
			to++
		}
		l.Places(r.Index[from:to], values[from:to])
		l.Around(r.Lo[from:to], r.Hi[from:to], values[from:to], eps)
		if to < len(values) {
			if r.State[to]&Fixed != 0 {
				l.Places(r.Index[to:to+1], values[to:])
				r.Lo[to], r.Hi[to] = r.Index[to], r.Index[to]
			}
			to++
		}
		from = to
	}
}

// Middle returns the last place of the lower half of p's interval.
func (r *Graph) Middle(p int) int64 {
	return r.Lo[p] + int64(uint64(r.Hi[p]-r.Lo[p])>>1)
}

// Bisect narrows the interval of p to one of its halves.
func (r *Graph) Bisect(p int, upper bool) {
	if middle := r.Middle(p); upper {
		r.Lo[p] = middle + 1
	} else {
		r.Hi[p] = middle
	}
	r.State[p] |= Bisected
	if r.Lo[p] == r.Hi[p] {
		r.State[p] |= Fixed
	}
	r.Index[p] = min(max(r.Index[p], r.Lo[p]), r.Hi[p])
}
