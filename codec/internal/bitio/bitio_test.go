package bitio

import (
	"math/rand/v2"
	"testing"
)

func TestRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		n := rng.IntN(50)
		values, widths := make([]uint64, n), make([]int, n)
		var w Writer
		total := 0
		for i := range values {
			widths[i] = rng.IntN(65)
			values[i] = rng.Uint64()
			w.Write(values[i], widths[i])
			total += widths[i]
		}
		out := w.AppendTo(nil)
		if len(out) != (total+7)/8 {
			t.Fatalf("%d bits take %d bytes", total, len(out))
		}
		r := NewReader(out)
		for i, k := range widths {
			want := values[i] & (1<<k - 1)
			if got := r.Read(k); got != want {
				t.Fatalf("number %d of %d bits is %x, want %x", i, k, got, want)
			}
		}
		if r.Read(64) != 0 {
			t.Fatal("past the end there are no zeros")
		}
	}
}
