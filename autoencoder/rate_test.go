package autoencoder

import (
	"math"
	"testing"
)

// The rate that a run reports follows warm-up and schedule.
func TestRateOfARun(t *testing.T) {
	constant := Constant
	o := quick()
	o.Schedule, o.WarmUp = &constant, 10
	var rates []float64
	o.Progress = func(p Progress) { rates = append(rates, p.Rate/o.Rate) }
	train(t, o, waves(30, 40))
	for i, want := range map[int]float64{0: 0.2, 3: 0.5, 8: 1, 39: 1} { // after step i+1
		if math.Abs(rates[i]-want) > 1e-9 {
			t.Errorf("after %d steps the rate is %v of the full one, want %v", i+1, rates[i], want)
		}
	}
}

// With Balance, losses before and after the DSL's weight is known do not
// compare: the best weights must come from after.
func TestBalanceForgetsEarlierLosses(t *testing.T) {
	o := quick()
	o.Balance, o.WarmUp, o.EvaluateEvery, o.Steps = 100, 1, 1, 14
	m := train(t, o, waves(30, 40))
	r := m.Info().Training
	if r.Loss.DSL <= 0 || r.BestStep < 9 {
		t.Errorf("DSL weight %v, best step %d; want a weight, and a step after the ninth", r.Loss.DSL, r.BestStep)
	}
}

// Plateau halves the rate once nothing improves.
func TestPlateauHalves(t *testing.T) {
	plateau := Plateau
	o := quick()
	o.Schedule, o.Rate, o.EvaluateEvery, o.Steps, o.WarmUp = &plateau, 1e-12, 1, 70, -1
	o.Spec.Encoder[2].Rate = 0
	var last Progress
	o.Progress = func(p Progress) { last = p }
	train(t, o, waves(30, 40))
	if halved := last.Rate / o.Rate; halved > 0.5 {
		t.Errorf("after 70 useless steps the rate is %v of the first", halved)
	}
}
