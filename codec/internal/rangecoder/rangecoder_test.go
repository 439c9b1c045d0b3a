package rangecoder

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestRoundTripAndSize(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, p := range []uint32{1, 100, 1 << 14, 1 << 15, 60000, 65535} {
		bits := make([]int, 20000)
		ideal := 0.0
		for i := range bits {
			q := float64(p) / 65536
			if rng.Float64() < q {
				bits[i] = 1
				ideal -= math.Log2(q)
			} else {
				ideal -= math.Log2(1 - q)
			}
		}
		e := NewEncoder([]byte("head"))
		for i, b := range bits {
			if i%100 == 0 {
				e.CodeBits(uint64(i), 17)
			}
			e.Code(b, p)
		}
		out := e.Finish()[len("head"):]
		ideal += float64(len(bits)) / 100 * 17
		if size := float64(8 * len(out)); size > ideal*1.0005+40 {
			t.Errorf("p %d: %v bits, ideal %v", p, size, ideal)
		}
		d := NewDecoder(out)
		for i, b := range bits {
			if i%100 == 0 {
				if v := d.CodeBits(0, 17); v != uint64(i) {
					t.Fatalf("p %d: number %d is %d", p, i, v)
				}
			}
			if got := d.Code(0, p); got != b {
				t.Fatalf("p %d: bit %d is %d", p, i, got)
			}
		}
	}
}

// The last byte must do for every length of message, the empty one included.
func TestShortMessages(t *testing.T) {
	for n := range 12 {
		for pattern := range 1 << n {
			for _, p := range []uint32{1, 3000, 1 << 15, 65535} {
				e := NewEncoder(nil)
				for i := range n {
					e.Code(pattern>>i&1, p)
				}
				d := NewDecoder(e.Finish())
				for i := range n {
					if got := d.Code(0, p); got != pattern>>i&1 {
						t.Fatalf("%d bits %b at p %d: bit %d is %d", n, pattern, p, i, got)
					}
				}
			}
		}
	}
}

func BenchmarkCode(b *testing.B) {
	b.SetBytes(1 << 13)
	buf := make([]byte, 0, 1<<16)
	for b.Loop() {
		e := NewEncoder(buf[:0])
		for i := range 1 << 16 {
			e.Code(i>>3&1, 20000)
		}
		e.Finish()
	}
}
