package loss

import (
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/morselcodec/morsel/formats/array"
)

// plan is a weighted MSE and DSL over one batch, with every constant factor
// worked out, so that each example is visited once while it is in the cache.
type plan[T array.Float] struct {
	batch
	workers int

	mse      bool    // whether squared errors take part
	mseUnit  float64 // an example's MSE over its sum of squared errors
	mseScale float64 // the total over the sum of the examples' MSE

	dsl      bool
	dslUnit  float64 // an example's DSL over its weighted sum of |differences|
	dslScale float64
	softsign bool
	s        float64
	weights  []float64 // of each axis, nil for all 1
	slope    bool      // whether the derivative in s is wanted
}

// newPlan starts a plan for arrays of the given lengths, which shape has to fit.
func newPlan[T array.Float](workers int, shape []int, lengths ...int) (plan[T], error) {
	b, err := newBatch(shape, lengths...)
	return plan[T]{batch: b, workers: workers}, err
}

// terms are the two losses of an example, or of a batch, before weighting, and
// the derivative of the DSL in the sharpness.
type terms struct{ mse, dsl, slope float64 }

func (t *terms) add(u terms) {
	t.mse += u.mse
	t.dsl += u.dsl
	t.slope += u.slope
}

// run returns the reduced losses, and sets grad to the gradient of mseWeight·MSE
// + dslWeight·DSL unless that is nil. Only the weights are the caller's:
// the plan's scales hold the reductions.
func (p *plan[T]) run(grad, pred, target []T, mseWeight, dslWeight float64) terms {
	var total terms
	if p.size == 0 {
		return total
	}
	if w := p.workerCount(); w > 1 {
		for _, t := range p.parallel(w, grad, pred, target, mseWeight, dslWeight) {
			total.add(t)
		}
	} else {
		for i := range p.examples {
			total.add(p.example(i, grad, pred, target, mseWeight, dslWeight))
		}
	}
	return terms{total.mse * p.mseScale, total.dsl * p.dslScale, total.slope * p.dslScale}
}

// perExample returns the examples' losses, unreduced.
func (p *plan[T]) perExample(pred, target []T) []terms {
	return p.parallel(p.workerCount(), nil, pred, target, 0, 0)
}

func (p *plan[T]) workerCount() int {
	w := p.workers
	if w <= 0 {
		w = runtime.GOMAXPROCS(0)
	}
	const worthIt = 1 << 14 // values; below, starting goroutines costs more
	if p.examples*p.size < worthIt {
		return 1
	}
	return min(w, p.examples)
}

// parallel works on a copy of the plan, so that a plan run by one worker stays
// off the heap. Examples share no value, so their gradients need no order.
func (p plan[T]) parallel(workers int, grad, pred, target []T, mseWeight, dslWeight float64) []terms {
	out := make([]terms, p.examples)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= p.examples {
					return
				}
				out[i] = p.example(i, grad, pred, target, mseWeight, dslWeight)
			}
		})
	}
	wg.Wait()
	return out
}

func (p *plan[T]) example(i int, grad, pred, target []T, mseWeight, dslWeight float64) terms {
	lo, hi := i*p.size, (i+1)*p.size
	pred, target = pred[lo:hi], target[lo:hi]
	if grad != nil {
		grad = grad[lo:hi]
	}
	var t terms
	switch {
	case p.slope:
		value, slope := p.sharpnessSlope(pred, target)
		t.dsl, t.slope = p.dslUnit*value, p.dslUnit*slope
	case p.dsl:
		t.dsl = p.dslUnit * p.signErrors(grad, pred, target, dslWeight*p.dslScale*p.dslUnit)
	}
	if p.mse {
		t.mse = p.mseUnit * squaredErrors(grad, pred, target, 2*mseWeight*p.mseScale*p.mseUnit, p.dsl)
	}
	return t
}
