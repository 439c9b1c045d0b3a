package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// dropout writes the random zeroing. Every 64-bit lane's hash decides over four
// values, 16 bits each.
func dropout(v vec) {
	v.text("dropout", "func(y, x *float32, blocks int, state uint64, limit uint32, scale float32)")
	Doc(v.name("dropout") + " handles blocks of 32 values; state is key + 0x9e3779b97f4a7c15 times the first block of four, plus one.")
	Pragma("noescape")
	y, x, steps := param("y"), param("x"), param("blocks")
	if !v.wide() {
		ADDQ(steps, steps)
	}
	least := v.reg() // the limit less one: bits above it keep their value
	bound := Load(Param("limit"), GP32())
	DECL(bound)
	VMOVD(bound, least.AsX())
	VPBROADCASTD(least.AsX(), least)
	scale := v.broadcast("scale")

	const golden uint64 = 0x9e3779b97f4a7c15
	hashes := uint64(v.lanes / 2)
	state, step := v.reg(), v.load(v.quads("step", func(uint64) uint64 { return hashes * golden }))
	VMOVQ(param("state"), state.AsX())
	VPBROADCASTQ(state.AsX(), state)
	VPADDQ(v.quads("lanes", func(i uint64) uint64 { return i * golden }), state, state)

	Label("loop")
	z := v.xorShift(30, state)
	z = v.multiply(z, 0xbf58476d1ce4e5b9)
	z = v.xorShift(27, z)
	z = v.multiply(z, 0x94d049bb133111eb)
	z = v.xorShift(31, z)
	VPADDQ(step, state, state)
	for half := range 2 {
		u, r := v.reg(), v.reg()
		m := Mem{Base: x, Disp: half * v.bytes()}
		if v.wide() {
			h, k := YMM(), K()
			VEXTRACTI64X4(Imm(uint64(half)), z, h)
			VPMOVZXWD(h, u)
			VPCMPGTD(least, u, k)
			VMULPS_Z(m, scale, k, r)
		} else {
			h := XMM()
			VEXTRACTI128(Imm(uint64(half)), z, h)
			VPMOVZXWD(h, u)
			VPCMPGTD(least, u, u)
			VMULPS(m, scale, r)
			VANDPS(u, r, r)
		}
		VMOVUPS(r, Mem{Base: y, Disp: half * v.bytes()})
	}
	ADDQ(U32(2*v.bytes()), x)
	ADDQ(U32(2*v.bytes()), y)
	DECQ(steps)
	JNZ(LabelRef("loop"))
	end()
}

// quads returns a vector constant of 64-bit lanes.
func (v vec) quads(name string, lane func(i uint64) uint64) Mem {
	m := GLOBL(v.name(name), RODATA|NOPTR)
	for i := range v.lanes / 2 {
		DATA(8*i, U64(lane(uint64(i))))
	}
	return m
}

// xorShift returns z ^ z>>n.
func (v vec) xorShift(n uint64, z VecVirtual) VecVirtual {
	r := v.reg()
	VPSRLQ(Imm(n), z, r)
	if v.wide() {
		VPXORQ(z, r, r)
	} else {
		VPXOR(z, r, r)
	}
	return r
}

// multiply returns the lower 64 bits of z·by, in AVX2 from products of halves.
func (v vec) multiply(z VecVirtual, by uint64) VecVirtual {
	r := v.reg()
	factor := v.quads(fmt.Sprintf("by%x", by), func(uint64) uint64 { return by })
	if v.wide() {
		VPMULLQ(factor, z, r)
		return r
	}
	high, cross := v.reg(), v.reg()
	VPSRLQ(Imm(32), z, high)
	VPMULUDQ(factor, high, high)
	VPMULUDQ(v.quads(fmt.Sprintf("by%x", by>>32), func(uint64) uint64 { return by >> 32 }), z, cross)
	VPADDQ(cross, high, high)
	VPSLLQ(Imm(32), high, high)
	VPMULUDQ(factor, z, r)
	VPADDQ(high, r, r)
	return r
}
