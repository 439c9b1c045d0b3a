package kernel

// unary runs an element-wise kernel in pieces: the vector kernel where there is
// one, or else its loop.
func unary(p *Pool, vector func(y, x *float32, n int), loop func(y, x []float32), y, x []float32) {
	y = y[:len(x)]
	p.Range(len(x), func(lo, hi int) {
		if vector == nil {
			loop(y[lo:hi], x[lo:hi])
			return
		}
		vector(&y[lo], &x[lo], hi-lo)
	})
}

// binary is unary for gradients.
func binary(p *Pool, vector func(gx, gy, x *float32, n int), loop func(gx, gy, x []float32), gx, gy, x []float32) {
	gx, gy = gx[:len(x)], gy[:len(x)]
	p.Range(len(x), func(lo, hi int) {
		if vector == nil {
			loop(gx[lo:hi], gy[lo:hi], x[lo:hi])
			return
		}
		vector(&gx[lo], &gy[lo], &x[lo], hi-lo)
	})
}
