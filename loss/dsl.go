package loss

import (
	"fmt"
	"math"

	"github.com/morselcodec/morsel/formats/array"
)

// DefaultSharpness is what a zero DSL.Sharpness means: the DSL paper's choice
// for data of about unit variance (table 4, stock and shallow water).
const DefaultSharpness = 16

// DSL is the directional sign loss, Algorithm 1 of the DSL paper:
//
//	Σ_axes w_axis · Σ |tanh(s·Δpred) − tanh(s·Δtarget)| / 2
//
// over the forward differences Δ along every axis of an example, then reduced
// over the batch. A comparison of opposite signs costs up to 1, one of equal
// signs close to 0. The zero value is the paper's loss with sharpness 16.
//
// The subgradient of |·| at 0 is taken as 0. Where the stand-in saturates its
// derivative vanishes: with s·Δ beyond about 8 in float32 (20 in float64) a
// comparison has no gradient at all. In float32 tanh is within 6e-7, and its last
// bits depend on the vector instructions in use, but not on Workers.
type DSL[T array.Float] struct {
	// Sharpness is s, in reciprocal units of the values; 0 means
	// DefaultSharpness. See [FindSharpness].
	Sharpness float64
	// Softsign replaces tanh(u) by u/(1+|u|), whose gradient fades more slowly.
	Softsign bool
	// NoHalving leaves out the division by 2.
	NoHalving bool
	// Normalize divides by the number of comparisons of an example, whatever
	// their weights, so that values compare between shapes. With NoHalving this
	// is the paper's "units off".
	Normalize bool
	// Weights holds a weight for each axis after the batch; nil means 1 each.
	// A weight of 0 leaves an axis out, such as that of a vector's components.
	Weights   []float64
	Reduction Reduction
	// Workers is how many goroutines share the examples; 0 means GOMAXPROCS.
	Workers int
}

// Value returns the reduced loss.
func (d DSL[T]) Value(pred, target []T, shape []int) (float64, error) {
	p, err := d.plan(shape, len(pred), len(target))
	return p.run(nil, pred, target, 0, 0).dsl, err
}

// Gradient returns the loss and overwrites grad with its derivative in pred.
// Swap pred and target for the derivative in target.
func (d DSL[T]) Gradient(grad, pred, target []T, shape []int) (float64, error) {
	p, err := d.plan(shape, len(pred), len(target), len(grad))
	return p.run(grad, pred, target, 0, 1).dsl, err
}

// SharpnessGradient returns the loss and its derivative in the sharpness.
func (d DSL[T]) SharpnessGradient(pred, target []T, shape []int) (value, slope float64, err error) {
	p, err := d.plan(shape, len(pred), len(target))
	p.slope = true
	t := p.run(nil, pred, target, 0, 0)
	return t.dsl, t.slope, err
}

// PerExample returns one loss per example, unreduced.
func (d DSL[T]) PerExample(pred, target []T, shape []int) ([]float64, error) {
	p, err := d.plan(shape, len(pred), len(target))
	if err != nil {
		return nil, err
	}
	out := make([]float64, p.examples)
	for i, t := range p.perExample(pred, target) {
		out[i] = t.dsl
	}
	return out, nil
}

// plan returns an empty plan, all of whose terms are 0, with an error.
func (d DSL[T]) plan(shape []int, lengths ...int) (plan[T], error) {
	p, err := newPlan[T](d.Workers, shape, lengths...)
	if err == nil {
		err = d.addTo(&p)
	}
	if err != nil {
		return plan[T]{}, err
	}
	return p, nil
}

func (d DSL[T]) addTo(p *plan[T]) error {
	s := d.Sharpness
	if s == 0 {
		s = DefaultSharpness
	}
	if !(T(s) > 0) || math.IsInf(float64(T(s)), 1) {
		return fmt.Errorf("loss: sharpness is %v (want a number above 0 and finite in the values' type; Exact is the limit)", d.Sharpness)
	}
	if err := checkAxisWeights(d.Weights, p.dims); err != nil {
		return err
	}
	p.dsl, p.softsign, p.s, p.weights = true, d.Softsign, s, d.Weights
	p.dslScale = d.Reduction.factor(p.examples)
	p.dslUnit = 0.5
	if d.NoHalving {
		p.dslUnit = 1
	}
	if n := Comparisons(p.dims); d.Normalize && n > 0 {
		p.dslUnit /= float64(n)
	}
	return d.Reduction.check()
}

// Comparisons returns how many finite differences an array of shape dims has
// over all axes: Σ_i (n_i−1)·Π_{j≠i} n_j. Dims is one example's shape, without
// the batch.
func Comparisons(dims []int) int64 {
	n := int64(1)
	for _, d := range dims {
		n *= int64(d)
	}
	if n == 0 {
		return 0
	}
	var sum int64
	for _, d := range dims {
		sum += n - n/int64(d)
	}
	return sum
}

func checkAxisWeights(weights []float64, dims []int) error {
	if weights == nil {
		return nil
	}
	if len(weights) != len(dims) {
		return fmt.Errorf("%w: loss: %d axis weights for %d axes after the batch", array.ErrShape, len(weights), len(dims))
	}
	for i, w := range weights {
		if err := checkWeight("an axis weight", w); err != nil {
			return fmt.Errorf("%w, axis %d", err, i)
		}
	}
	return nil
}

// axisWeight returns the weight of an axis; nil weights are all 1.
func axisWeight(weights []float64, axis int) float64 {
	if weights == nil {
		return 1
	}
	return weights[axis]
}
