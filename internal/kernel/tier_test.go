package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// force makes a tier the active one until restore.
func force(t *table) (restore func()) {
	before := active
	active = t
	return func() { active = before }
}

// eachTier runs a test on every tier of the machine, the portable one first.
func eachTier(t *testing.T, test func(t *testing.T)) {
	for _, tier := range tables() {
		t.Run(tier.tier.String(), func(t *testing.T) {
			defer force(tier)()
			test(t)
		})
	}
}

func TestActiveIsWhatTheEnvironmentNames(t *testing.T) {
	available := tables()
	best := available[len(available)-1].tier
	for _, tier := range available {
		if got := choose(tier.tier.String()).tier; got != tier.tier {
			t.Errorf("MORSEL_KERNEL=%v chooses %v", tier.tier, got)
		}
	}
	for _, name := range []string{"", "sse9"} {
		if got := choose(name).tier; got != best {
			t.Errorf("MORSEL_KERNEL=%q chooses %v, want the best, %v", name, got, best)
		}
	}
	if want := choose(os.Getenv("MORSEL_KERNEL")).tier; Active() != want {
		t.Errorf("%v is active, want %v", Active(), want)
	}
}

func TestCheckChoice(t *testing.T) {
	for _, tier := range tables() {
		if err := CheckChoice(tier.tier.String()); err != nil {
			t.Error(err)
		}
	}
	if err := CheckChoice(""); err != nil {
		t.Error(err)
	}
	absent := NEON
	if runtime.GOARCH == "arm64" {
		absent = AVX2
	}
	for name, want := range map[string]string{"sse9": "unknown", "AVX2": "unknown", absent.String(): "not on this machine"} {
		err := CheckChoice(name)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "want portable") {
			t.Errorf("%s: %v, want %q and what is allowed", name, err, want)
		}
	}
}

// hostile turns bytes into numbers of every kind: NaN, infinities, denormals
// and negative zero among them.
func hostile(b []byte, n int) []float32 {
	special := []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), 1e-42, -1e-45, float32(math.Copysign(0, -1)), 0, math.MaxFloat32, 0.25, -10, 9.02}
	x := make([]float32, n)
	for i := range x {
		var u uint32
		for k := range 4 {
			if len(b) > 0 {
				u = u<<8 | uint32(b[(4*i+k)%len(b)])
			}
		}
		u *= uint32(i/max(len(b)/4, 1) + 1) // not the same again
		switch u % 4 {
		case 0:
			x[i] = special[u/4%uint32(len(special))]
		case 1:
			x[i] = math.Float32frombits(u)
		default:
			x[i] = float32(int32(u)>>8) / (1 << 20) // -8 to 8
		}
	}
	return x
}

// exactKernels runs what has the same bits on every tier, and returns all of
// its results.
func exactKernels(x []float32) (results map[string][]float32) {
	n := len(x)
	p := NewPool(2)
	y := slices.Clone(x)
	slices.Reverse(y)
	results = map[string][]float32{}
	for name, f := range map[string]func(p *Pool, y, x []float32){"relu": ReLU, "gelu": GELU, "silu": SiLU} {
		results[name] = make([]float32, n)
		f(p, results[name], x)
	}
	for name, f := range map[string]func(p *Pool, gx, gy, x []float32){"relu gradient": ReLUGrad, "gelu gradient": GELUGrad, "silu gradient": SiLUGrad} {
		results[name] = make([]float32, n)
		f(p, results[name], y, x)
	}
	w, m, v := slices.Clone(x), slices.Clone(y), slices.Clone(x)
	Adam(p, AdamStep{Rate: 1e-3, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, Root: 1.5}, w, y, m, v)
	results["adam weights"], results["adam mean"], results["adam square"] = w, m, v

	scaled := slices.Clone(x)
	Scale(p, -1.25, scaled)
	results["scale"] = scaled
	for _, cols := range []int{1, 3, 17, 70} {
		if rows := n / cols; rows > 0 {
			sum := slices.Clone(y[:cols])
			ColumnSums(p, sum, x[:rows*cols])
			results[fmt.Sprintf("sums of %d columns", cols)] = sum
		}
	}
	dropped := make([]float32, n)
	Dropout(p, dropped, x, 0.3, 99)
	results["dropout"] = dropped

	for _, channels := range []int{1, 3, 40, 300} {
		if channels > n {
			continue
		}
		step := make([]float32, channels)
		for i := range step {
			step[i] = 0.01 * float32(i+1)
		}
		q := make([]int32, n)
		Quantize(q, x, y[:channels], step)
		codes, back := make([]float32, n), make([]float32, n)
		for i, c := range q {
			codes[i] = math.Float32frombits(uint32(c)) // only their bits are compared
			q[i] = int32(math.Float32bits(x[i]))
		}
		Dequantize(back, q, y[:channels], step)
		results[fmt.Sprintf("codes of %d channels", channels)] = codes
		results[fmt.Sprintf("values of %d channels", channels)] = back
	}
	return results
}

