package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// like fails unless got is near want, both not finite alike.
func like(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.IsNaN(got) != math.IsNaN(want) || math.IsInf(got, 1) != math.IsInf(want, 1) || math.Abs(got-want) > tolerance {
		t.Fatalf("%s is %v, portable %v (tolerance %v)", what, got, want, tolerance)
	}
}

// axesOf returns the axes of a row-major array whose last dimension's values are
// inner apart, slowest first.
func axesOf(dims []int, inner int) (axes []Axis, n int) {
	n = inner
	for i, d := range slices.Backward(dims) {
		if d > 1 {
			axes = append(axes, Axis{Block: d * n, Stride: n, Weight: []float64{1, 1, 0.25, 3}[i%4]})
		}
		n *= d
	}
	slices.Reverse(axes)
	return axes, n
}

// lossKernels compares losses and their gradients with the portable loops.
func lossKernels(t *testing.T, pred, target []float32, axes []Axis, s, c float32) {
	t.Helper()
	n := len(pred)
	type result struct {
		dsl, dslGrad, mse, mseGrad, mseAdd float64
		signs, errors, both, tanh          []float32
	}
	run := func() (r result) {
		// What the gradient was does not matter, and nothing beyond it changes.
		around := slices.Repeat([]float32{5}, n+64)
		r.signs, r.errors, r.tanh = around[32:][:n], make([]float32, n), slices.Clone(pred)
		r.dsl, r.dslGrad = DSL(nil, pred, target, axes, s, c), DSL(r.signs, pred, target, axes, s, c)
		for i, v := range around {
			if (i < 32 || i >= n+32) && v != 5 {
				t.Fatalf("%v: wrote %v at %d of %d", active.tier, v, i-32, n)
			}
		}
		r.mse, r.mseGrad = SquaredErrors(nil, pred, target, c, false), SquaredErrors(r.errors, pred, target, c, false)
		r.both = slices.Clone(target)
		r.mseAdd = SquaredErrors(r.both, pred, target, c, true)
		RationalTanh(r.tanh)
		return r
	}
	restore := force(&portable)
	want := run()
	restore()
	for _, tier := range tables()[1:] {
		restore := force(tier)
		got := run()
		restore()
		name := fmt.Sprintf("%v, axes %v, s %v: ", tier.tier, axes, s)
		like(t, name+"DSL", got.dsl, want.dsl, 1e-6*float64(n*len(axes)))
		like(t, name+"DSL with gradient", got.dslGrad, want.dsl, 1e-6*float64(n*len(axes)))
		like(t, name+"MSE", got.mse, want.mse, 1e-12*math.Abs(want.mse))
		like(t, name+"MSE with gradient", got.mseGrad, want.mse, 1e-12*math.Abs(want.mse))
		like(t, name+"MSE added to a gradient", got.mseAdd, want.mse, 1e-12*math.Abs(want.mse))
		sameBits(t, name+"MSE gradient", got.errors, want.errors)
		sameBits(t, name+"MSE gradient added", got.both, want.both)
		for i, v := range want.tanh {
			like(t, fmt.Sprintf("%stanh of %v", name, pred[i]), float64(got.tanh[i]), float64(v), 8e-7)
		}
		for i, v := range want.signs {
			// Where both tanh round to almost the same, the sign is open.
			if d := math.Abs(float64(got.signs[i] - v)); d > 1e-5*float64(c) && !nearTie(pred, target, i, axes, s) || math.IsNaN(float64(v)) != math.IsNaN(float64(got.signs[i])) {
				t.Fatalf("%sgradient %d is %v, portable %v", name, i, got.signs[i], v)
			}
		}
	}
}

// nearTie reports whether rounding decides the sign of a comparison of value i.
func nearTie(pred, target []float32, i int, axes []Axis, s float32) bool {
	for _, axis := range axes {
		for _, k := range []int{i - axis.Stride, i} {
			if k < i/axis.Block*axis.Block || k+axis.Stride >= (i/axis.Block+1)*axis.Block {
				continue
			}
			a := math.Tanh(float64(s) * float64(pred[k+axis.Stride]-pred[k]))
			b := math.Tanh(float64(s) * float64(target[k+axis.Stride]-target[k]))
			if math.Abs(a-b) < 2e-6 {
				return true
			}
		}
	}
	return false
}

