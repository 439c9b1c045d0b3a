package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// transpose writes the 8x8 transposition that packs a transposed matrix. Both
// widths use the one for AVX2.
func transpose(v vec) {
	if v.wide() {
		return
	}
	v.text("transpose8x", "func(dst, src *float32, n, srcRow, dstRow int)")
	Doc("transpose8x256 copies n columns of 8 rows to n rows of 8, n a positive multiple of 8; row lengths are in bytes.")
	Pragma("noescape")
	dst, src, n, ld, ds := param("dst"), param("src"), param("n"), param("srcRow"), param("dstRow")
	ld3, lower := GP64(), GP64()
	LEAQ(Mem{Base: ld, Index: ld, Scale: 2}, ld3)
	LEAQ(Mem{Base: src, Index: ld, Scale: 4}, lower)
	Label("loop")
	var r, t [8]VecVirtual
	for i := range r {
		r[i], t[i] = YMM(), YMM()
		base := src
		if i >= 4 {
			base = lower
		}
		VMOVUPS([]Mem{
			{Base: base}, {Base: base, Index: ld, Scale: 1}, {Base: base, Index: ld, Scale: 2}, {Base: base, Index: ld3, Scale: 1},
		}[i%4], r[i])
	}
	for i := 0; i < 8; i += 2 { // pairs of rows
		VUNPCKLPS(r[i+1], r[i], t[i])
		VUNPCKHPS(r[i+1], r[i], t[i+1])
	}
	for i := 0; i < 8; i += 4 { // fours
		VSHUFPS(Imm(0x44), t[i+2], t[i], r[i])
		VSHUFPS(Imm(0xee), t[i+2], t[i], r[i+1])
		VSHUFPS(Imm(0x44), t[i+3], t[i+1], r[i+2])
		VSHUFPS(Imm(0xee), t[i+3], t[i+1], r[i+3])
	}
	for i := range 4 { // eights
		VPERM2F128(Imm(0x20), r[i+4], r[i], t[i])
		VPERM2F128(Imm(0x31), r[i+4], r[i], t[i+4])
	}
	for i := range t {
		VMOVUPS(t[i], Mem{Base: dst})
		ADDQ(ds, dst)
	}
	ADDQ(Imm(32), src)
	ADDQ(Imm(32), lower)
	SUBQ(Imm(8), n)
	JNZ(LabelRef("loop"))
	end()
}
