package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// stencil writes weighted sums of the neighbours of points that lie one or two
// values apart, in blocks of two vectors of float64.
func stencil(v vec) {
	for _, inc := range []int{1, 2} {
		v.text(map[int]string{1: "stencil", 2: "stencilEven"}[inc], "func(dst, base *float64, values *float32, weights *float64, offsets *int, blocks, taps int)")
		Pragma("noescape")
		dst, base, values := param("dst"), param("base"), param("values")
		weights, offsets := param("weights"), param("offsets")
		blocks, taps := param("blocks"), param("taps")
		lanes := v.lanes / 2
		Label("block")
		var sum, b [2]VecVirtual
		for h := range sum {
			sum[h], b[h] = v.reg(), v.reg()
			VMOVUPD(Mem{Base: base, Disp: 8 * h * lanes}, b[h])
			VMOVAPD(b[h], sum[h])
		}
		k := GP64()
		XORQ(k, k)
		Label("tap")
		w, offset := v.reg(), GP64()
		VBROADCASTSD(Mem{Base: weights, Index: k, Scale: 8}, w)
		MOVQ(Mem{Base: offsets, Index: k, Scale: 8}, offset)
		for h := range sum {
			x := v.every(inc, Mem{Base: values, Index: offset, Scale: 4, Disp: 4 * h * lanes * inc})
			VSUBPD(b[h], x, x)
			VMULPD(w, x, x)
			VADDPD(x, sum[h], sum[h])
		}
		INCQ(k)
		CMPQ(k, taps)
		JL(LabelRef("tap"))
		for h := range sum {
			VMOVUPD(sum[h], Mem{Base: dst, Disp: 8 * h * lanes})
		}
		ADDQ(Imm(uint64(16*lanes)), base)
		ADDQ(Imm(uint64(16*lanes)), dst)
		ADDQ(Imm(uint64(8*lanes*inc)), values)
		DECQ(blocks)
		JNZ(LabelRef("block"))
		end()
	}
}

// every loads every inc-th float32, inc 1 or 2, as a vector of float64.
func (v vec) every(inc int, m Mem) VecVirtual {
	x := v.reg()
	switch {
	case inc == 1:
		VCVTPS2PD(m, x)
	case v.wide():
		pairs, even := ZMM(), YMM()
		VMOVUPS(m, pairs)
		VPMOVQD(pairs, even) // the lower half of each pair
		VCVTPS2PD(even, x)
	default:
		low, even := XMM(), XMM()
		VMOVUPS(m, low)
		VSHUFPS(Imm(0x88), m.Offset(16), low, even)
		VCVTPS2PD(even, x)
	}
	return x
}
