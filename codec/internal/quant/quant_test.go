package quant

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
)

// Bins of values within the range that the narrowing was made for keep the bound.
func TestBinsKeepTheBound(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, d := range []array.DType{array.Float32, array.Int8, array.Uint16} {
		for range 20000 {
			largest := math.Ldexp(1+rng.Float64(), rng.IntN(6))
			eps := largest * math.Ldexp(1+rng.Float64(), -2-rng.IntN(8))
			q := New[float32](d, eps, NarrowingFor[float32](d, eps, largest))
			l := NewLattice[float32](d)
			x := l.Value(l.Index(float32((2*rng.Float64() - 1) * largest)))
			p := (2*rng.Float64() - 1) * largest
			n, ok := q.Bin(x, p)
			if y := q.Value(n, p); !ok || !q.Holds(x, y) {
				t.Fatalf("%v at %v: %v, predicted as %v, is %v in bin %d", d, eps, x, p, y, n)
			}
		}
	}
}

// Without a bound every bit comes back.
func TestLosslessBins(t *testing.T) {
	q := New[float64](array.Float64, 0, Lossless)
	if !q.Lossless() {
		t.Error("not lossless")
	}
	values := []float64{0, math.Copysign(0, -1), 1, -1, math.MaxFloat64, -math.SmallestNonzeroFloat64}
	for _, x := range values {
		for _, p := range append(values, math.Inf(1), math.NaN()) {
			n, ok := q.Bin(x, p)
			if y := q.Value(n, p); !ok || math.Float64bits(y) != math.Float64bits(x) {
				t.Errorf("%v, predicted as %v, comes back as %v", x, p, y)
			}
		}
	}
}

// Lattice indices are in the order of the values, 0 for zeros, and next to each
// other for neighbours.
func TestLatticeIndices(t *testing.T) {
	half := NewLattice[float32](array.Float16)
	single := NewLattice[float32](array.Float32)
	bytes := NewLattice[float32](array.Uint8)
	for _, c := range []struct {
		name string
		l    Lattice[float32]
		v    []float32 // neighbours, ascending
	}{
		{"float16", half, []float32{-0x1p-24, 0, 0x1p-24}},
		{"float16", half, []float32{1, 1 + 0x1p-10, 1 + 0x1p-9}},
		{"float32", single, []float32{-math.SmallestNonzeroFloat32, 0, math.SmallestNonzeroFloat32}},
		{"float32", single, []float32{-1 - 0x1p-23, -1, -1 + 0x1p-24}},
		{"uint8", bytes, []float32{253, 254, 255}},
	} {
		for i, v := range c.v {
			if got := c.l.Value(c.l.Index(v)); got != v {
				t.Errorf("%s: %v comes back as %v", c.name, v, got)
			}
			if i > 0 && c.l.Index(v) != c.l.Index(c.v[i-1])+1 {
				t.Errorf("%s: %v has index %d, the one before %d", c.name, v, c.l.Index(v), c.l.Index(c.v[i-1]))
			}
		}
	}
	if k := single.Index(float32(math.Copysign(0, -1))); k != 0 {
		t.Errorf("−0 has index %d", k)
	}
	if got := single.Value(single.Index(float32(math.Inf(-1)))); got != -math.MaxFloat32 {
		t.Errorf("−Inf counts as %v", got)
	}
}
