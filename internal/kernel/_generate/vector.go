package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// vectors writes sums and scalings.
func vectors(v vec) {
	v.text("add", "func(y, x *float32, n int)")
	Pragma("noescape")
	y, x, n := param("y"), param("x"), param("n")
	v.loop("", n, func(i GPVirtual, k *mask) {
		a, b := v.part(k, at(y, i)), v.part(k, at(x, i))
		VADDPS(b, a, a)
		v.store(k, a, at(y, i))
	})
	end()

	v.text("scale", "func(x *float32, n int, a float32)")
	Pragma("noescape")
	x, n = param("x"), param("n")
	factor := v.broadcast("a")
	v.loop("", n, func(i GPVirtual, k *mask) {
		b := v.part(k, at(x, i))
		VMULPS(factor, b, b)
		v.store(k, b, at(x, i))
	})
	end()

	v.text("sumSquares", "func(x *float32, n int) float64")
	Pragma("noescape")
	x, n = param("x"), param("n")
	total := v.zero(v.reg())
	v.loop("", n, func(i GPVirtual, k *mask) {
		v.addSquares(total, v.part(k, at(x, i)))
	})
	v.returnSum(total)
	end()

	v.text("sumRows", "func(sum, x *float32, rows, cols int)")
	Pragma("noescape")
	sum, x, rows, cols := param("sum"), param("x"), param("rows"), param("cols")
	Label("row")
	v.loop("", cols, func(i GPVirtual, k *mask) {
		a, b := v.part(k, at(sum, i)), v.part(k, at(x, i))
		VADDPS(b, a, a)
		v.store(k, a, at(sum, i))
	})
	LEAQ(Mem{Base: x, Index: cols, Scale: 4}, x)
	DECQ(rows)
	JNZ(LabelRef("row"))
	end()
}
