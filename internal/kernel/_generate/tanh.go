package main

import "math"

// AVX-512 evaluates tanh(t), t >= 0, by one of 32 polynomials, each a
// coefficient from a permutation of two registers. The index is the nearest
// integer to (root - rootSlope·t)², 31 at 0 and 0 at saturation, which spaces
// the pieces as the derivatives of tanh fade.
const (
	degree     = 3
	pieces     = 32
	saturation = 7.9
	root       = 5.5678 // root² < 31.5
	rootSlope  = root / saturation
	nearest    = 1.5 * (1 << 23) // added, rounds to an integer in the lowest bits

	fixSign = 0xa9a9a822 // VFIXUPIMMPS: NaN to NaN, 0 to 0, others to ±1
)

// tanhPieces returns the coefficients of each power, lowest first. The piece
// that starts at 0 has a small relative error; the other end is 1.
func tanhPieces() [degree + 1][pieces]float32 {
	var table [degree + 1][pieces]float32
	edge := func(square float64) float64 { return (root - math.Sqrt(max(0, square))) / rootSlope }
	for j := range pieces {
		lo, hi := max(0, edge(float64(j)+0.5)), edge(float64(j)-0.5)
		x, y := nodes(lo, hi, degree+1)
		var c []float64
		switch j {
		case 0:
			x[0], y[0] = saturation, 1
			c = interpolate(x, y)
		case pieces - 1:
			x, y = nodes(lo, hi, degree)
			for i := range y {
				y[i] /= x[i]
			}
			c = append([]float64{0}, interpolate(x, y)...)
		default:
			c = interpolate(x, y)
		}
		for k, v := range c {
			table[k][j] = float32(v)
		}
	}
	return table
}

// nodes returns the n Chebyshev nodes between lo and hi, highest first, and
// their tanh.
func nodes(lo, hi float64, n int) (x, y []float64) {
	for i := range n {
		u := (lo+hi)/2 + (hi-lo)/2*math.Cos(float64(2*i+1)*math.Pi/float64(2*n))
		x, y = append(x, u), append(y, math.Tanh(u))
	}
	return x, y
}

// interpolate returns the coefficients, lowest first, of the polynomial through
// the points, by Newton's divided differences.
func interpolate(x, y []float64) []float64 {
	n := len(x)
	d := append([]float64(nil), y...)
	for k := 1; k < n; k++ {
		for i := n - 1; i >= k; i-- {
			d[i] = (d[i] - d[i-1]) / (x[i] - x[i-k])
		}
	}
	c := make([]float64, n)
	for k := n - 1; k >= 0; k-- {
		for i := n - 1; i > 0; i-- {
			c[i] = c[i-1] - x[k]*c[i]
		}
		c[0] = d[k] - x[k]*c[0]
	}
	return c
}
