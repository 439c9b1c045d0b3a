package loss

import (
	"math"
	"testing"
)

func TestBalance(t *testing.T) {
	shape := []int{4, 5, 6}
	pred, target := randomPair[float64](120, 11)
	m := Mix[float64]{MSEWeight: 2, DSL: DSL[float64]{Sharpness: 3, Normalize: true}}
	scratch := make([]float64, 120)
	w, err := m.Balance(scratch, pred, target, shape, 0.25)
	must(t, err)

	length := func(m Mix[float64]) float64 {
		g := make([]float64, 120)
		_, err := m.Gradient(g, pred, target, shape)
		must(t, err)
		return norm(g)
	}
	mse := length(m)
	m.MSEWeight, m.DSLWeight = 0, w
	if dsl := length(m); !near(dsl, 0.25*mse, 1e-12) {
		t.Errorf("gradient of the DSL %v, of the MSE %v: want a quarter", dsl, mse)
	}

	if w, err := m.Balance(scratch, target, target, shape, 1); w != 0 || err != nil {
		t.Errorf("no gradient at all: weight %v, %v, want 0", w, err)
	}
	pred[0] = math.NaN()
	if w, err := m.Balance(scratch, pred, target, shape, 1); err == nil {
		t.Errorf("NaN: weight %v, want an error", w)
	}
	if w, err := m.Balance(scratch, pred, target, shape, -1); err == nil {
		t.Errorf("negative ratio: weight %v, want an error", w)
	}
}