func TestLossKernelsAgree(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, c := range []struct {
		dims  []int
		inner int
	}{
		{[]int{64}, 1}, {[]int{17}, 1}, {[]int{2}, 1}, {[]int{1}, 1}, {[]int{9001}, 1}, {[]int{10}, 3}, {[]int{100}, 100},
		{[]int{10, 64}, 1}, {[]int{10, 9}, 1}, {[]int{4, 5}, 12}, {[]int{3, 257}, 1}, {[]int{2, 300}, 1}, {[]int{3, 256}, 1},
		{[]int{8, 64, 64}, 1}, {[]int{3, 5, 7}, 1}, {[]int{2, 2, 2, 2, 2, 2, 2}, 1}, {[]int{5, 1, 16}, 1}, {[]int{4, 3, 2, 33}, 2},
		{[]int{2, 1, 2, 1, 2, 2, 2, 2, 2, 2, 3, 2}, 1},
	} {
		axes, n := axesOf(c.dims, c.inner)
		pred, target := random(rng, n), random(rng, n)
		copy(target[:n/4], pred) // ties
		lossKernels(t, pred, target, axes, 1.5, 2)
		pred[n/2] = float32(math.NaN())
		lossKernels(t, pred, target, axes, 16, 0.5)
		lossKernels(t, target, pred, axes[len(axes)/2:], 16, 0.5) // the slowest axes left out
	}
}

// The loss and its gradient by their definition, with the library's tanh.
func TestDSLIsItsDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 4))
	const s, c = 3, 0.5
	eachTier(t, func(t *testing.T) {
		for _, dims := range [][]int{{50}, {6, 40}, {4, 5, 18}, {3, 300}} {
			axes, n := axesOf(dims, 1)
			pred, target := random(rng, n), random(rng, n)
			var want float64
			gradient := make([]float64, n)
			for _, a := range axes {
				for k := range n {
					if k%a.Block >= a.Block-a.Stride {
						continue
					}
					p := math.Tanh(s * float64(pred[k+a.Stride]-pred[k]))
					d := p - math.Tanh(s*float64(target[k+a.Stride]-target[k]))
					want += a.Weight * math.Abs(d)
					g := math.Copysign(c*a.Weight*(1-p*p), d)
					gradient[k] -= g
					gradient[k+a.Stride] += g
				}
			}
			got := make([]float32, n)
			if sum := DSL(got, pred, target, axes, s, c); math.Abs(sum-want) > 1e-6*want {
				t.Errorf("%v: loss %v, want %v", dims, sum, want)
			}
			near(t, fmt.Sprintf("gradient of %v", dims), got, gradient, 5e-6)
		}
	})
}

// tanh as the loss sees it: one difference against none.
func TestDSLTanh(t *testing.T) {
	axes := []Axis{{Block: 2, Stride: 1, Weight: 1}}
	eachTier(t, func(t *testing.T) {
		for _, s := range []float64{1, 0.3, 16, 1e-7, 1e7} {
			before := 0.0
			for x := 1e-7; x < 12; x *= 1.003 {
				d := float32(x / s)
				got, want := DSL(nil, []float32{0, d}, []float32{0, 0}, axes, float32(s), 0), math.Tanh(float64(float32(s))*float64(d))
				if math.Abs(got-want) > min(6e-7, 3e-6*want) || got < before-3e-7 {
					t.Fatalf("tanh(%v·%v) = %v, want %v", s, d, got, want)
				}
				if other := DSL(nil, []float32{d, 0}, []float32{0, 0}, axes, float32(s), 0); other != got {
					t.Fatalf("tanh(%v·%v) = %v, and %v of the opposite", s, d, got, other)
				}
				before = got
			}
			grad := []float32{5, 5}
			far := float32(10 / s)
			if got := DSL(grad, []float32{0, far}, []float32{far, 0}, axes, float32(s), 1); got != 2 || max(grad[0], -grad[0]) > 1e-6 {
				t.Errorf("s %v: opposite differences of 10/s: loss %v, gradient %v, want 2 and 0", s, got, grad)
			}
		}
	})
}

func FuzzLossKernels(f *testing.F) {
	f.Add([]byte("some values"), uint8(1), uint8(3), uint8(20), uint8(0), float32(16))
	f.Add([]byte{0, 0, 0, 0, 1, 2, 3, 4}, uint8(2), uint8(4), uint8(40), uint8(6), float32(1e-3))
	f.Add([]byte{1, 2, 3, 4, 9}, uint8(3), uint8(3), uint8(3), uint8(0), float32(1e13))
	f.Fuzz(func(t *testing.T, b []byte, planes, rows, cols, inner uint8, s float32) {
		if !(s > 1e-6 && s < 1e20) {
			return
		}
		axes, n := axesOf([]int{1 + int(planes%4), 1 + int(rows%6), 1 + int(cols%80)}, 1+int(inner%40))
		x := hostile(b, 2*n)
		lossKernels(t, x[:n], x[n:], axes, s, 0.5)
	})
}
