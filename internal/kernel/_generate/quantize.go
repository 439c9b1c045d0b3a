package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/reg"
)

// quantize writes the latents' quantiser. Centre and step are as long as x.
func quantize(v vec) {
	const maxCode = 1 << 24
	v.text("quantize", "func(q *int32, x, centre, step *float32, n int)")
	Pragma("noescape")
	q, x, centre, step, n := param("q"), param("x"), param("centre"), param("step"), param("n")
	v.loop("", n, func(i GPVirtual, k *mask) {
		t, d := v.part(k, at(x, i)), v.part(k, at(step, i))
		c := v.part(k, at(centre, i))
		VSUBPS(c, t, t)
		VDIVPS(d, t, t)
		zero := v.zero(v.reg())
		v.blend(v.compare(unordered, t, t), zero, t)
		VMINPS(v.num(maxCode), t, t)
		VMAXPS(v.num(-maxCode), t, t)
		VCVTPS2DQ(t, t) // to nearest, ties to even
		v.store(k, t, at(q, i))
	})
	end()

	v.text("dequantize", "func(x *float32, q *int32, centre, step *float32, n int)")
	Pragma("noescape")
	x, q, centre, step, n = param("x"), param("q"), param("centre"), param("step"), param("n")
	v.loop("", n, func(i GPVirtual, k *mask) {
		t, d := v.part(k, at(q, i)), v.part(k, at(step, i))
		c := v.part(k, at(centre, i))
		VPMINSD(v.bits(maxCode), t, t)
		VPMAXSD(v.bits(-maxCode&0xffffffff), t, t)
		VCVTDQ2PS(t, t)
		VMULPS(d, t, t)
		VADDPS(t, c, t)
		v.store(k, t, at(x, i))
	})
	end()
}

const unordered = 3
