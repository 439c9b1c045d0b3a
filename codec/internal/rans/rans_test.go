package rans

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

const alphabet = 40

func message(rng *rand.Rand, n, nctx int) (symbols, contexts []uint8) {
	for range n {
		c := rng.IntN(nctx)
		contexts = append(contexts, uint8(c))
		symbols = append(symbols, uint8(min(rng.ExpFloat64()*float64(c), alphabet-1)))
	}
	return symbols, contexts
}

func TestRoundTripAndSize(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 2, 3, 100, 50000} {
		for _, nctx := range []int{1, 5} {
			symbols, contexts := message(rng, n, nctx)
			out := Encode([]byte("head"), symbols, contexts, nctx, alphabet)[len("head"):]
			d, err := NewDecoder(out, nctx, alphabet)
			if err != nil {
				t.Fatalf("%d symbols: %v", n, err)
			}
			for i, s := range symbols {
				if got := d.Next(contexts[i]); got != s {
					t.Fatalf("%d symbols: symbol %d is %d, want %d", n, i, got, s)
				}
			}
			count := make([][alphabet]float64, nctx)
			total := make([]float64, nctx)
			for i, s := range symbols {
				count[contexts[i]][s]++
				total[contexts[i]]++
			}
			ideal := 0.0
			for c := range count {
				for _, k := range count[c] {
					if k > 0 {
						ideal -= k * math.Log2(k/total[c])
					}
				}
			}
			if size := float64(8 * len(out)); size > ideal*1.005+1500 {
				t.Errorf("%d symbols in %d contexts: %v bits, entropy %v", n, nctx, size, ideal)
			}
		}
	}
}

func FuzzDecoder(f *testing.F) {
	symbols, contexts := message(rand.New(rand.NewPCG(3, 4)), 200, 3)
	f.Add(Encode(nil, symbols, contexts, 3, alphabet))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := NewDecoder(data, 3, alphabet)
		if err != nil {
			return
		}
		for i := range 1000 {
			if s := d.Next(uint8(i % 3)); s >= alphabet {
				t.Fatalf("symbol %d", s)
			}
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	symbols, contexts := message(rand.New(rand.NewPCG(3, 4)), 1<<16, 5)
	out := Encode(nil, symbols, contexts, 5, alphabet)
	b.SetBytes(1 << 16)
	for b.Loop() {
		d, err := NewDecoder(out, 5, alphabet)
		if err != nil {
			b.Fatal(err)
		}
		for _, c := range contexts {
			d.Next(c)
		}
	}
}

// Frequencies that do not add up, or end too early, are an error.
func TestTables(t *testing.T) {
	half := mixing.NewCounter(1 << 15)
	tables := func(bits ...int) []byte {
		rc := rangecoder.NewEncoder(nil)
		used, size := half, half
		c := &used
		for _, bit := range bits {
			rc.Code(bit, c.P())
			c.Update(bit)
			c = &size
		}
		b := rc.Finish()
		return append(append([]byte{byte(len(b))}, b...), make([]byte, 4*states)...)
	}
	for name, c := range map[string]struct {
		message []byte
		nctx    int
		ok      bool
	}{
		"not used": {tables(0), 1, true},
		"all 0":    {tables(1, 0, 0, 0), 1, false},
		"cut off":  {make([]byte, 1+4*states), 12, false},
	} {
		if _, err := NewDecoder(c.message, c.nctx, 3); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
