package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// dsl writes the directional sign loss, with and without its gradient, and the
// tanh that other loops use.
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

	v.text("dsl", "func(w *byte) float64")
	v.sweep(false)
	v.text("dslGrad", "func(w *byte) float64")
	v.sweep(true)
}

const (
	mostAxes = 8   // of which a sweep has strides and weights
	flushes  = 64  // vectors of values whose terms a lane adds in float32
	ahead    = 512 // bytes from the farthest value compared to one prefetched
)

// sweep goes over the values of a sweep once, all axes at a time. A value's
// gradient gathers in a register what its own comparisons say, and in grad what
// those with values before it said.
func (v vec) sweep(gradient bool) {
	Pragma("noescape")
	w := param("w")
	field := func(i int) Mem { return Mem{Base: w, Disp: 8 * i} }
	get := func(i int) GPVirtual {
		r := GP64()
		MOVQ(field(i), r)
		return r
	}
	pred, target, n, row := get(1), get(2), get(3), get(4)
	const farthest, strides, weights = 9, 10, 10 + mostAxes
	var grad GPVirtual
	if gradient {
		grad = get(0)
	}
	c := v.comparing(gradient, field(6))
	before, finite, total := v.zero(v.reg()), v.zero(v.reg()), v.zero(v.reg())
	i, f, budget := GP64(), GP64(), GP64()
	XORQ(i, i)
	XORQ(f, f)
	MOVQ(U32(flushes), budget)

	// visit handles the lanes of k from i on, of which those of inner may have
	// a right neighbour.
	visit := func(label string, k, inner *mask) {
		far := get(farthest)
		ADDQ(i, far)
		for _, base := range []GPVirtual{pred, target, grad} {
			if base != nil {
				m := at(base, far)
				m.Disp = ahead
				PREFETCHT0(m)
			}
		}
		x, y, own := v.part(k, at(pred, i)), v.part(k, at(target, i)), v.zero(v.reg())
		VFMADD231PS(x, y, finite)

		TESTQ(row, row)
		JZ(LabelRef(label + "slower"))
		right := v.flags(Mem{Base: row, Index: f, Scale: 1}, inner)
		ADDQ(Imm(uint64(v.lanes)), f)
		over := GP64()
		MOVQ(f, over)
		SUBQ(field(5), over)
		CMOVQGE(over, f)
		neighbour := func(base GPVirtual) VecVirtual {
			m := at(base, i)
			m.Disp = 4
			if k == nil {
				return v.part(nil, m)
			}
			return v.part(&right, m) // nothing beyond the array
		}
		g := c.compare(x, neighbour(pred), y, neighbour(target), Mem{Base: w, Disp: 8*weights + 4*mostAxes}, &right)
		if gradient {
			t := g.product()
			VSUBPS(t, v.shiftIn(before, t), own)
			VMOVAPS(t, before)
		}

		Label(label + "slower")
		axes, axis, there := get(7), GP64(), GP64()
		TESTQ(axes, axes)
		JZ(LabelRef(label + "done"))
		XORQ(axis, axis)
		Label(label + "axis")
		MOVQ(Mem{Base: w, Index: axis, Scale: 8, Disp: 8 * strides}, there)
		ADDQ(i, there)
		g = c.compare(x, v.part(k, at(pred, there)), y, v.part(k, at(target, there)),
			Mem{Base: w, Index: axis, Scale: 4, Disp: 8 * weights}, k)
		if gradient {
			g.subtractFrom(own)
			CMPQ(axis, field(8))
			JE(LabelRef(label + "first"))
			later := v.part(k, at(grad, there))
			g.addTo(later)
			v.store(k, later, at(grad, there))
			JMP(LabelRef(label + "next"))
			Label(label + "first")
			v.store(k, g.product(), at(grad, there))
			Label(label + "next")
		}
		INCQ(axis)
		CMPQ(axis, axes)
		JL(LabelRef(label + "axis"))

		Label(label + "done")
		if gradient { // loaded only now, since a stride may be shorter than a vector
			VADDPS(v.part(k, at(grad, i)), own, own)
			VMULPS(c.scale, own, own)
			v.store(k, own, at(grad, i))
		}
	}

	whole, rest := GP64(), GP64()
	LEAQ(Mem{Base: n, Disp: -1}, whole) // the last vector is the rest
	ANDQ(I32(int32(-v.lanes)), whole)
	JZ(LabelRef("rest"))
	Label("whole")
	visit("whole", nil, nil)
	DECQ(budget)
	JNZ(LabelRef("add"))
	v.addDoubles(total, c.sum)
	v.zero(c.sum)
	MOVQ(U32(flushes), budget)
	Label("add")
	ADDQ(Imm(uint64(v.lanes)), i)
	CMPQ(i, whole)
	JL(LabelRef("whole"))
	Label("rest")
	MOVQ(n, rest)
	SUBQ(i, rest)
	k := v.first(rest)
	DECQ(rest) // the last value ends a row
	inner := v.first(rest)
	visit("rest", &k, &inner)

	v.addDoubles(total, c.sum)
	VSUBPS(finite, finite, finite) // 0, or NaN
	v.addDoubles(total, finite)
	v.returnSum(total)
	end()
}

// flags returns the mask of the bytes at m, within the lanes of k.
func (v vec) flags(m Mem, k *mask) mask {
	if v.wide() {
		x, r := XMM(), K()
		VMOVDQU8(m, x)
		VPMOVB2M(x, r)
		if k != nil {
			KANDW(k.op, r, r)
		}
		return mask{r}
	}
	r := YMM()
	VPMOVSXBD(m, r)
	if k != nil {
		VANDPS(k.op, r, r)
	}
	return mask{r}
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
