package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

const (
	signBit   = 1 << 31
	magnitude = 1<<31 - 1
)

// comparing is what the comparisons of a sweep have in common.
type comparing struct {
	vec
	gradient bool
	sum      VecVirtual
	s, scale VecVirtual // sharpness, and factor of the gradient

	// For AVX-512.
	pieces       [][2]VecVirtual // coefficients of tanh(s·t), lowest power first
	limit, slope VecVirtual      // saturation and rootSlope, for t
}

// comparing loads constants, sharpness and scale from a pair of float32.
func (v vec) comparing(gradient bool, factors Mem) *comparing {
	c := &comparing{vec: v, gradient: gradient, sum: v.zero(v.reg()), s: v.reg(), scale: v.reg()}
	VBROADCASTSS(factors, c.s)
	if gradient {
		VBROADCASTSS(factors.Offset(4), c.scale)
	}
	if !v.wide() {
		return c
	}
	c.vec = v.keep([]float64{root, nearest, 1}, signBit, fixSign)
	c.slope, c.limit = v.load(v.num(rootSlope)), v.load(v.num(saturation))
	VMULPS(c.s, c.slope, c.slope)
	VDIVPS(c.s, c.limit, c.limit)
	power := v.load(v.num(1))
	for k, coefficients := range tanhPieces() {
		m := floats(fmt.Sprintf("tanh%d", k), coefficients[:])
		p := [2]VecVirtual{v.reg(), v.reg()}
		VMULPS(m, power, p[0])
		VMULPS(m.Offset(v.bytes()), power, p[1])
		c.pieces = append(c.pieces, p)
		VMULPS(c.s, power, power)
	}
	return c
}

// slopes are weight·sign(a-b)·(1-a²): sign, weighted, and rest apart in AVX-512, where adding
// their product is one operation.
type slopes struct {
	v          vec
	sign, rest VecVirtual
}

func (g slopes) product() VecVirtual {
	if g.sign == nil {
		return g.rest
	}
	r := g.v.reg()
	VMULPS(g.sign, g.rest, r)
	return r
}

func (g slopes) addTo(r VecVirtual) {
	if g.sign == nil {
		VADDPS(g.rest, r, r)
		return
	}
	VFMADD231PS(g.sign, g.rest, r)
}

func (g slopes) subtractFrom(r VecVirtual) {
	if g.sign == nil {
		VSUBPS(g.rest, r, r)
		return
	}
	VFNMADD231PS(g.sign, g.rest, r)
}

// compare adds weight·|a-b| to the sum, where a and b are tanh of s times the
// differences of pred and target, in the lanes of k; elsewhere slopes are 0.
func (c *comparing) compare(pred, predNext, target, targetNext VecVirtual, weight Mem, k *mask) slopes {
	VSUBPS(pred, predNext, predNext)
	VSUBPS(target, targetNext, targetNext)
	if !c.wide() {
		return c.byDivision(predNext, targetNext, weight, k)
	}
	a, b := c.piecewise(predNext), c.piecewise(targetNext)
	d, sign := c.reg(), b
	VSUBPS(b, a, d)
	if k == nil {
		VFIXUPIMMPS(Imm(0), c.bits(fixSign), d, sign)
	} else {
		VFIXUPIMMPS_Z(Imm(0), c.bits(fixSign), d, k.op, sign)
	}
	VMULPS_BCST(weight, sign, sign)
	VFMADD231PS(d, sign, c.sum)
	if !c.gradient {
		return slopes{}
	}
	rest := c.load(c.num(1))
	VFNMADD231PS(a, a, rest)
	return slopes{c.vec, sign, rest}
}

// piecewise returns tanh(s·d).
func (c *comparing) piecewise(d VecVirtual) VecVirtual {
	t := c.reg()
	VRANGEPS(Imm(0b1010), c.limit, d, t) // the smaller magnitude
	h := c.load(c.num(root))
	VFNMADD231PS(c.slope, t, h)
	index := c.load(c.num(nearest))
	VFMADD231PS(h, h, index)
	var y VecVirtual
	for k := degree; k >= 0; k-- {
		p := c.load(index)
		VPERMI2PS(c.pieces[k][1], c.pieces[k][0], p)
		if k < degree {
			VFMADD231PS(y, t, p)
		}
		y = p
	}
	VPTERNLOGD(Imm(0xf8), c.bits(signBit), d, y) // y, or the sign of d
	return y
}

// byDivision compares in AVX2, which has no table of 32: one division serves
// both tanh.
func (c *comparing) byDivision(dp, dt VecVirtual, weight Mem, k *mask) slopes {
	VMULPS(c.s, dp, dp)
	p, q := c.rational(dp)
	VMULPS(c.s, dt, dt)
	r, t := c.rational(dt)
	inverse, product := c.load(c.num(1)), c.reg()
	VMULPS(q, t, product)
	VDIVPS(product, inverse, inverse)
	VMULPS(t, p, p)
	VMULPS(inverse, p, p) // a
	VMULPS(q, r, r)
	VMULPS(inverse, r, r) // b

	d, apart := c.reg(), c.reg()
	VSUBPS(r, p, d)
	VANDPS(c.bits(magnitude), d, apart)
	VMINPS(c.num(2), apart, apart) // rounding may carry either beyond 1
	if k != nil {
		VANDPS(k.op, apart, apart)
	}
	times := c.reg()
	VBROADCASTSS(weight, times)
	VFMADD231PS(times, apart, c.sum)
	if !c.gradient {
		return slopes{}
	}
	g, zero, tie := c.load(c.num(1)), c.zero(c.reg()), c.reg()
	VFNMADD231PS(p, p, g)
	VMAXPS(g, zero, g)
	VMULPS(times, g, g)
	VCMPPS(Imm(equal), d, zero, tie)
	VANDPS(c.bits(signBit), d, d)
	VXORPS(d, g, g)
	VANDNPS(g, tie, g)
	if k != nil {
		VANDPS(k.op, g, g)
	}
	return slopes{v: c.vec, rest: g}
}

// The coefficients of RationalTanh, highest first.
var (
	numerator   = []float64{1.33190747e-8, 2.05834833e-5, 3.49403469e-3, 1.33797181e-1, 1}
	denominator = []float64{7.76202059e-7, 3.28309305e-4, 2.58710737e-2, 4.67130333e-1, 1}
)

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
