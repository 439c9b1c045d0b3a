package loss

import "testing"

func TestMSE(t *testing.T) {
	pred, target := []float64{1, 2, 3, 4, 5, 6}, []float64{1, 1, 1, 4, 4, 3}
	shape := []int{2, 3}
	for _, c := range []struct {
		m    MSE[float64]
		want float64
		each []float64
		grad []float64
	}{
		{MSE[float64]{}, 15. / 6, []float64{5. / 3, 10. / 3}, []float64{0, 1. / 3, 2. / 3, 0, 1. / 3, 1}},
		{MSE[float64]{Reduction: Sum}, 5, []float64{5. / 3, 10. / 3}, []float64{0, 2. / 3, 4. / 3, 0, 2. / 3, 2}},
		{MSE[float64]{SumPoints: true}, 7.5, []float64{5, 10}, []float64{0, 1, 2, 0, 1, 3}},
		{MSE[float64]{SumPoints: true, Reduction: Sum}, 15, []float64{5, 10}, []float64{0, 2, 4, 0, 2, 6}},
	} {
		grad := []float64{9, 9, 9, 9, 9, 9} // overwritten
		v, err := c.m.Gradient(grad, pred, target, shape)
		must(t, err)
		each, err := c.m.PerExample(pred, target, shape)
		must(t, err)
		wantAll(t, "loss", []float64{v}, []float64{c.want}, 1e-15)
		wantAll(t, "each", each, c.each, 1e-15)
		wantAll(t, "grad", grad, c.grad, 1e-15)
	}
}
