package residual

import (
	"math"

	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/predict"
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/formats/array"
)

// walker takes a chunk through the multilevel walk.
type walker[T array.Float] struct {
	grid    *grid.Grid
	order   []int
	values  []T    // reconstructed so far
	skip    []bool // points that are not coded; nil for none
	pred    predict.Predictor[T]
	quant   quant.Quantizer[T]
	coder   coder
	fills   special.Fills[T] // encoding: what no reconstruction may be
	needs   needs            // of the coder
	worst   float64          // encoding: the largest error so far
	failed  error            // decoding: there is no use in going on
	p       []float64
	q       []int64
	lskip   []bool
	feature features
}

func newWalker[T array.Float](g *grid.Grid, h *head, values []T, q quant.Quantizer[T]) *walker[T] {
	return &walker[T]{grid: g, order: grid.AxisOrder(g.Rank, h.order), values: values, quant: q}
}

func (w *walker[T]) init() {
	n := w.grid.LongestLine()
	w.p, w.q = make([]float64, n), make([]int64, n)
	w.feature.slope, w.feature.curve = make([]uint8, n), make([]uint8, n)
	if w.needs = w.coder.needs(); w.needs == needsLean {
		w.feature.lean = make([]uint8, n)
	}
	w.lskip = make([]bool, n)
}

// origin is the line of the walk's very first point, predicted as 0.
func (w *walker[T]) origin() *grid.Line {
	p := &grid.Pass{Level: 32, Axis: 0}
	for a := range w.grid.Rank {
		p.Step[a], p.Count[a] = 1, 1
	}
	return &grid.Line{Pass: p, Inc: 1, N: 1}
}

// encode quantises the chunk x. Where no bin keeps the bound, or it gives fill,
// it puts the value into values as it is, sets skip and returns its index.
func (w *walker[T]) encode(x []T) (exact []int) {
	w.init()
	w.walk(func(l *grid.Line, p []float64, q []int64, skip []bool) {
		for i, at := 0, l.Start; i < l.N; i, at = i+1, at+l.Inc {
			if skip != nil && skip[i] {
				continue
			}
			n, ok := w.quant.Bin(x[at], p[i])
			v := w.quant.Value(n, p[i])
			if !ok || !w.quant.Holds(x[at], v) || w.fills.Has(v) {
				exact = append(exact, at)
				n, v = 0, x[at]
				if skip == nil {
					skip = w.lskip[:l.N]
					clear(skip)
				}
				skip[i] = true
			}
			if d := math.Abs(float64(x[at]) - float64(v)); d > w.worst {
				w.worst = d
			}
			q[i] = n
			w.values[at] = v
		}
		w.coder.line(l, q, skip, &w.feature)
	})
	return exact
}

// decode fills values in. Exact values must be there already, and be skipped.
func (w *walker[T]) decode() error {
	w.init()
	w.walk(func(l *grid.Line, p []float64, q []int64, skip []bool) {
		w.coder.line(l, q, skip, &w.feature)
		w.failed = w.coder.err()
		for i, at := 0, l.Start; i < l.N; i, at = i+1, at+l.Inc {
			if skip == nil || !skip[i] {
				v := w.quant.Value(q[i], p[i])
				if v != v {
					v = 0 // the bits of NaN would depend on the machine
				}
				w.values[at] = v
			}
		}
	})
	return w.failed
}

// walk calls f with each line and its predictions. Skipped points are filled
// with their prediction first, unless they hold a value to keep.
func (w *walker[T]) walk(f func(l *grid.Line, p []float64, q []int64, skip []bool)) {
	visit := func(l *grid.Line) {
		p := w.p[:l.N]
		var skip []bool
		if w.skip != nil {
			skip = w.lskip[:l.N]
			for i, at := 0, l.Start; i < l.N; i, at = i+1, at+l.Inc {
				skip[i] = w.skip[at]
				if skip[i] && w.values[at] != w.values[at] {
					w.values[at] = quant.Finite(T(p[i]))
				}
			}
		}
		f(l, p, w.q[:l.N], skip)
	}
	l := w.origin()
	w.p[0] = 0
	visit(l)
	passes := w.grid.Passes(w.order)
	for i := range passes {
		w.pred.Begin(&passes[i])
		w.grid.Lines(&passes[i], func(l *grid.Line) {
			if w.failed != nil {
				return
			}
			w.pred.Predict(w.p[:l.N], l)
			w.measure(l)
			visit(l)
		})
	}
}

// measure sets the features of a line.
func (w *walker[T]) measure(l *grid.Line) {
	if w.needs == needsNothing || w.quant.Kind == quant.RoundLossless {
		return
	}
	n := l.N // points with a known value on both sides
	if l.Axis == w.grid.Rank-1 {
		_, n = w.grid.Span(l, l.Half)
	} else if l.At[l.Axis]+l.Half >= w.grid.Shape[l.Axis] {
		n = 0
	}
	slope, curve, lean := w.feature.slope[:l.N], w.feature.curve[:l.N], w.feature.lean
	clear(slope[n:])
	clear(curve[n:])
	if lean != nil {
		clear(lean[n:l.N])
	}
	h, scale, p := l.Half*w.grid.Stride[l.Axis], 4*w.quant.Inv, w.p[:n]
	for i, at := 0, l.Start; i < n; i, at = i+1, at+l.Inc {
		a, b := float64(w.values[at-h]), float64(w.values[at+h])
		s := featureOf((a - b) * scale)
		c := featureOf((p[i] - float64((a+b)*0.5)) * (8 * scale))
		slope[i], curve[i] = s.bucket, c.bucket
		if lean != nil {
			lean[i] = s.lean*leanings + c.lean
		}
	}
}
