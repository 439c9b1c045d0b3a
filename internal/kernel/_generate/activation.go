package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// activations repeat the operations of their Go loops one for one, without
// fused multiplications: decoding needs the same bits everywhere.
func activations(v vec) {
	v.relu()
	v.gelu()
	v.silu()
}

const (
	signature         = "func(y, x *float32, n int)"
	gradientSignature = "func(gx, gy, x *float32, n int)"
)

func (v vec) relu() {
	v.text("relu", signature)
	v.function(func(x VecVirtual) VecVirtual {
		zero := v.zero(v.reg())
		VMAXPS(x, zero, x) // NaN and -0 are the second operand
		return x
	})
	v.text("reluGrad", gradientSignature)
	v.gradient(func(g, x VecVirtual) VecVirtual {
		zero := v.zero(v.reg())
		v.blend(v.compare(lessEqual, x, zero), zero, g)
		return g
	})
}

func (v vec) gelu() {
	v.text("gelu", signature)
	v.function(func(x VecVirtual) VecVirtual {
		t := v.reg()
		VMULPS(x, x, t)
		VMULPS(x, t, t)
		VMULPS(v.num(geluA), t, t)
		VADDPS(t, x, t)
		VMULPS(v.num(geluC), t, t)
		t = v.tanh(t)
		VADDPS(v.num(1), t, t)
		VMULPS(v.num(0.5), x, x)
		VMULPS(t, x, x)
		return x
	})
	v.text("geluGrad", gradientSignature)
	v.gradient(func(g, x VecVirtual) VecVirtual {
		square, t := v.reg(), v.reg()
		VMULPS(x, x, square)
		VMULPS(x, square, t)
		VMULPS(v.num(geluA), t, t)
		VADDPS(t, x, t)
		VMULPS(v.num(geluC), t, t)
		t = v.tanh(t)
		VMULPS(v.num(3*geluA), square, square) // slope
		VADDPS(v.num(1), square, square)
		VMULPS(v.num(geluC), square, square)
		u := v.reg()
		VMULPS(t, t, u)
		one := v.load(v.num(1))
		VSUBPS(u, one, u)
		VMULPS(square, u, u)
		VMULPS(v.num(0.5), x, x)
		VMULPS(u, x, x)
		VADDPS(one, t, t)
		VMULPS(v.num(0.5), t, t)
		VADDPS(x, t, t)
		VMULPS(t, g, g)
		return g
	})
}

func (v vec) silu() {
	v.text("silu", signature)
	v.function(func(x VecVirtual) VecVirtual {
		s := v.sigmoid(x)
		VMULPS(s, x, x)
		return x
	})
	v.text("siluGrad", gradientSignature)
	v.gradient(func(g, x VecVirtual) VecVirtual {
		s := v.sigmoid(x)
		u := v.load(v.num(1))
		VSUBPS(s, u, u)
		VMULPS(u, x, x)
		VADDPS(v.num(1), x, x)
		VMULPS(x, s, s)
		VMULPS(s, g, g)
		return g
	})
}

const (
	geluC = 0.7978845608028654
	geluA = 0.044715
)

func (v vec) function(body func(x VecVirtual) VecVirtual) {
	Pragma("noescape")
	y, x, n := param("y"), param("x"), param("n")
	v.loop("", n, func(i GPVirtual, k *mask) {
		v.store(k, body(v.part(k, at(x, i))), at(y, i))
	})
	end()
}

func (v vec) gradient(body func(g, x VecVirtual) VecVirtual) {
	Pragma("noescape")
	gx, gy, x, n := param("gx"), param("gy"), param("x"), param("n")
	v.loop("", n, func(i GPVirtual, k *mask) {
		v.store(k, body(v.part(k, at(gy, i)), v.part(k, at(x, i))), at(gx, i))
	})
	end()
}

// sigmoid is 0.5 + 0.5*Tanh(0.5*x).
func (v vec) sigmoid(x VecVirtual) VecVirtual {
	s := v.reg()
	VMULPS(v.num(0.5), x, s)
	s = v.tanh(s)
	VMULPS(v.num(0.5), s, s)
	VADDPS(v.num(0.5), s, s)
	return s
}

// tanh is Tanh, all its branches at once.
func (v vec) tanh(x VecVirtual) VecVirtual {
	sign, a := v.reg(), v.reg()
	VANDPS(v.bits(1<<31), x, sign)
	VANDPS(v.bits(1<<31-1), x, a)

	// 1 - 2/(Exp(2a)+1)
	twice, n := v.reg(), v.reg()
	VADDPS(a, a, twice)
	VMULPS(v.num(math.Log2E), twice, n)
	VADDPS(v.num(0.5), n, n)
	if v.wide() {
		VRNDSCALEPS(Imm(1), n, n) // floor
	} else {
		VROUNDPS(Imm(1), n, n)
	}
	u := v.reg()
	VMULPS(v.num(0.693359375), n, u)
	VSUBPS(u, twice, twice)
	VMULPS(v.num(-2.12194440e-4), n, u)
	VSUBPS(u, twice, twice)
	t := v.horner(twice, 1.0/5040, 1.0/720, 1.0/120, 1.0/24, 1.0/6, 0.5, 1, 1)
	VCVTTPS2DQ(n, n)
	VPADDD(v.bits(127), n, n)
	VPSLLD(Imm(23), n, n)
	VMULPS(n, t, t)
	VADDPS(v.num(1), t, t)
	two := v.load(v.num(2))
	VDIVPS(t, two, t)
	one := v.load(v.num(1))
	VSUBPS(t, one, t)
	v.blend(v.compare(greater, a, v.num(10)), one, t)
	VORPS(sign, t, t)

	// The odd polynomial.
	q := v.reg()
	VMULPS(x, x, q)
	s := v.horner(q, 62.0/2835, -17.0/315, 2.0/15, -1.0/3)
	VMULPS(q, s, s)
	VMULPS(x, s, s)
	VADDPS(s, x, s)
	v.blend(v.compare(less, a, v.num(0.25)), s, t)
	return t
}
