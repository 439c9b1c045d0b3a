package loss

import "github.com/morselcodec/morsel/formats/array"

// ExactCount is the exact DSL: what the loss tends to as the sharpness grows,
// in both conventions. They rank reconstructions differently where fields are
// flat. With axis weights the first two are weighted sums.
type ExactCount struct {
	// HalfSum is Σ|sign Δpred − sign Δtarget|/2: a sign lost to a tie, or won
	// from one, counts ½.
	HalfSum float64
	// Unequal is the number of signs that differ, ties included.
	Unequal float64
	// Comparisons is the number of all differences, whatever their weights.
	Comparisons float64
}

// Fraction returns Unequal over Comparisons, 0 when there are none.
func (e ExactCount) Fraction() float64 {
	if e.Comparisons == 0 {
		return 0
	}
	return e.Unequal / e.Comparisons
}

// Exact counts the signs that differ, reduced over the batch as d.Reduction
// says; the sharpness and the units of d play no part. A difference with NaN
// makes the counts NaN; equal infinities are a tie.
func (d DSL[T]) Exact(pred, target []T, shape []int) (ExactCount, error) {
	all, err := d.ExactPerExample(pred, target, shape)
	if err != nil {
		return ExactCount{}, err
	}
	var sum ExactCount
	for _, e := range all {
		sum.HalfSum += e.HalfSum
		sum.Unequal += e.Unequal
		sum.Comparisons += e.Comparisons
	}
	k := d.Reduction.factor(len(all))
	return ExactCount{sum.HalfSum * k, sum.Unequal * k, sum.Comparisons * k}, nil
}

// ExactPerExample returns the counts of each example.
func (d DSL[T]) ExactPerExample(pred, target []T, shape []int) ([]ExactCount, error) {
	b, err := newBatch(shape, len(pred), len(target))
	if err != nil {
		return nil, err
	}
	if err := d.Reduction.check(); err != nil {
		return nil, err
	}
	if err := checkAxisWeights(d.Weights, b.dims); err != nil {
		return nil, err
	}
	out := make([]ExactCount, b.examples)
	for i := range out {
		lo, hi := i*b.size, (i+1)*b.size
		out[i] = countSigns(pred[lo:hi], target[lo:hi], b.dims, d.Weights)
	}
	return out, nil
}

func countSigns[T array.Float](pred, target []T, dims []int, weights []float64) ExactCount {
	e := ExactCount{Comparisons: float64(Comparisons(dims))}
	block := len(pred)
	for axis, n := range dims {
		if n == 0 {
			return e
		}
		stride := block / n
		if w := axisWeight(weights, axis); w != 0 && n > 1 {
			// Twice the half sum, and the count: both exact in float64.
			var twice, unequal float64
			for lo := 0; lo < len(pred); lo += block {
				for k := lo; k < lo+block-stride; k++ {
					a, b := pred[k+stride]-pred[k], target[k+stride]-target[k]
					if a > 0 && b > 0 || a < 0 && b < 0 {
						continue
					}
					d := sign(pred[k], pred[k+stride]) - sign(target[k], target[k+stride])
					if d < 0 {
						d = -d
					}
					twice += d
					if d != 0 {
						unequal += d / d // 1, or NaN
					}
				}
			}
			e.HalfSum += w * twice / 2
			e.Unequal += w * unequal
		}
		block = stride
	}
	return e
}

// sign returns the sign of to−from: −1, 0, 1, or NaN.
func sign[T array.Float](from, to T) float64 {
	switch {
	case to > from:
		return 1
	case to < from:
		return -1
	case to == from:
		return 0
	}
	return float64(to - from)
}
