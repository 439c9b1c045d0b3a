package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func random(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return x
}

// sameBits reports the first value whose bits differ.
func sameBits(t *testing.T, what string, got, want []float32) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", what, len(got), len(want))
	}
	for i, v := range got {
		if math.Float32bits(v) != math.Float32bits(want[i]) && (v == v || want[i] == want[i]) {
			t.Fatalf("%s: value %d is %v, want %v", what, i, v, want[i])
		}
	}
}

// gemmLoop is the loop of Gemm's doc comment.
func gemmLoop(c, a, b Mat, accumulate bool) {
	at := func(m Mat, i, j int) float32 {
		if m.T {
			return m.Data[j*m.Rows+i]
		}
		return m.Data[i*m.Cols+j]
	}
	for i := range c.Rows {
		for j := range c.Cols {
			var s float32
			if accumulate {
				s = c.Data[i*c.Cols+j]
			}
			for l := range a.Cols {
				s += float32(at(a, i, l) * at(b, l, j))
			}
			c.Data[i*c.Cols+j] = s
		}
	}
}

func checkGemmLoop(t *testing.T, rng *rand.Rand, m, n, k, mode, workers int) {
	t.Helper()
	a := Mat{Data: random(rng, m*k), Rows: m, Cols: k, T: mode&1 != 0}
	b := Mat{Data: random(rng, k*n), Rows: k, Cols: n, T: mode&2 != 0}
	want := Mat{Data: random(rng, m*n), Rows: m, Cols: n}
	got := Mat{Data: slices.Clone(want.Data), Rows: m, Cols: n}
	if mode&8 != 0 && m*k > 0 {
		a.Data[rng.IntN(m*k)] = float32(math.NaN())
		a.Data[rng.IntN(m*k)] = 1e-42
	}
	gemmLoop(want, a, b, mode&4 != 0)
	Gemm(NewPool(workers), got, a, b, mode&4 != 0)
	sameBits(t, fmt.Sprintf("Gemm %dx%dx%d mode %d workers %d", m, n, k, mode, workers), got.Data, want.Data)
}

func TestGemmIsItsLoop(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	eachTier(t, func(t *testing.T) {
		for _, s := range [][3]int{{1, 1, 1}, {2, 4, 4}, {3, 5, 7}, {1, 9, 300}, {130, 3, 257}, {5, 270, 515}, {33, 65, 0}, {129, 261, 9}} {
			for mode := range 16 {
				checkGemmLoop(t, rng, s[0], s[1], s[2], mode, 1+mode%3)
			}
		}
	})
}

func FuzzGemm(f *testing.F) {
	f.Add(uint64(1), uint16(3), uint16(5), uint16(260), uint8(3))
	f.Add(uint64(2), uint16(129), uint16(4), uint16(1), uint8(12))
	f.Fuzz(func(t *testing.T, seed uint64, m, n, k uint16, mode uint8) {
		eachTier(t, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 0))
			checkGemmLoop(t, rng, 1+int(m%140), 1+int(n%270), int(k%530), int(mode%16), 1+int(mode>>4)%3)
		})
	})
}

// convLoop is ConvForward's definition in float64, from the indices alone.
func convLoop(g *Conv, y, x, w, bias []float64) {
	each(g, func(n, o, i, k int) {
		for ci := range g.CIn {
			for co := range g.COut {
				y[(n*volume(g.Out)+o)*g.COut+co] += x[(n*volume(g.In)+i)*g.CIn+ci] * w[(k*g.CIn+ci)*g.COut+co]
			}
		}
	})
	for i := range y {
		y[i] += bias[i%g.COut]
	}
}

// each visits example, output position, input position and tap of every
// product inside the input.
func each(g *Conv, visit func(n, o, i, k int)) {
	for n := range g.Batch {
		for o := range volume(g.Out) {
			for k := range volume(g.Kernel) {
				op, kp := unravel(o, g.Out), unravel(k, g.Kernel)
				i, inside := 0, true
				for a := range 3 {
					q := op[a]*g.Stride[a] + kp[a] - g.Pad[a]
					inside = inside && q >= 0 && q < g.In[a]
					i = i*g.In[a] + q
				}
				if inside {
					visit(n, o, i, k)
				}
			}
		}
	}
}

func unravel(i int, s [3]int) [3]int {
	return [3]int{i / (s[1] * s[2]), i / s[2] % s[1], i % s[2]}
}

