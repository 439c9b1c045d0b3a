package codec

import (
	"math"
	"math/bits"

	"github.com/morselcodec/morsel/formats"
)

// coder codes the bins of the lines of a walk, in either direction: encoding
// it reads q, decoding it fills q in. Points where skip is set are not coded;
// skip may be nil. features holds what the reconstructed values around each
// point tell about how large its bin will be.
type coder interface {
	line(l *line, q []int64, skip []bool, f *features)
}

// The residual's coders, by the number that the format gives them.
const (
	coderStatic = 0
	coderLight  = 1
	coderFull   = 2
)

// features are bucketed logarithms in bins, one for each point of a line.
type features struct {
	slope []uint8 // |difference of the two nearest known values along the axis|
	curve []uint8 // |difference of cubic and linear interpolation|
	lean  []uint8 // their signs and sizes, roughly
}

const featureBuckets = 13

// walker takes a chunk through the multilevel walk.
type walker[T formats.Float] struct {
	grid    *grid
	order   []int
	values  []T    // reconstructed so far
	skip    []bool // points that are not coded; nil for none
	pred    predictor[T]
	quant   quantizer[T]
	coder   coder
	blind   bool    // the coder does not look at features
	worst   float64 // encoding: the largest error so far
	p       []float64
	q       []int64
	lskip   []bool
	feature features
}

func (w *walker[T]) init() {
	n := w.grid.shape[w.grid.rank-1]
	w.p, w.q = make([]float64, n), make([]int64, n)
	w.feature.slope, w.feature.curve = make([]uint8, n), make([]uint8, n)
	w.feature.lean = make([]uint8, n)
	w.lskip = make([]bool, n)
}

// origin is the line of the walk's very first point, predicted as 0.
func (w *walker[T]) origin() *line {
	p := &pass{level: 32, axis: 0}
	for a := range w.grid.rank {
		p.step[a], p.count[a] = 1, 1
	}
	return &line{pass: p, inc: 1, n: 1}
}

// encode quantises the chunk x. Where no bin keeps the bound, or exact names
// the point already, it puts the value into values as it is, sets skip and
// returns its index.
func (w *walker[T]) encode(x []T) (exact []int) {
	w.init()
	w.walk(func(l *line, p []float64, q []int64, skip []bool) {
		for i, at := 0, l.start; i < l.n; i, at = i+1, at+l.inc {
			if skip != nil && skip[i] {
				continue
			}
			n, ok := w.quant.bin(x[at], p[i])
			v := w.quant.value(n, p[i])
			if !ok || !w.quant.holds(x[at], v) {
				exact = append(exact, at)
				n, v = 0, x[at]
				if skip == nil {
					skip = w.lskip[:l.n]
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
func (w *walker[T]) decode() {
	w.init()
	w.walk(func(l *line, p []float64, q []int64, skip []bool) {
		w.coder.line(l, q, skip, &w.feature)
		for i, at := 0, l.start; i < l.n; i, at = i+1, at+l.inc {
			if skip == nil || !skip[i] {
				w.values[at] = w.quant.value(q[i], p[i])
			}
		}
	})
}

// walk calls f with each line and its predictions. Skipped points are filled
// with their prediction first, unless they hold a value to keep.
func (w *walker[T]) walk(f func(l *line, p []float64, q []int64, skip []bool)) {
	visit := func(l *line) {
		p := w.p[:l.n]
		var skip []bool
		if w.skip != nil {
			skip = w.lskip[:l.n]
			for i, at := 0, l.start; i < l.n; i, at = i+1, at+l.inc {
				skip[i] = w.skip[at]
				if skip[i] && w.values[at] != w.values[at] {
					w.values[at] = finite(T(p[i]))
				}
			}
		}
		f(l, p, w.q[:l.n], skip)
	}
	l := w.origin()
	w.p[0] = 0
	w.feature.slope[0], w.feature.curve[0], w.feature.lean[0] = 0, 0, 0
	visit(l)
	passes := w.grid.passes(w.order)
	for i := range passes {
		w.pred.begin(&passes[i])
		w.grid.lines(&passes[i], func(l *line) {
			w.pred.predict(w.p[:l.n], l)
			w.measure(l)
			visit(l)
		})
	}
}

// measure sets the features of a line.
func (w *walker[T]) measure(l *line) {
	if w.blind || w.quant.kind == roundLossless {
		return
	}
	v, h := w.values, l.half*w.grid.stride[l.axis]
	n := w.grid.shape[l.axis]
	inner := l.axis == w.grid.rank-1
	scale := 4 * w.quant.inv
	for i, at := 0, l.start; i < l.n; i, at = i+1, at+l.inc {
		c := l.at[l.axis]
		if inner {
			c += i * l.step[l.axis]
		}
		if c+l.half >= n {
			w.feature.slope[i], w.feature.curve[i], w.feature.lean[i] = 0, 0, 0
			continue
		}
		a, b := float64(v[at-h]), float64(v[at+h])
		slope, curve := (a-b)*scale, (w.p[i]-float64((a+b)*0.5))*(8*scale)
		w.feature.slope[i] = bucket(math.Abs(slope))
		w.feature.curve[i] = bucket(math.Abs(curve))
		w.feature.lean[i] = leaning(slope, 8)*15 + leaning(curve, 8)*3
	}
}

// leaning returns the sign of x and whether it is large: 0 or 1 below −1, 2
// around 0, 3 or 4 above 1.
func leaning(x, big float64) uint8 {
	switch {
	case x > big:
		return 4
	case x > 1:
		return 3
	case x < -big:
		return 0
	case x < -1:
		return 1
	}
	return 2
}

// bucket returns 0 for x < 1, 1 for x < 2, 2 for x < 4, ..., and the last
// bucket for what is beyond, NaN included.
func bucket(x float64) uint8 {
	if x < 1<<(featureBuckets-2) {
		return uint8(bits.Len32(uint32(int32(x))))
	}
	return featureBuckets - 1
}
