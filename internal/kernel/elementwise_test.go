package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestExpAndTanhAccuracy(t *testing.T) {
	var worstExp, worstTanh float64
	for x := -100.0; x < 100; x += 0.00037 {
		v := float32(x)
		if v > -87 && v < 88.7 {
			want := math.Exp(float64(v))
			worstExp = max(worstExp, math.Abs(float64(Exp(v))-want)/want)
		}
		worstTanh = max(worstTanh, math.Abs(float64(Tanh(v))-math.Tanh(float64(v))))
	}
	if worstExp > 2e-7 || worstTanh > 2e-7 {
		t.Errorf("largest relative error of Exp %.3g, absolute of Tanh %.3g, want below 2e-7", worstExp, worstTanh)
	}
}

func TestExpAndTanhEnds(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for _, c := range []struct{ got, want float32 }{
		{Exp(0), 1}, {Exp(-inf), 0}, {Exp(inf), inf}, {Exp(nan), nan}, {Exp(89), inf}, {Exp(-88), 0},
		{Tanh(0), 0}, {Tanh(inf), 1}, {Tanh(-inf), -1}, {Tanh(nan), nan}, {Tanh(1e-30), 1e-30}, {Tanh(-1e-30), -1e-30},
	} {
		if c.got != c.want && (c.got == c.got || c.want == c.want) {
			t.Errorf("got %v, want %v", c.got, c.want)
		}
	}
	if got := Exp(88.7); math.IsInf(float64(got), 0) {
		t.Error("Exp(88.7) overflows")
	}
}

func TestActivations(t *testing.T) {
	x := []float32{-30, -3, -1, -0.5, -1e-3, 1e-3, 0.5, 1, 3, 30}
	sigmoid := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	for _, c := range []struct {
		name     string
		f        func(p *Pool, y, x []float32)
		gradient func(p *Pool, gx, gy, x []float32)
		want     func(x float64) float64
	}{
		{"relu", ReLU, ReLUGrad, func(x float64) float64 { return max(x, 0) }},
		{"gelu", GELU, GELUGrad, func(x float64) float64 {
			return x / 2 * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(x+0.044715*x*x*x)))
		}},
		{"silu", SiLU, SiLUGrad, func(x float64) float64 { return x * sigmoid(x) }},
	} {
		y, gx, gy := make([]float32, len(x)), make([]float32, len(x)), make([]float32, len(x))
		for i := range gy {
			gy[i] = 2
		}
		c.f(NewPool(1), y, x)
		c.gradient(NewPool(1), gx, gy, x)
		for i, v := range x {
			const h = 1e-5
			slope := 2 * (c.want(float64(v)+h) - c.want(float64(v)-h)) / (2 * h)
			if math.Abs(float64(y[i])-c.want(float64(v))) > 1e-6 || math.Abs(float64(gx[i])-slope) > 1e-5 {
				t.Errorf("%s(%v) = %v, gradient %v; want %v, %v", c.name, v, y[i], gx[i], c.want(float64(v)), slope)
			}
		}
		nan := []float32{float32(math.NaN())}
		if c.f(NewPool(1), nan, nan); nan[0] == nan[0] {
			t.Errorf("%s swallows NaN", c.name)
		}
	}
}

func TestColumnSumsAndFillRows(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	const rows, cols = 1000, 7
	x := random(rng, rows*cols)
	got, want := []float32{1, 1, 1, 1, 1, 1, 1}, make([]float64, cols)
	for j := range want {
		want[j] = 1
		for i := range rows {
			want[j] += float64(x[i*cols+j])
		}
	}
	ColumnSums(NewPool(3), got, x)
	near(t, "ColumnSums", got, want, 1e-5)

	FillRows(NewPool(3), x, got)
	for i, v := range x {
		if v != got[i%cols] {
			t.Fatalf("FillRows: value %d is %v, want %v", i, v, got[i%cols])
		}
	}
}

func TestAdam(t *testing.T) {
	w, g, m, v := []float32{1, -2}, []float32{0.5, -4}, []float32{0.1, 0}, []float32{0.2, 0}
	s := AdamStep{Rate: 0.1, Beta1: 0.9, Beta2: 0.99, Epsilon: 1e-3, Root: 2}
	want := make([]float64, 2)
	for i := range want {
		m1 := 0.9*float64(m[i]) + 0.1*float64(g[i])
		v1 := 0.99*float64(v[i]) + 0.01*float64(g[i])*float64(g[i])
		want[i] = float64(w[i]) - 0.1*m1/(math.Sqrt(v1)*2+1e-3)
	}
	Adam(NewPool(1), s, w, g, m, v)
	near(t, "Adam", w, want, 1e-6)
}

func TestVectors(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	x := random(rng, 100001)
	var want float64
	for _, v := range x {
		want += float64(v) * float64(v)
	}
	got := SumSquares(NewPool(1), x)
	if math.Abs(got-want) > 1e-9*want {
		t.Errorf("SumSquares = %v, want %v", got, want)
	}
	if other := SumSquares(NewPool(4), x); other != got {
		t.Errorf("SumSquares with 4 workers = %v, with one %v", other, got)
	}
	first := x[0]
	Scale(NewPool(2), 0.5, x)
	if x[0] != first/2 {
		t.Errorf("Scale: %v, want %v", x[0], first/2)
	}
}

func TestQuantize(t *testing.T) {
	centre, step := []float32{0, 10}, []float32{0.5, 2}
	x := []float32{0.74, 13.1, -0.25, 9, 1e30, float32(math.NaN())}
	q := make([]int32, len(x))
	Quantize(q, x, centre, step)
	want := []int32{1, 2, 0, 0, MaxCode, 0}
	for i, v := range q {
		if v != want[i] {
			t.Errorf("code %d is %d, want %d", i, v, want[i])
		}
	}
	Dequantize(x, append(q[:4], math.MaxInt32, math.MinInt32), centre, step)
	for i, v := range []float32{0.5, 14, 0, 10, MaxCode * 0.5, 10 - MaxCode*2} {
		if x[i] != v {
			t.Errorf("value %d is %v, want %v", i, x[i], v)
		}
	}
}

func TestDropoutAndNoise(t *testing.T) {
	const n = 200000
	x, y := make([]float32, n), make([]float32, n)
	for i := range x {
		x[i] = 1
	}
	Dropout(NewPool(2), y, x, 0.1, 42)
	var zeros, sum float64
	for _, v := range y {
		sum += float64(v)
		if v == 0 {
			zeros++
		}
	}
	if math.Abs(zeros/n-0.1) > 0.005 || math.Abs(sum/n-1) > 0.01 {
		t.Errorf("Dropout(0.1) zeroed %.4f of the values, mean %.4f", zeros/n, sum/n)
	}

	clear(x)
	AddNoise(NewPool(2), x, []float32{2}, 42)
	var mean, square float64
	for _, v := range x {
		if v < -1 || v >= 1 {
			t.Fatalf("noise %v outside [-1, 1)", v)
		}
		mean += float64(v) / n
		square += float64(v) * float64(v) / n
	}
	if math.Abs(mean) > 0.01 || math.Abs(square-1.0/3) > 0.01 { // the variance of width 2 is 4/12
		t.Errorf("noise has mean %.4f and variance %.4f, want 0 and 1/3", mean, square)
	}
}
