package kernel

import "math"

// sweep is the argument of the vector kernels of [DSL], which go over n values
// once, with differences along all axes. The order of the fields is that of the
// assembly; all take eight bytes but the float32.
//
//	for i := range n {
//		own := grad[i]
//		if row != nil && row[i%period] != 0 {
//			own += term(i, i+1, rowWeight) // and the opposite to grad[i+1]
//		}
//		for axis, stride := range strides[:axes] {
//			own += term(i, i+stride, weights[axis]) // and the opposite to grad[i+stride]
//		}
//		grad[i] = c * own
//	}
//
// So what stands in grad before a value's turn is not multiplied by c yet. The
// terms of axis first are the first to reach their values, and are not added to
// what grad holds.
type sweep struct {
	grad, pred, target *float32
	n                  int
	row                *byte // nil without differences of neighbours
	period             int
	s, c               float32
	axes               int
	first              int // -1 for none
	farthest           int // stride from which on memory is prefetched
	strides            [mostAxes]int
	weights            [mostAxes]float32
	rowWeight          float32
}

const (
	mostAxes      = 8 // of stride above 1
	longestPeriod = 256
	longestVector = 16
)

// vectorDSL is DSL by vectors. It returns NaN when it does not know the answer,
// as with values that are not finite.
func vectorDSL(grad, pred, target []float32, axes []Axis, s, c float32) float64 {
	const least, most = 1e-10, 1e10 // the kernels take the third power
	if !(s > least && s < most) || len(axes) == 0 || len(axes) > mostAxes || len(pred) == 0 {
		return math.NaN()
	}
	w := sweep{s: s, c: c}
	var row [longestPeriod + longestVector]byte
	piece, slower := len(pred), axes
	if last := axes[len(axes)-1]; last.Stride == 1 {
		slower = axes[:len(axes)-1]
		w.row, w.rowWeight = &row[0], float32(last.Weight)
		w.period = markRows(&row, last.Block)
		if last.Block > longestPeriod {
			piece = last.Block
		}
	}
	slowest := Axis{Block: len(pred), Stride: len(pred)}
	if len(slower) > 0 {
		slowest = slower[0]
		w.farthest = slowest.Stride
	}
	var sum float64
	for lo := 0; lo < len(pred) && sum == sum; lo += w.n {
		if grad != nil {
			if lo%slowest.Block == 0 {
				clear(grad[lo:][:slowest.Stride])
			}
			w.grad = &grad[lo]
		}
		w.pred, w.target = &pred[lo], &target[lo]
		w.next(lo, min(len(pred)-lo, piece-lo%piece), slower)
		sum += w.run()
	}
	return sum
}

// next sets the axes along which the values from lo on are compared, and n to
// how many of the next n values have all these and no others.
func (w *sweep) next(lo, n int, slower []Axis) {
	w.n, w.axes, w.first = n, 0, -1
	for i, a := range slower {
		at := lo % a.Block
		if at >= a.Block-a.Stride {
			w.n = min(w.n, a.Block-at)
			continue
		}
		w.n = min(w.n, a.Block-a.Stride-at)
		w.strides[w.axes], w.weights[w.axes] = a.Stride, float32(a.Weight)
		if i == 0 {
			w.first = 0
		}
		w.axes++
	}
}

// markRows sets the bytes of values that have a right neighbour in rows of n,
// and returns the period, followed by another vector's bytes. Long rows are
// swept one by one, where the kernels need no mark at the end.
func markRows(row *[longestPeriod + longestVector]byte, n int) (period int) {
	if n > longestPeriod {
		period = longestVector
	} else {
		for period < longestVector {
			period += n
		}
	}
	marks := row[:period+longestVector]
	for i := range marks {
		marks[i] = 0xff
	}
	for i := n; i <= len(marks); i += n {
		marks[i-1] = 0
	}
	return period
}
