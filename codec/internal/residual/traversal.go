package residual

import (
	"math"

	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/predict"
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/formats/array"
)

// traversal takes a chunk through the multilevel traversal, in either direction.
type traversal[T array.Float] struct {
	predict.Chunk[T]
	uncoded   []bool // points that are not coded; nil for none
	quant     quant.Quantizer[T]
	predictor predict.Predictor[T]
	coder     coder
	needs     needs // of the coder
	err       error // decoding: there is no use in going on

	// Of the current line.
	p           []float64 // predictions
	q           []int64   // bins
	lineUncoded []bool
	features    features
}

func newTraversal[T array.Float](g *grid.Grid, d array.DType, eps float64, h *head, values, estimate []T) *traversal[T] {
	return &traversal[T]{
		Chunk: predict.Chunk[T]{Grid: g, Passes: g.Passes(grid.AxisOrder(g.Rank, h.order)), Values: values, Estimate: estimate},
		quant: quant.New[T](d, eps, h.narrowing),
	}
}

// use sets what predicts and what codes.
func (t *traversal[T]) use(p predict.Predictor[T], c coder) {
	t.predictor, t.coder, t.needs = p, c, c.needs()
	n := t.Grid.LongestLine()
	t.p, t.q = make([]float64, n), make([]int64, n)
	t.features.gradSize, t.features.curvSize = make([]uint8, n), make([]uint8, n)
	if t.needs == needsSigns {
		t.features.signs = make([]uint8, n)
	}
	t.lineUncoded = make([]bool, n)
}

// origin is the line of the traversal's very first point, predicted as 0.
func (t *traversal[T]) origin() *grid.Line {
	p := &grid.Pass{Level: 32, Axis: 0}
	for a := range t.Grid.Rank {
		p.Step[a], p.Count[a] = 1, 1
	}
	return &grid.Line{Pass: p, Inc: 1, N: 1}
}

// encode quantises the chunk x. Where no bin keeps the bound, or it would give
// fill, the value is unpredictable: it is left as it is, and its index returned.
// So is the largest error of the others.
func (t *traversal[T]) encode(x []T, fills special.Fills[T]) (unpredictable []int, maxError float64) {
	t.traverse(func(l *grid.Line, p []float64, q []int64, uncoded []bool) {
		for i, at := 0, l.Start; i < l.N; i, at = i+1, at+l.Inc {
			if uncoded != nil && uncoded[i] {
				continue
			}
			n, ok := t.quant.Bin(x[at], p[i])
			v := t.quant.Value(n, p[i])
			if !ok || !t.quant.Holds(x[at], v) || fills.Has(v) {
				unpredictable = append(unpredictable, at)
				n, v = 0, x[at]
				if uncoded == nil {
					uncoded = t.lineUncoded[:l.N]
					clear(uncoded)
				}
				uncoded[i] = true
			}
			if d := math.Abs(float64(x[at]) - float64(v)); d > maxError {
				maxError = d
			}
			q[i] = n
			t.Values[at] = v
		}
		t.coder.line(l, q, uncoded, &t.features)
	})
	return unpredictable, maxError
}

// decode sets the values that are coded. Unpredictable ones must be there already.
func (t *traversal[T]) decode() error {
	t.traverse(func(l *grid.Line, p []float64, q []int64, uncoded []bool) {
		t.coder.line(l, q, uncoded, &t.features)
		t.err = t.coder.err()
		for i, at := 0, l.Start; i < l.N; i, at = i+1, at+l.Inc {
			if uncoded == nil || !uncoded[i] {
				v := t.quant.Value(q[i], p[i])
				if v != v {
					v = 0 // the bits of NaN would depend on the machine
				}
				t.Values[at] = v
			}
		}
	})
	return t.err
}

// traverse calls visit with each line and its predictions. Points that are not
// coded get their prediction as value first, unless they hold one to keep.
func (t *traversal[T]) traverse(visit func(l *grid.Line, p []float64, q []int64, uncoded []bool)) {
	line := func(l *grid.Line) {
		p := t.p[:l.N]
		var uncoded []bool
		if t.uncoded != nil {
			uncoded = t.lineUncoded[:l.N]
			for i, at := 0, l.Start; i < l.N; i, at = i+1, at+l.Inc {
				uncoded[i] = t.uncoded[at]
				if uncoded[i] && t.Values[at] != t.Values[at] {
					t.Values[at] = quant.Finite(T(p[i]))
				}
			}
		}
		visit(l, p, t.q[:l.N], uncoded)
	}
	t.p[0] = 0
	line(t.origin())
	for i := range t.Passes {
		t.predictor.Begin(&t.Passes[i])
		t.Grid.Lines(&t.Passes[i], func(l *grid.Line) {
			if t.err != nil {
				return
			}
			t.predictor.Predict(t.p[:l.N], l)
			t.setFeatures(l)
			line(l)
		})
	}
}

// setFeatures sets the features of a line's points, as far as the coder looks at
// them.
func (t *traversal[T]) setFeatures(l *grid.Line) {
	if t.needs == needsNothing || t.quant.Lossless() {
		return
	}
	n := t.Grid.Inner(l)
	gradSize, curvSize, signs := t.features.gradSize[:l.N], t.features.curvSize[:l.N], t.features.signs
	clear(gradSize[n:])
	clear(curvSize[n:])
	if signs != nil {
		clear(signs[n:l.N])
	}
	h, scale, p := l.Half*t.Grid.Stride[l.Axis], 4*t.quant.Inv, t.p[:n]
	for i, at := 0, l.Start; i < n; i, at = i+1, at+l.Inc {
		a, b := float64(t.Values[at-h]), float64(t.Values[at+h])
		grad := classesOf((a - b) * scale)
		curv := classesOf((p[i] - float64((a+b)*0.5)) * (8 * scale))
		gradSize[i], curvSize[i] = grad.size, curv.size
		if signs != nil {
			signs[i] = grad.signed*signedClasses + curv.signed
		}
	}
}
