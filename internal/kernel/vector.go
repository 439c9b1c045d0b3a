package kernel

// Scale multiplies x by a.
//
//	x[i] *= a
func Scale(p *Pool, a float32, x []float32) {
	p.Range(len(x), func(lo, hi int) {
		if active.scale != nil {
			active.scale(&x[lo], hi-lo, a)
			return
		}
		for i := lo; i < hi; i++ {
			x[i] *= a
		}
	})
}

// SumSquares returns the sum of squares of x, blocks of 16384 values summed on
// their own and then in order. The order within a block is the tier's.
//
//	s += float64(x[i]) * float64(x[i])
func SumSquares(p *Pool, x []float32) float64 {
	partial := make([]float64, (len(x)+grain-1)/grain)
	p.Range(len(x), func(lo, hi int) {
		if active.sumSquares != nil {
			partial[lo/grain] = active.sumSquares(&x[lo], hi-lo)
			return
		}
		var s float64
		for _, v := range x[lo:hi] {
			s += float64(float64(v) * float64(v))
		}
		partial[lo/grain] = s
	})
	var s float64
	for _, v := range partial {
		s += v
	}
	return s
}

// addTo adds x to y.
//
//	y[i] += x[i]
func addTo(y, x []float32) {
	y = y[:len(x)]
	if active.add != nil && len(x) > 0 {
		active.add(&y[0], &x[0], len(x))
		return
	}
	for i, v := range x {
		y[i] += v
	}
}
