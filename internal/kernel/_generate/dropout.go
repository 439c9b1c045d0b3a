package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// dropout writes the random zeroing for AVX-512, which multiplies 64-bit lanes.
// Every lane's hash decides over four values, 16 bits each.
func dropout(v vec) {
	if !v.wide() {
		return
	}
	v.text("dropout", "func(y, x *float32, blocks int, state uint64, limit uint32, scale float32)")
	Doc("dropout512 handles blocks of 32 values; state is key + 0x9e3779b97f4a7c15 times the first block of four, plus one.")
	Pragma("noescape")
	y, x, blocks := param("y"), param("x"), param("blocks")
	limit := ZMM()
	VPBROADCASTD(Load(Param("limit"), GP32()), limit)
	scale := v.broadcast("scale")
	const golden = 0x9e3779b97f4a7c15
	lanes := GLOBL("lanes", RODATA|NOPTR)
	var g uint64 = golden
	for i := range 8 {
		DATA(8*i, U64(uint64(i)*g))
	}
	quad := func(name string, u uint64) Mem {
		m := GLOBL(name, RODATA|NOPTR)
		for i := range 8 {
			DATA(8*i, U64(u))
		}
		return m
	}
	step, m1, m2 := ZMM(), ZMM(), ZMM()
	VMOVDQU64(quad("step8", 8*g), step)
	VMOVDQU64(quad("mix1", 0xbf58476d1ce4e5b9), m1)
	VMOVDQU64(quad("mix2", 0x94d049bb133111eb), m2)
	state := ZMM()
	VPBROADCASTQ(param("state"), state)
	VPADDQ(lanes, state, state)
	Label("loop")
	z, t := ZMM(), ZMM()
	mix := func(shift uint64, from VecVirtual) {
		VPSRLQ(Imm(shift), from, t)
		VPXORQ(from, t, z)
	}
	mix(30, state)
	VPMULLQ(m1, z, z)
	mix(27, z)
	VPMULLQ(m2, z, z)
	mix(31, z)
	VPADDQ(step, state, state)
	for half := range 2 {
		u := ZMM()
		if half == 0 {
			VPMOVZXWD(z.AsY(), u)
		} else {
			h := YMM()
			VEXTRACTI64X4(Imm(1), z, h)
			VPMOVZXWD(h, u)
		}
		k := K()
		VPCMPUD(Imm(5), limit, u, k) // u >= limit
		r := ZMM()
		VMOVUPS_Z(Mem{Base: x, Disp: 64 * half}, k, r)
		VMULPS_Z(scale, r, k, r)
		VMOVUPS(r, Mem{Base: y, Disp: 64 * half})
	}
	ADDQ(Imm(128), x) // as a signed byte this would not fit
	ADDQ(Imm(128), y)
	DECQ(blocks)
	JNZ(LabelRef("loop"))
	end()
}
