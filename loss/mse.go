package loss

import (
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/kernel"
)

// MSE is the mean squared error. The zero value averages over all values.
type MSE[T array.Float] struct {
	// SumPoints makes an example's loss the sum of its squared errors rather
	// than their average, as in tables 1 and 2 of the DSL paper.
	SumPoints bool
	Reduction Reduction
	// Workers is how many goroutines share the examples; 0 means GOMAXPROCS.
	Workers int
}

// Value returns the reduced loss, in squared units of the values.
func (m MSE[T]) Value(pred, target []T, shape []int) (float64, error) {
	p, err := m.plan(shape, len(pred), len(target))
	return p.run(nil, pred, target, 0, 0).mse, err
}

// Gradient returns the loss and overwrites grad with its derivative in pred.
// Swap pred and target for the derivative in target.
func (m MSE[T]) Gradient(grad, pred, target []T, shape []int) (float64, error) {
	p, err := m.plan(shape, len(pred), len(target), len(grad))
	return p.run(grad, pred, target, 1, 0).mse, err
}

// PerExample returns one loss per example, unreduced.
func (m MSE[T]) PerExample(pred, target []T, shape []int) ([]float64, error) {
	p, err := m.plan(shape, len(pred), len(target))
	if err != nil {
		return nil, err
	}
	out := make([]float64, p.examples)
	for i, t := range p.perExample(pred, target) {
		out[i] = t.mse
	}
	return out, nil
}

// plan returns an empty plan, all of whose terms are 0, with an error.
func (m MSE[T]) plan(shape []int, lengths ...int) (plan[T], error) {
	p, err := newPlan[T](m.Workers, shape, lengths...)
	if err == nil {
		err = m.addTo(&p)
	}
	if err != nil {
		return plan[T]{}, err
	}
	return p, nil
}

func (m MSE[T]) addTo(p *plan[T]) error {
	p.mse = true
	p.mseScale = m.Reduction.factor(p.examples)
	p.mseUnit = 1
	if !m.SumPoints && p.size > 0 {
		p.mseUnit = 1 / float64(p.size)
	}
	return m.Reduction.check()
}

// squaredErrors returns Σ(pred−target)² and, unless grad is nil, sets it to
// c·(pred−target), or adds that to it.
func squaredErrors[T array.Float](grad, pred, target []T, c float64, add bool) float64 {
	if pred, ok := any(pred).([]float32); ok {
		return kernel.SquaredErrors(any(grad).([]float32), pred, any(target).([]float32), float32(c), add)
	}
	target = target[:len(pred)]
	var sum float64
	for i, v := range pred {
		d := v - target[i]
		sum += float64(float64(d) * float64(d))
		switch {
		case grad == nil:
		case add:
			grad[i] += T(c) * d
		default:
			grad[i] = T(c) * d
		}
	}
	return sum
}
