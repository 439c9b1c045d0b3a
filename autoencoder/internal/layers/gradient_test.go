package layers

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/kernel"
)

// Every layer's gradients against finite differences of Σ y·r. A layer that is
// linear in what is varied has exact differences; the others are smooth at the
// random points, relu apart, whose kinks the step steps over rarely enough.
func TestGradientsAgainstFiniteDifferences(t *testing.T) {
	for _, c := range []struct {
		name  string
		in    []int
		layer Layer
	}{
		{"dense", []int{7}, Dense(5)},
		{"conv 1-D", []int{11, 2}, Conv(3, []int{3}, []int{2}, []int{1})},
		{"conv 2-D", []int{5, 6, 2}, Conv(3, []int{3, 2}, []int{1, 2}, []int{1, 0})},
		{"conv 3-D", []int{4, 3, 5, 2}, Conv(3, []int{2, 3, 3}, []int{2, 1, 2}, []int{0, 1, 1})},
		{"transposed conv 1-D", []int{4, 3}, Transposed(2, []int{3}, []int{2}, []int{1}, []int{1})},
		{"transposed conv 2-D", []int{3, 2, 2}, Transposed(3, []int{4, 4}, []int{4, 4}, nil, nil)},
		{"transposed conv 3-D", []int{2, 2, 3, 2}, Transposed(2, []int{3, 3, 3}, []int{2, 2, 2}, []int{1, 1, 1}, []int{1, 0, 1})},
		{"upsample 1-D", []int{4, 2}, Layer{Kind: "upsample", Factor: []int{3}}},
		{"upsample 3-D", []int{2, 1, 3, 2}, Layer{Kind: "upsample", Factor: []int{1, 2, 3}}},
		{"relu", []int{50}, ReLU},
		{"gelu", []int{50}, Layer{Kind: "gelu"}},
		{"silu", []int{50}, SiLU},
		{"dropout", []int{50}, Layer{Kind: "dropout", Rate: 0.3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, _, err := newLayer(c.layer, c.in)
			if err != nil {
				t.Fatal(err)
			}
			rng := rand.New(rand.NewPCG(1, 2))
			const n = 3
			p := Pass{Pool: kernel.NewPool(2), N: n, Train: true, Key: 99}
			x := normal(rng, n*array.Product(c.in))
			r := normal(rng, n*array.Product(l.shape()))
			w := normal(rng, l.weights())
			for i, v := range x { // away from relu's kink
				x[i] = v + float32(math.Copysign(0.1, float64(v)))
			}

			gx, gw := make([]float32, len(x)), make([]float32, len(w))
			l.backward(p, gx, gw, r, x, w)
			y := make([]float32, len(r))
			value := func() float64 {
				l.forward(p, y, x, w)
				var s float64
				for i, v := range y {
					s += float64(v) * float64(r[i])
				}
				return s
			}
			checkGradient(t, "input", x, gx, value)
			checkGradient(t, "weight", w, gw, value)

			// A second call adds to gw, and leaves gx out when it is nil.
			again := append([]float32(nil), gw...)
			l.backward(p, nil, again, r, x, w)
			for i, v := range gw {
				if math.Abs(float64(again[i]-2*v)) > 1e-4*(1+math.Abs(float64(v))) {
					t.Fatalf("weight gradient %d is %v after two calls, %v after one", i, again[i], v)
				}
			}
		})
	}
}

// checkGradient compares g, the gradient of value by v, with finite differences.
func checkGradient(t *testing.T, what string, v, g []float32, value func() float64) {
	t.Helper()
	const h = 0.02
	for i, old := range v {
		v[i] = old + h
		up := value()
		v[i] = old - h
		down := value()
		v[i] = old
		if want := (up - down) / (2 * h); math.Abs(float64(g[i])-want) > 2e-3*(1+math.Abs(want)) {
			t.Fatalf("gradient of %s %d is %v, differences give %v", what, i, g[i], want)
		}
	}
}

func normal(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return x
}

func TestDropoutOnlyWhileTraining(t *testing.T) {
	l, _, err := newLayer(Layer{Kind: "dropout", Rate: 0.5}, []int{1000})
	if err != nil {
		t.Fatal(err)
	}
	x, y := normal(rand.New(rand.NewPCG(1, 1)), 1000), make([]float32, 1000)
	p := Pass{Pool: kernel.NewPool(1), N: 1}
	l.forward(p, y, x, nil)
	if !slices.Equal(y, x) {
		t.Error("inference drops values")
	}
	p.Train = true
	l.forward(p, y, x, nil)
	zeros := 0
	for i, v := range y {
		switch v {
		case 0:
			zeros++
		case 2 * x[i]:
		default:
			t.Fatalf("value %d is %v, want 0 or twice %v", i, v, x[i])
		}
	}
	if zeros < 400 || zeros > 600 {
		t.Errorf("%d of 1000 values dropped at rate 0.5", zeros)
	}
}

func TestInitialisation(t *testing.T) {
	const fan, out = 400, 300
	l, _, err := newDense(Dense(out), []int{fan})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		method   Init
		variance float64 // of the weights, times fan
		biases   bool
	}{{He, 2, false}, {KaimingUniform, 1.0 / 3, true}} {
		w := make([]float32, l.weights())
		l.initialise(rand.New(rand.NewPCG(5, 5)), c.method, w)
		var square, biases float64
		for _, v := range w[:fan*out] {
			square += float64(v) * float64(v)
		}
		for _, v := range w[fan*out:] {
			biases += math.Abs(float64(v))
		}
		if got := square / out; math.Abs(got-c.variance) > 0.02*c.variance {
			t.Errorf("%v: variance %.4f/fan, want %.4f/fan", c.method, got, c.variance)
		}
		if (biases > 0) != c.biases {
			t.Errorf("%v: sum of biases %v", c.method, biases)
		}
	}
}
