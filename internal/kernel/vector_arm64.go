//go:build !noasm

package kernel

import "unsafe"

// The assembly handles n values, n a positive multiple of 4; the Go loops do
// the rest.

//go:noescape
func addFours(y, x *float32, n int)

//go:noescape
func scaleFours(x *float32, n int, a float32)

//go:noescape
func tanhFours(x *float32, n int)

//go:noescape
func reluFours(y, x *float32, n int)

//go:noescape
func reluGradFours(gx, gy, x *float32, n int)

//go:noescape
func adamFours(k *[7]float32, w, grad, m, v *float32, n int)

// remainder is what vectors of four leave of n values from x on.
func remainder(x *float32, n int) []float32 { return unsafe.Slice(x, n)[n&^3:] }

func relu128(y, x *float32, n int) {
	if n >= 4 {
		reluFours(y, x, n&^3)
	}
	reluLoop(remainder(y, n), remainder(x, n))
}

func reluGrad128(gx, gy, x *float32, n int) {
	if n >= 4 {
		reluGradFours(gx, gy, x, n&^3)
	}
	reluGradLoop(remainder(gx, n), remainder(gy, n), remainder(x, n))
}

func adam128(k *[7]float32, w, grad, m, v *float32, n int) {
	if n >= 4 {
		adamFours(k, w, grad, m, v, n&^3)
	}
	s := AdamStep{Beta1: k[0], Beta2: k[2], Rate: k[4], Root: k[5], Epsilon: k[6]}
	adamLoop(s, remainder(w, n), remainder(grad, n), remainder(m, n), remainder(v, n))
}

func sumRows128(sum, x *float32, rows, cols int) {
	for i := range rows {
		add128(sum, (*float32)(unsafe.Add(unsafe.Pointer(x), i*cols*floatBytes)), cols)
	}
}

func add128(y, x *float32, n int) {
	if n >= 4 {
		addFours(y, x, n&^3)
	}
	ys := remainder(y, n)
	for i, v := range remainder(x, n) {
		ys[i] += v
	}
}

func scale128(x *float32, n int, a float32) {
	if n >= 4 {
		scaleFours(x, n&^3, a)
	}
	xs := remainder(x, n)
	for i := range xs {
		xs[i] *= a
	}
}
