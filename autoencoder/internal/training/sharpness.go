package training

import (
	"context"
	"math"

	"github.com/morselcodec/morsel/loss"
)

// The sharpness search looks at small batches: it costs a fraction of a second.
const (
	searchSteps  = 60
	searchValues = 1 << 16
)

// findSharpness runs the DSL paper's algorithm 2 on the training windows. Where
// no sharpness lets the DSL reach the MSE between unrelated windows, which is
// usual for data of unit variance, it returns the reciprocal of the mean
// absolute difference between neighbours, at which tanh is halfway to the sign.
func (t *trainer) findSharpness(ctx context.Context) (float64, error) {
	size := t.nets.WindowLen()
	n := min(max(searchValues/size, 2), 64) &^ 1
	shape := t.lossShape(n)
	calls := 0
	next := func(batch []float32) error {
		t.windows(batch, t.data.Train, t.random(forSharpness, calls))
		calls++
		return ctx.Err()
	}
	d := loss.DSL[float32]{Normalize: true, NoHalving: t.s.PaperUnits, Workers: t.s.Workers}
	found, err := loss.FindSharpness(d, shape, next, &loss.SharpnessOptions{Steps: searchSteps})
	if err != nil {
		return 0, err
	}
	if found.Converged && !found.Capped {
		return found.Value, nil
	}
	x := make([]float32, n*size)
	if err := next(x); err != nil {
		return 0, err
	}
	if mean := meanDifference(x, t.data.Window); mean > 0 {
		return min(1/mean, loss.DefaultSharpness*64), nil
	}
	return loss.DefaultSharpness, nil
}

// meanDifference is the mean of |x[i+1] − x[i]| along all axes of the windows.
func meanDifference(x []float32, window []int) float64 {
	var sum float64
	var n int
	for stride, a := 1, len(window)-1; a >= 0; a-- {
		for i := range len(x) {
			if i/stride%window[a] < window[a]-1 {
				sum += math.Abs(float64(x[i+stride]) - float64(x[i]))
				n++
			}
		}
		stride *= window[a]
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}
