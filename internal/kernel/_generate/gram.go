package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// gram writes a block of a weighted Gram matrix, gramRows rows of one vector of
// float64.
func gram(v vec) {
	const gramRows = 8
	v.text("gramBlock", "func(dst, left, right, w *float64, rows, stride int)")
	Pragma("noescape")
	left, right, w, rows, stride := param("left"), param("right"), param("w"), param("rows"), param("stride")
	SHLQ(Imm(3), stride)
	var sum [gramRows]VecVirtual
	for i := range sum {
		sum[i] = v.zero(v.reg())
	}
	Label("row")
	t := v.reg()
	VBROADCASTSD(Mem{Base: w}, t)
	VMULPD(Mem{Base: right}, t, t)
	for i := range sum {
		p, x := v.reg(), Mem{Base: left, Disp: 8 * i}
		if v.wide() {
			VMULPD_BCST(x, t, p)
		} else {
			VBROADCASTSD(x, p)
			VMULPD(p, t, p)
		}
		VADDPD(p, sum[i], sum[i])
	}
	ADDQ(stride, left)
	ADDQ(stride, right)
	ADDQ(Imm(8), w)
	DECQ(rows)
	JNZ(LabelRef("row"))
	dst := param("dst")
	for i := range sum {
		VMOVUPD(sum[i], Mem{Base: dst})
		ADDQ(stride, dst)
	}
	end()
}
