package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// adam repeats the operations of its Go loop one for one.
func adam(v vec) {
	v.text("adam", "func(k *[7]float32, w, grad, m, v *float32, n int)")
	Pragma("noescape")
	w, g, m, second, n, consts := param("w"), param("grad"), param("m"), param("v"), param("n"), param("k")
	var k [7]VecVirtual // β1, 1-β1, β2, 1-β2, rate, root, ε
	for i := range k {
		k[i] = v.reg()
		VBROADCASTSS(Mem{Base: consts, Disp: 4 * i}, k[i])
	}
	v.loop("", n, func(i GPVirtual, part *mask) {
		d, mean, square, x := v.part(part, at(g, i)), v.part(part, at(m, i)), v.part(part, at(second, i)), v.reg()
		VMULPS(k[0], mean, mean)
		VMULPS(k[1], d, x)
		VADDPS(x, mean, mean)
		v.store(part, mean, at(m, i))
		VMULPS(d, d, d)
		VMULPS(k[3], d, d)
		VMULPS(k[2], square, square)
		VADDPS(d, square, square)
		v.store(part, square, at(second, i))
		VSQRTPS(square, square)
		VMULPS(k[5], square, square)
		VADDPS(k[6], square, square)
		VMULPS(k[4], mean, mean)
		VDIVPS(square, mean, mean)
		weight := v.part(part, at(w, i))
		VSUBPS(mean, weight, weight)
		v.store(part, weight, at(w, i))
	})
	end()
}
