package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/reg"
)

// mse writes the squared error, without its gradient, with it, and
// with it added to another.
func mse(v vec) {
	v.text("squaredErrors", "func(pred, target *float32, n int) float64")
	v.squares(false, false)
	v.text("squaredErrorsGrad", "func(grad, pred, target *float32, n int, c float32) float64")
	v.squares(true, false)
	v.text("squaredErrorsAdd", "func(grad, pred, target *float32, n int, c float32) float64")
	v.squares(true, true)
}

func (v vec) squares(gradient, add bool) {
	Pragma("noescape")
	pred, target, n := param("pred"), param("target"), param("n")
	var grad GPVirtual
	var c VecVirtual
	if gradient {
		grad, c = param("grad"), v.broadcast("c")
	}
	total := v.zero(v.reg())
	v.loop("", n, func(i GPVirtual, k *mask) {
		d, t := v.part(k, at(pred, i)), v.part(k, at(target, i))
		VSUBPS(t, d, d)
		v.addSquares(total, d)
		if gradient {
			VMULPS(c, d, d)
			if add {
				old := v.part(k, at(grad, i))
				VADDPS(old, d, d)
			}
			v.store(k, d, at(grad, i))
		}
	})
	v.returnSum(total)
	end()
}
