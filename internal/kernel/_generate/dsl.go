package main

import (
	"slices"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// dsl writes the directional sign loss along one axis, with and without its
// gradient, and its tanh.
func dsl(v vec) {
	v.text("rationalTanh", "func(y, x *float32, n int)")
	v.function(func(x VecVirtual) VecVirtual {
		p, q := v.rational(x)
		VDIVPS(q, p, p)
		limit := v.load(v.num(1))
		VMINPS(p, limit, p) // NaN is the second operand
		limit = v.load(v.num(-1))
		VMAXPS(p, limit, p)
		return p
	})

	v.text("dslRun", "func(pred, target *float32, n, stride int, s float32) float64")
	v.dslRun(false, false)
	v.text("dslRunGrad", "func(grad, pred, target *float32, n, stride int, s, c float32) float64")
	v.dslRun(true, false)
	v.text("dslRunNear", "func(grad, pred, target *float32, n, stride int, s, c float32) float64")
	v.dslRun(true, true)
	v.text("dslRows", "func(pred, target *float32, rows, n int, s float32) float64")
	v.dslRows(false)
	v.text("dslRowsGrad", "func(grad, pred, target *float32, rows, n int, s, c float32) float64")
	v.dslRows(true)
}

// The coefficients of RationalTanh, highest first.
var (
	numerator   = []float64{1.33190747e-8, 2.05834833e-5, 3.49403469e-3, 1.33797181e-1, 1}
	denominator = []float64{7.76202059e-7, 3.28309305e-4, 2.58710737e-2, 4.67130333e-1, 1}
)

const (
	signBit   = 1 << 31
	magnitude = 1<<31 - 1
)

// keepAll keeps what a loop of comparisons needs.
func (v vec) keepAll() vec {
	return v.keep(slices.Concat(numerator, denominator[:4], []float64{9.02, -9.02, 2}), signBit, magnitude)
}

// rational returns numerator and denominator of tanh(x).
func (v vec) rational(x VecVirtual) (p, q VecVirtual) {
	u := v.load(v.num(9.02))
	VMINPS(x, u, u) // NaN is the second operand
	low := v.load(v.num(-9.02))
	VMAXPS(u, low, u)
	z := v.reg()
	VMULPS(u, u, z)
	p = v.fused(z, numerator...)
	VMULPS(u, p, p)
	q = v.fused(z, denominator...)
	return p, q
}

// compareSigns adds |a-b| to sum and returns c·sign(a-b)·(1-a²), where a and b
// are tanh of s times the differences of pred and target. One division serves
// both.
func (v vec) compareSigns(sum, s, c VecVirtual, pred, predNext, target, targetNext VecVirtual, k *mask) VecVirtual {
	VSUBPS(pred, predNext, predNext)
	VMULPS(s, predNext, predNext)
	p, q := v.rational(predNext)
	VSUBPS(target, targetNext, targetNext)
	VMULPS(s, targetNext, targetNext)
	r, t := v.rational(targetNext)
	inverse := v.load(v.num(1))
	product := v.reg()
	VMULPS(q, t, product)
	VDIVPS(product, inverse, inverse)
	VMULPS(t, p, p)
	VMULPS(inverse, p, p) // a
	VMULPS(q, r, r)
	VMULPS(inverse, r, r) // b

	d, apart := v.reg(), v.reg()
	VSUBPS(r, p, d)
	VANDPS(v.bits(magnitude), d, apart)
	two := v.load(v.num(2)) // rounding may carry either beyond 1
	VMINPS(apart, two, apart)
	if k != nil && !v.wide() {
		VANDPS(k.op, apart, apart)
	}
	if k != nil && v.wide() {
		VADDPS(apart, sum, k.op, sum)
	} else {
		VADDPS(apart, sum, sum)
	}
	if c == nil {
		return nil
	}
	g := v.load(v.num(1))
	VFNMADD231PS(p, p, g)
	zero := v.zero(v.reg())
	VMAXPS(g, zero, g)
	VMULPS(c, g, g)
	sign := v.reg()
	VANDPS(v.bits(signBit), d, sign)
	VXORPS(sign, g, g)
	v.blend(v.compare(equalUnordered, d, zero), d, g)
	if k != nil { // nothing beyond the end
		if v.wide() {
			masked := v.zero(v.reg())
			VMOVAPS(g, k.op, masked)
			g = masked
		} else {
			VANDPS(k.op, g, g)
		}
	}
	return g
}

// dslRun compares n values with those stride after them. With near, the stride
// is shorter than a vector, so that a vector's two gradients overlap; otherwise
// both are loaded before either is stored, because addresses that are a
// multiple of 4 KiB apart seem to overlap as well.
func (v vec) dslRun(gradient, near bool) {
	Pragma("noescape")
	v = v.keepAll()
	pred, target, n, stride := param("pred"), param("target"), param("n"), param("stride")
	predNext, targetNext := GP64(), GP64()
	LEAQ(Mem{Base: pred, Index: stride, Scale: 4}, predNext)
	LEAQ(Mem{Base: target, Index: stride, Scale: 4}, targetNext)
	var grad, gradNext GPVirtual
	s := v.broadcast("s")
	var c VecVirtual
	if gradient {
		grad, gradNext = param("grad"), GP64()
		LEAQ(Mem{Base: grad, Index: stride, Scale: 4}, gradNext)
		c = v.broadcast("c")
	}
	sum := v.zero(v.reg())
	v.loop("", n, func(i GPVirtual, k *mask) {
		g := v.compareSigns(sum, s, c, v.part(k, at(pred, i)), v.part(k, at(predNext, i)),
			v.part(k, at(target, i)), v.part(k, at(targetNext, i)), k)
		if gradient {
			old := v.part(k, at(grad, i))
			VSUBPS(g, old, old)
			if near {
				v.store(k, old, at(grad, i))
			}
			next := v.part(k, at(gradNext, i))
			VADDPS(g, next, next)
			if !near {
				v.store(k, old, at(grad, i))
			}
			v.store(k, next, at(gradNext, i))
		}
	})
	total := v.zero(v.reg())
	v.addDoubles(total, sum)
	v.returnSum(total)
	end()
}

// dslRows compares neighbours within rows of n values. A value receives the
// terms of both its sides in one store: those of its left side come from the
// vector before, shifted by one lane.
func (v vec) dslRows(gradient bool) {
	Pragma("noescape")
	v = v.keepAll()
	pred, target, rows, n := param("pred"), param("target"), param("rows"), param("n")
	s := v.broadcast("s")
	var grad GPVirtual
	var c VecVirtual
	before := v.reg()
	if gradient {
		grad = param("grad")
		c = v.broadcast("c")
	}
	total := v.zero(v.reg())
	sum := v.reg()
	next := func(base, i GPVirtual, k *mask) VecVirtual {
		m := at(base, i)
		m.Disp = 4
		return v.part(k, m)
	}
	comparisons := GP64()
	LEAQ(Mem{Base: n, Disp: -1}, comparisons)
	Label("row")
	v.zero(sum)
	if gradient {
		v.zero(before)
	}
	v.loop("", comparisons, func(i GPVirtual, k *mask) {
		g := v.compareSigns(sum, s, c, v.part(k, at(pred, i)), next(pred, i, k),
			v.part(k, at(target, i)), next(target, i, k), k)
		if gradient {
			shifted := v.shiftIn(before, g)
			VSUBPS(g, shifted, shifted)
			old := v.part(k, at(grad, i))
			VADDPS(shifted, old, old)
			v.store(k, old, at(grad, i))
			VMOVAPS(g, before)
		}
	})
	if gradient { // the last value has a left side only
		x := XMM()
		m := Mem{Base: grad, Index: comparisons, Scale: 4}
		g := v.lastLane(before, comparisons)
		VADDSS(m, g, x)
		VMOVSS(x, m)
		LEAQ(Mem{Base: grad, Index: n, Scale: 4}, grad)
	}
	v.addDoubles(total, sum)
	LEAQ(Mem{Base: pred, Index: n, Scale: 4}, pred)
	LEAQ(Mem{Base: target, Index: n, Scale: 4}, target)
	DECQ(rows)
	JNZ(LabelRef("row"))
	v.returnSum(total)
	end()
}

// shiftIn returns g moved up by a lane, the last lane of before below it.
func (v vec) shiftIn(before, g VecVirtual) VecVirtual {
	r := v.reg()
	if v.wide() {
		VALIGND(Imm(15), before, g, r)
		return r
	}
	VPERM2F128(Imm(0x21), g, before, r) // the upper half of before, the lower of g
	VPALIGNR(Imm(12), r, g, r)
	return r
}

// lastLane returns lane (n-1) mod lanes of r in lane 0.
func (v vec) lastLane(r VecVirtual, n GPVirtual) VecVirtual {
	i := GP64()
	LEAQ(Mem{Base: n, Disp: -1}, i)
	ANDQ(Imm(uint64(v.lanes-1)), i)
	index := XMM()
	VMOVQ(i, index) // MOVQ would mix SSE with AVX, which costs hundreds of cycles
	out := v.reg()
	if v.wide() {
		VPERMPS(r, index.AsZ(), out)
	} else {
		VPERMPS(r, index.AsY(), out)
	}
	return out.AsX().(VecVirtual)
}