func checkExactKernels(t *testing.T, x []float32) {
	t.Helper()
	var want map[string][]float32
	for _, tier := range tables() {
		restore := force(tier)
		got := exactKernels(x)
		restore()
		if want == nil {
			want = got
		}
		for name := range want {
			sameBits(t, fmt.Sprintf("%v: %s of %d values", tier.tier, name, len(x)), got[name], want[name])
		}
	}
}

func TestExactKernelsAgree(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 7, 8, 15, 16, 17, 33, 100, grain - 1, grain + 50} {
		b := make([]byte, 4*n)
		for i := range b {
			b[i] = byte(rng.Uint32())
		}
		checkExactKernels(t, hostile(b, n))
		checkExactKernels(t, random(rng, n))
	}
}

func FuzzExactKernels(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8}, uint16(40))
	f.Add([]byte{0x7f, 0xc0, 0, 1}, uint16(3))
	f.Fuzz(func(t *testing.T, b []byte, n uint16) {
		checkExactKernels(t, hostile(b, 1+int(n%1000)))
	})
}

func TestFusedGemmIsNear(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	eachTier(t, func(t *testing.T) {
		for _, s := range [][3]int{{1, 1, 1}, {9, 33, 300}, {64, 100, 27}, {130, 7, 513}, {3, 64, 40}} {
			for mode := range 8 {
				m, n, k := s[0], s[1], s[2]
				a := Mat{Data: random(rng, m*k), Rows: m, Cols: k, T: mode&1 != 0}
				b := Mat{Data: random(rng, k*n), Rows: k, Cols: n, T: mode&2 != 0}
				got := Mat{Data: random(rng, m*n), Rows: m, Cols: n}
				want := make([]float64, m*n)
				for i := range want {
					if mode&4 != 0 {
						want[i] = float64(got.Data[i])
					}
					for l := range k {
						x, y := i/n*k+l, l*n+i%n
						if a.T {
							x = l*m + i/n
						}
						if b.T {
							y = i%n*k + l
						}
						want[i] += float64(a.Data[x]) * float64(b.Data[y])
					}
				}
				Gemm(NewFusedPool(1+mode%3), got, a, b, mode&4 != 0)
				near(t, fmt.Sprintf("%dx%dx%d mode %d", m, n, k, mode), got.Data, want, 1e-4)
			}
		}
	})
}

func TestGemmBias(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	eachTier(t, func(t *testing.T) {
		for _, s := range [][3]int{{3, 5, 7}, {70, 33, 300}, {9, 64, 0}} {
			m, n, k := s[0], s[1], s[2]
			a, b := Mat{Data: random(rng, m*k), Rows: m, Cols: k}, Mat{Data: random(rng, k*n), Rows: k, Cols: n}
			bias := random(rng, n)
			got, want := Mat{Data: random(rng, m*n), Rows: m, Cols: n}, Mat{Data: make([]float32, m*n), Rows: m, Cols: n}
			FillRows(NewPool(1), want.Data, bias)
			gemmLoop(want, a, b, true)
			GemmBias(NewPool(2), got, a, b, bias)
			sameBits(t, fmt.Sprintf("%dx%dx%d", m, n, k), got.Data, want.Data)
		}
	})
}

// A pool keeps its promise also when loops overlap and nest.
func TestPoolRunsEverythingOnce(t *testing.T) {
	p := NewPool(4)
	for range 200 {
		counts := make([]int32, 50*20)
		p.For(50, func(i int) {
			p.For(20, func(k int) { counts[i*20+k]++ })
		})
		for i, c := range counts {
			if c != 1 {
				t.Fatalf("index %d ran %d times", i, c)
			}
		}
	}
}
