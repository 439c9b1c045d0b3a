package mixing

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

// The tables, computed with + − × ÷ alone, are the logistic function and its
// inverse.
func TestTables(t *testing.T) {
	for x := -maxStretch; x <= maxStretch; x++ {
		want := 65536 / (1 + math.Exp(-float64(x)/stretchUnit))
		if got := float64(squash(x)); math.Abs(got-want) > 1.01 {
			t.Fatalf("squash(%d) is %v, want %v", x, got, want)
		}
	}
	for i, x := range stretchTable {
		p := (float64(i) + 0.5) / 4096
		back := 1 / (1 + math.Exp(-float64(x)/stretchUnit))
		if math.Abs(back-p) > p*(1-p)/stretchUnit+1.0/65536 {
			t.Fatalf("stretch of %v is %d, of which squash is %v", p, x, back)
		}
	}
}

func TestCounterConverges(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, p := range []float64{0.001, 0.1, 0.5, 0.99} {
		c := NewCounter(1 << 15)
		sum := 0.0
		for i := range 20000 {
			bit := 0
			if rng.Float64() < p {
				bit = 1
			}
			c.Update(bit)
			if i >= 10000 {
				sum += float64(c.P()) / 65536
			}
		}
		if got := sum / 10000; math.Abs(got-p) > 0.02*math.Sqrt(p)+0.001 {
			t.Errorf("probability %v is estimated as %v", p, got)
		}
	}
}

// A mixer finds the one input that knows, and decodes what it encoded.
func TestMixerLearnsAndRoundTrips(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	const n = 20000
	bits, known := make([]int, n), make([]int, n)
	for i := range bits {
		known[i] = rng.IntN(2)
		bits[i] = known[i]
		if rng.IntN(50) == 0 {
			bits[i] ^= 1
		}
	}
	run := func(rc *rangecoder.Coder, visit func(i, bit int)) {
		m := NewMixer(rc, [2]int{1, 1})
		tables := make([][]Row, Inputs)
		for k := range tables {
			tables[k] = NewTable(64)
		}
		noise := rand.New(rand.NewPCG(5, 6))
		for i := range n {
			for k := range tables {
				m.Rows[k] = &tables[k][noise.IntN(64)]
			}
			m.Rows[2] = &tables[2][known[i]]
			visit(i, m.Code(bits[i], 3, 0, 0))
		}
	}
	e := rangecoder.NewEncoder(nil)
	run(e, func(int, int) {})
	out := e.Finish()
	entropy := -(0.02*math.Log2(0.02) + 0.98*math.Log2(0.98))
	if got := float64(8*len(out)) / n; got > entropy*1.15 {
		t.Errorf("%v bits each, entropy %v", got, entropy)
	}
	sent := bits
	bits = make([]int, n) // the decoder must not look
	run(rangecoder.NewDecoder(out), func(i, bit int) {
		if bit != sent[i] {
			t.Fatalf("bit %d is %d", i, bit)
		}
	})
}

func BenchmarkMixer(b *testing.B) {
	tables := NewTable(1 << 12)
	const n = 1 << 14
	b.SetBytes(n / 8)
	buf := make([]byte, 0, n)
	for b.Loop() {
		m := NewMixer(rangecoder.NewEncoder(buf[:0]), [2]int{16, 16})
		for i := range n {
			for k := range m.Rows {
				m.Rows[k] = &tables[(i*(k+1))&(1<<12-1)]
			}
			m.Code(i>>2&1, i&15, i&15, 3)
		}
	}
}