var convs = []Conv{
	{Batch: 2, CIn: 1, COut: 3, In: [3]int{1, 1, 9}, Out: [3]int{1, 1, 5}, Kernel: [3]int{1, 1, 3}, Stride: [3]int{1, 1, 2}, Pad: [3]int{0, 0, 1}},
	{Batch: 3, CIn: 2, COut: 5, In: [3]int{1, 6, 7}, Out: [3]int{1, 6, 7}, Kernel: [3]int{1, 3, 3}, Stride: [3]int{1, 1, 1}, Pad: [3]int{0, 1, 1}},
	{Batch: 9, CIn: 3, COut: 4, In: [3]int{4, 6, 5}, Out: [3]int{2, 3, 3}, Kernel: [3]int{3, 3, 3}, Stride: [3]int{2, 2, 2}, Pad: [3]int{1, 1, 1}},
	{Batch: 1, CIn: 1, COut: 8, In: [3]int{8, 8, 8}, Out: [3]int{2, 2, 2}, Kernel: [3]int{4, 4, 4}, Stride: [3]int{4, 4, 4}},
	{Batch: 2, CIn: 8, COut: 40, In: [3]int{3, 9, 21}, Out: [3]int{2, 5, 11}, Kernel: [3]int{3, 3, 3}, Stride: [3]int{2, 2, 2}, Pad: [3]int{1, 1, 1}},
	{Batch: 1, CIn: 33, COut: 9, In: [3]int{1, 5, 6}, Out: [3]int{1, 3, 12}, Kernel: [3]int{1, 4, 3}, Stride: [3]int{1, 2, 1}, Pad: [3]int{0, 2, 4}},
	{Batch: 2, CIn: 16, COut: 8, In: [3]int{2, 3, 20}, Out: [3]int{2, 3, 20}, Kernel: [3]int{1, 1, 1}, Stride: [3]int{1, 1, 1}},
	{Batch: 1, CIn: 10, COut: 35, In: [3]int{1, 1, 700}, Out: [3]int{1, 1, 698}, Kernel: [3]int{1, 1, 5}, Stride: [3]int{1, 1, 1}, Pad: [3]int{0, 0, 1}},
	{Batch: 2, CIn: 2, COut: 2, In: [3]int{2, 2, 2}, Out: [3]int{3, 3, 3}, Kernel: [3]int{5, 5, 5}, Stride: [3]int{1, 1, 1}, Pad: [3]int{3, 3, 3}},
}

func TestConv(t *testing.T) {
	eachTier(t, func(t *testing.T) {
		for ci, g := range convs {
			checkConv(t, fmt.Sprintf("conv %d", ci), g, NewPool)
			checkConv(t, fmt.Sprintf("fused conv %d", ci), g, NewFusedPool)
		}
	})
}

func FuzzConv(f *testing.F) {
	f.Add(uint64(1), uint64(0x123456789abcdef))
	f.Add(uint64(2), uint64(0))
	f.Fuzz(func(t *testing.T, seed, shape uint64) {
		number := func(low, high int) int {
			n := low + int(shape%uint64(high-low+1))
			shape /= uint64(high - low + 1)
			return n
		}
		g := Conv{Batch: number(1, 3), CIn: number(1, 34), COut: number(1, 36)}
		for a := range 3 {
			g.In[a], g.Kernel[a], g.Stride[a] = number(1, 6), number(1, 4), number(1, 3)
			g.Pad[a] = number(0, g.Kernel[a]-1)
			g.Out[a] = (max(g.In[a]+2*g.Pad[a]-g.Kernel[a], 0))/g.Stride[a] + 1
		}
		eachTier(t, func(t *testing.T) {
			checkConv(t, fmt.Sprintf("%+v", g), g, NewPool)
			checkConv(t, fmt.Sprintf("fused %+v", g), g, NewFusedPool)
		})
	})
}

