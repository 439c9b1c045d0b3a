package loss

import (
	"fmt"
	"math"

	"github.com/morselcodec/morsel/formats/array"
)

// Mix is the training loss MSEWeight·MSE + DSLWeight·DSL, evaluated in one pass
// over the examples. With both weights 0, as in the zero value, it is the MSE
// alone.
type Mix[T array.Float] struct {
	MSEWeight, DSLWeight float64
	MSE                  MSE[T]
	DSL                  DSL[T]
	// Workers is how many goroutines share the examples, 0 for GOMAXPROCS. It
	// takes the place of MSE.Workers and DSL.Workers.
	Workers int
}

// Value returns the weighted loss.
func (m Mix[T]) Value(pred, target []T, shape []int) (float64, error) {
	mse, dsl, err := m.Terms(nil, pred, target, shape)
	return m.total(mse, dsl), err
}

// Gradient returns the weighted loss and overwrites grad with its derivative in
// pred.
func (m Mix[T]) Gradient(grad, pred, target []T, shape []int) (float64, error) {
	if grad == nil {
		grad = []T{} // which fits no prediction; nil would mean none wanted
	}
	mse, dsl, err := m.Terms(grad, pred, target, shape)
	return m.total(mse, dsl), err
}

// Terms returns the two losses apart, before weighting, 0 for one whose weight
// is 0. Unless grad is nil it overwrites grad with the derivative of the
// weighted loss in pred.
func (m Mix[T]) Terms(grad, pred, target []T, shape []int) (mse, dsl float64, err error) {
	lengths := [...]int{len(pred), len(target), len(grad)}
	if grad == nil {
		lengths[2] = len(pred)
	}
	p, err := newPlan[T](m.Workers, shape, lengths[:]...)
	if err != nil {
		return 0, 0, err
	}
	wm, wd := m.weights()
	if err := m.addTo(&p, wm, wd); err != nil {
		return 0, 0, err
	}
	t := p.run(grad, pred, target, wm, wd)
	return t.mse, t.dsl, nil
}

func (m Mix[T]) addTo(p *plan[T], wm, wd float64) error {
	if err := checkWeight("MSEWeight", wm); err != nil {
		return err
	}
	if err := checkWeight("DSLWeight", wd); err != nil {
		return err
	}
	if wm != 0 {
		if err := m.MSE.addTo(p); err != nil {
			return err
		}
	}
	if wd != 0 {
		return m.DSL.addTo(p)
	}
	return nil
}

func (m Mix[T]) weights() (mse, dsl float64) {
	if m.MSEWeight == 0 && m.DSLWeight == 0 {
		return 1, 0
	}
	return m.MSEWeight, m.DSLWeight
}

func (m Mix[T]) total(mse, dsl float64) float64 {
	wm, wd := m.weights()
	return wm*mse + wd*dsl
}

// Balance returns the DSLWeight at which the DSL's gradient is ratio times as
// long (in the Euclidean norm) as the gradient of the weighted MSE: the two
// losses have different units, and only their gradients meet in the weights of
// a model. It keeps m.MSEWeight, or 1 if that is 0. Scratch is overwritten and
// as long as pred.
//
// The norms vary from batch to batch and shrink at different rates, so average
// the weight over some batches, of a model that has trained for a little.
// The weight is 0 where the DSL has no gradient: the signs agree, or all is
// saturated and the sharpness too high.
func (m Mix[T]) Balance(scratch, pred, target []T, shape []int, ratio float64) (float64, error) {
	if err := checkWeight("the ratio of gradient norms", ratio); err != nil {
		return 0, err
	}
	mse, dsl := m.MSE, m.DSL
	mse.Workers, dsl.Workers = m.Workers, m.Workers
	w := m.MSEWeight
	if w == 0 {
		w = 1
	}
	if _, err := mse.Gradient(scratch, pred, target, shape); err != nil {
		return 0, err
	}
	want := ratio * w * norm(scratch)
	if _, err := dsl.Gradient(scratch, pred, target, shape); err != nil {
		return 0, err
	}
	have := norm(scratch)
	if have == 0 {
		return 0, nil
	}
	balanced := want / have
	if math.IsNaN(balanced) || math.IsInf(balanced, 0) {
		return 0, fmt.Errorf("loss: no balance between gradients of length %v and %v (want finite predictions and targets)", want, have)
	}
	return balanced, nil
}

func norm[T array.Float](v []T) float64 {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	return math.Sqrt(sum)
}
