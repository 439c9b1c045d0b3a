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

// Fields of a sweep, each of eight bytes.
const (
	farthest = 9
	strides  = 10
	weights  = 10 + mostAxes
)

// sweeping writes a loop over the values of a sweep, all axes at a time. A value's
// gradient gathers in a register what its own comparisons say, and in grad what
// those with values before it said.
type sweeping struct {
	vec
	gradient           bool
	w                  GPVirtual
	grad, pred, target GPVirtual
	row                GPVirtual
	c                  *comparing
	before, finite     VecVirtual // the row's last vector; NaN where a value is
	i, f               GPVirtual  // of values, and of the flags of a row's ends
}

func (s *sweeping) field(i int) Mem { return Mem{Base: s.w, Disp: 8 * i} }

func (s *sweeping) get(i int) GPVirtual {
	r := GP64()
	MOVQ(s.field(i), r)
	return r
}

// sweep goes over the values of a sweep once.
func (v vec) sweep(gradient bool) {
	Pragma("noescape")
	s := &sweeping{vec: v, gradient: gradient, w: param("w")}
	var n GPVirtual
	s.pred, s.target, n, s.row = s.get(1), s.get(2), s.get(3), s.get(4)
	if gradient {
		s.grad = s.get(0)
	}
	s.c = v.comparing(gradient, s.field(6))
	s.before, s.finite = v.zero(v.reg()), v.zero(v.reg())
	total := v.zero(v.reg())
	var budget GPVirtual
	s.i, s.f, budget = GP64(), GP64(), GP64()
	XORQ(s.i, s.i)
	XORQ(s.f, s.f)
	MOVQ(U32(flushes), budget)

	whole, rest := GP64(), GP64()
	LEAQ(Mem{Base: n, Disp: -1}, whole) // the last vector is the rest
	ANDQ(I32(int32(-v.lanes)), whole)
	JZ(LabelRef("rest"))
	Label("whole")
	s.visit("whole", nil, nil)
	DECQ(budget)
	JNZ(LabelRef("add"))
	v.addDoubles(total, s.c.sum)
	v.zero(s.c.sum)
	MOVQ(U32(flushes), budget)
	Label("add")
	ADDQ(Imm(uint64(v.lanes)), s.i)
	CMPQ(s.i, whole)
	JL(LabelRef("whole"))
	Label("rest")
	MOVQ(n, rest)
	SUBQ(s.i, rest)
	k := v.first(rest)
	DECQ(rest) // the last value ends a row
	inner := v.first(rest)
	s.visit("rest", &k, &inner)

	v.addDoubles(total, s.c.sum)
	VSUBPS(s.finite, s.finite, s.finite) // 0, or NaN
	v.addDoubles(total, s.finite)
	v.returnSum(total)
	end()
}

// visit handles the lanes of k from i on, of which those of inner may have a
// right neighbour.
func (s *sweeping) visit(label string, k, inner *mask) {
	far := s.get(farthest)
	ADDQ(s.i, far)
	for _, base := range []GPVirtual{s.pred, s.target, s.grad} {
		if base != nil {
			m := at(base, far)
			m.Disp = ahead
			PREFETCHT0(m)
		}
	}
	x, y, own := s.part(k, at(s.pred, s.i)), s.part(k, at(s.target, s.i)), s.zero(s.reg())
	VFMADD231PS(x, y, s.finite)

	TESTQ(s.row, s.row)
	JZ(LabelRef(label + "slower"))
	s.alongRow(k, inner, x, y, own)

	Label(label + "slower")
	s.alongAxes(label, k, x, y, own)

	Label(label + "done")
	if s.gradient { // loaded only now, since a stride may be shorter than a vector
		VADDPS(s.part(k, at(s.grad, s.i)), own, own)
		VMULPS(s.c.scale, own, own)
		s.store(k, own, at(s.grad, s.i))
	}
}

// alongRow compares x and y with their right neighbours.
func (s *sweeping) alongRow(k, inner *mask, x, y, own VecVirtual) {
	right := s.flags(Mem{Base: s.row, Index: s.f, Scale: 1}, inner)
	ADDQ(Imm(uint64(s.lanes)), s.f)
	over := GP64()
	MOVQ(s.f, over)
	SUBQ(s.field(5), over)
	CMOVQGE(over, s.f)
	neighbour := func(base GPVirtual) VecVirtual {
		m := at(base, s.i)
		m.Disp = 4
		if k == nil {
			return s.part(nil, m)
		}
		return s.part(&right, m) // nothing beyond the array
	}
	g := s.c.compare(x, neighbour(s.pred), y, neighbour(s.target), Mem{Base: s.w, Disp: 8*weights + 4*mostAxes}, &right)
	if s.gradient {
		t := g.product()
		VSUBPS(t, s.shiftIn(s.before, t), own)
		VMOVAPS(t, s.before)
	}
}

// alongAxes compares x and y with the next values along the slower axes.
func (s *sweeping) alongAxes(label string, k *mask, x, y, own VecVirtual) {
	axes, axis, there := s.get(7), GP64(), GP64()
	TESTQ(axes, axes)
	JZ(LabelRef(label + "done"))
	XORQ(axis, axis)
	Label(label + "axis")
	MOVQ(Mem{Base: s.w, Index: axis, Scale: 8, Disp: 8 * strides}, there)
	ADDQ(s.i, there)
	g := s.c.compare(x, s.part(k, at(s.pred, there)), y, s.part(k, at(s.target, there)),
		Mem{Base: s.w, Index: axis, Scale: 4, Disp: 8 * weights}, k)
	if s.gradient {
		g.subtractFrom(own)
		CMPQ(axis, s.field(8))
		JE(LabelRef(label + "first"))
		later := s.part(k, at(s.grad, there))
		g.addTo(later)
		s.store(k, later, at(s.grad, there))
		JMP(LabelRef(label + "next"))
		Label(label + "first")
		s.store(k, g.product(), at(s.grad, there))
		Label(label + "next")
	}
	INCQ(axis)
	CMPQ(axis, axes)
	JL(LabelRef(label + "axis"))
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
