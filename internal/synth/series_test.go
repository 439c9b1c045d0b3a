package synth

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
)

func TestElementary(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 20000 {
		x := 700 * (2*rng.Float64() - 1)
		if got, want := exp(x), math.Exp(x); math.Abs(got-want) > 1e-15*want {
			t.Fatalf("exp(%v) = %v, want %v", x, got, want)
		}
		if got, want := sin(x), math.Sin(x); math.Abs(got-want) > 1e-15 {
			t.Fatalf("sin(%v) = %v, want %v", x, got, want)
		}
		y := math.Exp(x)
		if got, want := log(y), math.Log(y); math.Abs(got-want) > 1e-15*max(1, math.Abs(want)) {
			t.Fatalf("log(%v) = %v, want %v", y, got, want)
		}
	}
	if exp(0) != 1 || exp(-1e6) != 0 || sin(0) != 0 || log(1) != 0 {
		t.Errorf("exp(0) = %v, exp(-1e6) = %v, sin(0) = %v, log(1) = %v", exp(0), exp(-1e6), sin(0), log(1))
	}
}

func TestNormalHasItsMoments(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	const n = 200000
	var m [5]float64
	for range n {
		x := normal(rng)
		for k := range m {
			m[k] += math.Pow(x, float64(k)) / n
		}
	}
	for k, want := range []float64{1, 0, 1, 0, 3} {
		if math.Abs(m[k]-want) > 0.04 { // four standard errors of the last
			t.Errorf("moment %d is %v, want %v", k, m[k], want)
		}
	}
}

// Divided by its ramp, the signal is one cycle of a sine: its value and that
// half a cycle on add up to 0, its squares to one with those a quarter on.
func TestSinusoid(t *testing.T) {
	const n = 2048
	a := generate(t, "sinusoid", Options{Seed: 5, Count: 40})
	falling := 0
	for e := range 40 {
		x := a.Data[e*n : (e+1)*n]
		fits := func(sign float64) bool {
			s := func(i int) float64 {
				return float64(x[i]) / math.Exp(sign*(2*float64(i)/(n-1)-1))
			}
			for i := range n / 2 {
				if math.Abs(s(i)+s(i+n/2)) > 1e-6 || math.Abs(math.Hypot(s(i), s(i+n/4))-1) > 1e-6 {
					return false
				}
			}
			return true
		}
		switch up, down := fits(1), fits(-1); {
		case up == down:
			t.Fatalf("example %d: rising %v, falling %v", e, up, down)
		case down:
			falling++
		}
	}
	if falling < 10 || falling > 30 {
		t.Errorf("%d of 40 fall, want about half", falling)
	}
}

func TestRandomWalk(t *testing.T) {
	const n, count, tick = 64, 4000, 0.2
	a := generate(t, "random-walk", Options{Seed: 5, Count: count})
	grid := tick / math.Sqrt((n-1)/2.)
	var squares, ties, clustered, kurtosis, variance float64
	for e := range count {
		x := a.Data[e*n : (e+1)*n]
		if x[0] != 0 {
			t.Fatalf("example %d starts at %v", e, x[0])
		}
		var last float64
		for i, v := range x {
			if k := float64(v) / grid; math.Abs(k-math.RoundToEven(k)) > 1e-3 {
				t.Fatalf("example %d: %v at %d is %v ticks", e, v, i, k)
			}
			squares += float64(v) * float64(v)
			if i == 0 {
				continue
			}
			step := float64(v-x[i-1]) / grid * tick
			if step == 0 {
				ties++
			}
			if i > 1 {
				clustered += (step*step - 1) * (last*last - 1)
			}
			variance += step * step
			kurtosis += step * step * step * step
			last = step
		}
	}
	if d := math.Sqrt(squares / (n * count)); math.Abs(d-1) > 0.05 {
		t.Errorf("standard deviation %v, want 1", d)
	}
	steps := float64((n - 1) * count)
	if v := variance / steps; math.Abs(v-1) > 0.05 {
		t.Errorf("variance of a step %v, want 1", v)
	}
	if share := ties / steps; share < 0.05 || share > 0.15 {
		t.Errorf("%v of the steps are ties", share)
	}
	if kurtosis/steps < 3.1 || clustered/steps < 0.1 {
		t.Errorf("kurtosis %v, autocovariance of squares %v: no clusters", kurtosis/steps, clustered/steps)
	}
}

func TestSpheres(t *testing.T) {
	const dims, count = 101, 4000
	a := generate(t, "spheres", Options{Seed: 5, Count: count})
	var sums [11][dims]float64
	var points [11]float64
	for i := range count {
		s := SphereOf(i)
		points[s]++
		for j, v := range a.Data[i*dims : (i+1)*dims] {
			sums[s][j] += float64(v)
		}
	}
	for s, n := range points {
		want := 200.
		if s == 10 {
			want = 2000
		}
		if n != want {
			t.Errorf("sphere %d has %v points, want %v", s, n, want)
		}
	}
	// The mean of a sphere's points is its centre, but for about r/√n.
	var spread float64
	for i := range count {
		s := SphereOf(i)
		radius, slack := 5., 0.3
		if s == 10 {
			radius, slack = 25, 0.3
		}
		var d float64
		for j, v := range a.Data[i*dims : (i+1)*dims] {
			c := sums[s][j] / points[s]
			d += (float64(v) - c) * (float64(v) - c)
		}
		if math.Abs(math.Sqrt(d)-radius) > slack+radius*0.05 {
			t.Fatalf("point %d is %v from the mean of sphere %d", i, math.Sqrt(d), s)
		}
	}
	for s := range 10 {
		for j := range dims {
			c := sums[s][j] / points[s]
			spread += c * c / (10 * dims)
		}
	}
	if d := math.Sqrt(spread); math.Abs(d-1) > 0.1 { // 10/√100
		t.Errorf("standard deviation of the centres %v, want 1", d)
	}
	for _, o := range []Options{{Shape: []int{1}}} {
		if _, err := Generate(context.Background(), "spheres", &o); err == nil {
			t.Errorf("%+v: no error", o)
		}
	}
}