// checkConv compares all three directions with their definition.
func checkConv(t *testing.T, name string, g Conv, pool func(workers int) *Pool) {
	t.Helper()
	rng := rand.New(rand.NewPCG(3, 4))
	x := random(rng, g.Batch*g.InLen())
	w := random(rng, g.WeightLen())
	gy := random(rng, g.Batch*g.OutLen())
	bias := random(rng, g.COut)

	wantY := make([]float64, len(gy))
	convLoop(&g, wantY, widen(x), widen(w), widen(bias))
	wantX, wantW := make([]float64, len(x)), make([]float64, len(w))
	each(&g, func(n, o, i, k int) {
		for c := range g.CIn {
			for co := range g.COut {
				xi, wi, yi := (n*volume(g.In)+i)*g.CIn+c, (k*g.CIn+c)*g.COut+co, (n*volume(g.Out)+o)*g.COut+co
				wantX[xi] += float64(gy[yi]) * float64(w[wi])
				wantW[wi] += float64(gy[yi]) * float64(x[xi])
			}
		}
	})

	var first [3][]float32
	for _, workers := range []int{1, 2, 5} {
		p := pool(workers)
		y, gx, gw := random(rng, len(gy)), random(rng, len(x)), make([]float32, len(w))
		ConvForward(p, &g, y, x, w, bias)
		ConvInput(p, &g, gx, gy, w, nil)
		ConvWeights(p, &g, gw, x, gy)
		if workers == 1 {
			first = [3][]float32{y, gx, gw}
			near(t, name+" forward", y, wantY, 1e-4)
			near(t, name+" input gradient", gx, wantX, 1e-4)
			near(t, name+" weight gradient", gw, wantW, 1e-4)
			continue
		}
		sameBits(t, name+" forward by workers", y, first[0])
		sameBits(t, name+" input gradient by workers", gx, first[1])
		sameBits(t, name+" weight gradient by workers", gw, first[2])
	}
}

// The definition's order of operations, for one output value of one channel.
func TestConvForwardOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	g := convs[2]
	x, w, bias := random(rng, g.Batch*g.InLen()), random(rng, g.WeightLen()), random(rng, g.COut)
	want := make([]float32, g.Batch*g.OutLen())
	for i := range want {
		want[i] = bias[i%g.COut]
	}
	each(&g, func(n, o, i, k int) {
		for ci := range g.CIn {
			for co := range g.COut {
				want[(n*volume(g.Out)+o)*g.COut+co] += float32(x[(n*volume(g.In)+i)*g.CIn+ci] * w[(k*g.CIn+ci)*g.COut+co])
			}
		}
	})
	eachTier(t, func(t *testing.T) {
		got := make([]float32, len(want))
		ConvForward(NewPool(2), &g, got, x, w, bias)
		sameBits(t, "ConvForward", got, want)
	})
}

func widen(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

func near(t *testing.T, what string, got []float32, want []float64, tol float64) {
	t.Helper()
	for i, v := range got {
		if !(math.Abs(float64(v)-want[i]) <= tol*(1+math.Abs(want[i]))) {
			t.Fatalf("%s: value %d is %v, want %v", what, i, v, want[i])
		}
	}
}

func TestUpsample(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	g := Upsample{Batch: 3, C: 2, In: [3]int{2, 3, 2}, Factor: [3]int{1, 2, 3}}
	in, out := volume(g.In)*g.C, volume(g.In)*volume(g.Factor)*g.C
	x, gy := random(rng, g.Batch*in), random(rng, g.Batch*out)
	y, gx := random(rng, len(gy)), random(rng, len(x))
	UpsampleForward(NewPool(2), &g, y, x)
	UpsampleBackward(NewPool(2), &g, gx, gy)

	full := [3]int{g.In[0] * g.Factor[0], g.In[1] * g.Factor[1], g.In[2] * g.Factor[2]}
	want := make([]float64, len(x))
	for n := range g.Batch {
		for o := range volume(full) {
			q := unravel(o, full)
			i := (q[0]/g.Factor[0]*g.In[1]+q[1]/g.Factor[1])*g.In[2] + q[2]/g.Factor[2]
			for c := range g.C {
				if got, want := y[n*out+o*g.C+c], x[n*in+i*g.C+c]; got != want {
					t.Fatalf("example %d position %v channel %d: %v, want %v", n, q, c, got, want)
				}
				want[n*in+i*g.C+c] += float64(gy[n*out+o*g.C+c])
			}
		}
	}
	near(t, "UpsampleBackward", gx, want, 1e-6)
}

func TestPoolForVisitsEachOnce(t *testing.T) {
	for _, workers := range []int{1, 2, 7} {
		for _, n := range []int{0, 1, 2, 100} {
			seen := make([]int32, n)
			NewPool(workers).For(n, func(i int) { seen[i]++ })
			if i := slices.IndexFunc(seen, func(c int32) bool { return c != 1 }); i >= 0 {
				t.Fatalf("%d workers: %d of %d visited %d times", workers, i, n, seen[i])
			}
		}
	}
}
