package constraint

import (
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/formats/array"
)

// SetIntervals sets indices and intervals of ordinary values to those of decoded values
// under the absolute bound eps: fixed ones to the value itself. Bisections are undone.
func SetIntervals[T array.Float](gr *Graph, l *quant.Lattice[T], values []T, eps float64) {
	for p, s := range gr.State {
		if s&Bisected != 0 {
			gr.State[p] = s &^ (Bisected | Fixed)
		}
	}
	for from := 0; from < len(values); {
		to := from
		for to < len(values) && gr.State[to]&OfValues == Ordinary {
			to++
		}
		l.Indices(gr.Index[from:to], values[from:to])
		l.Intervals(gr.Lo[from:to], gr.Hi[from:to], values[from:to], eps)
		if to < len(values) {
			if gr.State[to]&Fixed != 0 {
				l.Indices(gr.Index[to:to+1], values[to:])
				gr.Lo[to], gr.Hi[to] = gr.Index[to], gr.Index[to]
			}
			to++
		}
		from = to
	}
}

// Middle returns the last index of the lower half of p's interval.
func (gr *Graph) Middle(p int) int64 {
	return gr.Lo[p] + int64(uint64(gr.Hi[p]-gr.Lo[p])>>1)
}

// Bisect shrinks the interval of p, of two indices at least, to its upper or lower
// half, and moves the index of p into it.
func (gr *Graph) Bisect(p int, upper bool) {
	if middle := gr.Middle(p); upper {
		gr.Lo[p] = middle + 1
	} else {
		gr.Hi[p] = middle
	}
	gr.State[p] |= Bisected
	if gr.Lo[p] == gr.Hi[p] {
		gr.State[p] |= Fixed
	}
	gr.Index[p] = min(max(gr.Index[p], gr.Lo[p]), gr.Hi[p])
}
