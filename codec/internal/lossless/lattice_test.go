package lossless

import (
	"math"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/scan"
	"github.com/morselcodec/morsel/formats/array"
)

// The lattice found is the coarsest one of the kinds there are.
func TestFindLattice(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name string
		x    []float64
		d    array.DType
		want scan.Lattice
		off  int
	}{
		{"prices", []float64{98.27, 101.5, 100.01, 99.99}, array.Float64, scan.Lattice{Kind: scan.Decimals, Unit: 2}, 0},
		{"prices in single", []float64{float64(float32(98.27)), 101.5, float64(float32(100.01)), 1e3}, array.Float32, scan.Lattice{Kind: scan.Decimals, Unit: 2}, 0},
		{"single in double", []float64{math.Pi, -math.E, 1e-3, 1e9}, array.Float32, scan.Lattice{Kind: scan.Floats, Unit: 29}, 0},
		{"any", []float64{math.Pi, -math.E, 1e-3, 1e9}, array.Float64, scan.Lattice{}, 0},
		{"quarters", []float64{0.25, 1000.75, 0, -3.5, 1e6, 0.5}, array.Float64, scan.Lattice{Kind: scan.Binaries, Unit: 2}, 0},
		{"whole numbers", []float64{1, -1000, 17, 65537}, array.Float32, scan.Lattice{Kind: scan.Binaries}, 0},
		{"nothing but zeros", []float64{0, 0, 0}, array.Float64, scan.Lattice{Unit: 60}, 0},
		{"beside specials", []float64{98.27, nan, 100.01, nan}, array.Float64, scan.Lattice{Kind: scan.Decimals, Unit: 2}, 0},
	} {
		special := make([]bool, len(c.x))
		for i, v := range c.x {
			if c.d == array.Float32 {
				c.x[i] = float64(float32(v))
			}
			special[i] = math.IsNaN(v)
		}
		got, off := findLattice(c.x, special, c.d, nil)
		if got != c.want || len(off) != c.off {
			t.Errorf("%s: lattice %v, %d off it, want %v, %d", c.name, got, len(off), c.want, c.off)
		}
	}
	many := make([]float64, 1000)
	for i := range many {
		many[i] = float64(i) / 100
	}
	many[7] = math.Copysign(0, -1)
	if got, off := findLattice(many, nil, array.Float64, nil); got.Kind != scan.Decimals || len(off) != 1 || off[0] != 7 {
		t.Errorf("lattice %v, off it %v, want decimals but for number 7", got, off)
	}
}
