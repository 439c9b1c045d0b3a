package main

import (
	"fmt"
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// vec emits instructions for vectors of 16 (AVX-512) or 8 (AVX2) float32.
type vec struct {
	lanes int
	kept  map[uint32]VecVirtual // constants that a function has in registers
}

func (v vec) wide() bool { return v.lanes == 16 }
func (v vec) bytes() int { return 4 * v.lanes }

// name of a function for this width.
func (v vec) name(s string) string { return fmt.Sprintf("%s%d", s, 32*v.lanes) }

func (v vec) text(name, signature string) { TEXT(v.name(name), NOSPLIT, signature) }

func (v vec) reg() VecVirtual {
	if v.wide() {
		return ZMM()
	}
	return YMM()
}

func (v vec) zero(r VecVirtual) VecVirtual {
	if v.wide() {
		VPXORD(r, r, r)
	} else {
		VXORPS(r, r, r)
	}
	return r
}

// constants of one file: full vectors, since AVX2 cannot broadcast an operand.
var constants = map[string]Mem{}

// keep loads constants into registers for the rest of the function, where there
// are registers enough.
func (v vec) keep(numbers []float64, bits ...uint32) vec {
	if !v.wide() {
		return v
	}
	for _, f := range numbers {
		bits = append(bits, math.Float32bits(float32(f)))
	}
	kept := map[uint32]VecVirtual{}
	for _, u := range bits {
		r := v.reg()
		VMOVUPS(v.bits(u), r)
		kept[u] = r
	}
	v.kept = kept
	return v
}

// bits returns a vector constant with all lanes equal, in memory unless kept.
func (v vec) bits(u uint32) Op {
	if r, ok := v.kept[u]; ok {
		return r
	}
	name := fmt.Sprintf("k%d_%08x", v.lanes, u)
	if m, ok := constants[name]; ok {
		return m
	}
	m := GLOBL(name, RODATA|NOPTR)
	for i := range v.lanes {
		DATA(4*i, U32(u))
	}
	constants[name] = m
	return m
}

// floats returns a table in memory.
func floats(name string, values []float32) Mem {
	if m, ok := constants[name]; ok {
		return m
	}
	m := GLOBL(name, RODATA|NOPTR)
	for i, f := range values {
		DATA(4*i, F32(f))
	}
	constants[name] = m
	return m
}

func (v vec) num(f float64) Op { return v.bits(math.Float32bits(float32(f))) }

// load puts any vector operand into a register of its own.
func (v vec) load(m Op) VecVirtual {
	r := v.reg()
	VMOVUPS(m, r)
	return r
}

// broadcast loads a scalar parameter into all lanes.
func (v vec) broadcast(param string) VecVirtual {
	addr, err := Param(param).Resolve()
	if err != nil {
		panic(err)
	}
	r := v.reg()
	VBROADCASTSS(addr.Addr, r)
	return r
}

// mask chooses lanes: a K register, or a vector of ones and zeros in AVX2.
type mask struct{ op Op }

// first returns the mask of the first n lanes; n is less than all of them.
func (v vec) first(n GPVirtual) mask {
	if v.wide() {
		ones, k := GP32(), K()
		MOVL(U32(0xffff), ones)
		BZHIL(n.As32(), ones, ones)
		KMOVW(ones, k)
		return mask{k}
	}
	m, ok := constants["first"]
	if !ok {
		m = GLOBL("first", RODATA|NOPTR)
		for i := range 16 {
			u := uint32(0xffffffff)
			if i >= 8 {
				u = 0
			}
			DATA(4*i, U32(u))
		}
		constants["first"] = m
	}
	p, r := GP64(), YMM()
	LEAQ(m.Offset(32), p)
	NEGQ(n)
	VMOVUPS(Mem{Base: p, Index: n, Scale: 4}, r)
	NEGQ(n)
	return mask{r}
}

// part loads the lanes of k, or all when k is nil; the others are zero.
func (v vec) part(k *mask, m Mem) VecVirtual {
	r := v.reg()
	switch {
	case k == nil:
		VMOVUPS(m, r)
	case v.wide():
		VMOVUPS_Z(m, k.op, r)
	default:
		VMASKMOVPS(m, k.op, r)
	}
	return r
}

// store writes the lanes of k, or all when k is nil.
func (v vec) store(k *mask, r VecVirtual, m Mem) {
	switch {
	case k == nil:
		VMOVUPS(r, m)
	case v.wide():
		VMOVUPS(r, k.op, m)
	default:
		VMASKMOVPS(r, k.op, m)
	}
}

// Predicates of compare.
const (
	equal          = 0  // false for NaN
	less           = 1  // false for NaN
	lessEqual      = 2  // false for NaN
	equalUnordered = 8  // true for NaN
	greater        = 30 // false for NaN
)

// compare returns where a and b are as the predicate says.
func (v vec) compare(predicate uint8, a VecVirtual, b Op) mask {
	if v.wide() {
		k := K()
		VCMPPS(Imm(uint64(predicate)), b, a, k)
		return mask{k}
	}
	r := YMM()
	VCMPPS(Imm(uint64(predicate)), b, a, r)
	return mask{r}
}

// blend replaces r by other where k is set.
func (v vec) blend(k mask, other Op, r VecVirtual) {
	if v.wide() {
		VMOVAPS(other, k.op, r)
		return
	}
	VBLENDVPS(k.op, other, r, r)
}

// loop visits n lanes with an index register: whole vectors, then the rest
// under a mask. Labels are numbered by name.
func (v vec) loop(name string, n GPVirtual, body func(i GPVirtual, k *mask)) {
	i, whole := GP64(), GP64()
	XORQ(i, i)
	MOVQ(n, whole)
	ANDQ(I32(int32(-v.lanes)), whole)
	JZ(LabelRef(name + "rest"))
	Label(name + "whole")
	body(i, nil)
	ADDQ(Imm(uint64(v.lanes)), i)
	CMPQ(i, whole)
	JL(LabelRef(name + "whole"))
	Label(name + "rest")
	rest := GP64()
	MOVQ(n, rest)
	SUBQ(i, rest)
	JZ(LabelRef(name + "end"))
	k := v.first(rest)
	body(i, &k)
	Label(name + "end")
}

func at(base, index GPVirtual) Mem { return Mem{Base: base, Index: index, Scale: 4} }

func param(name string) GPVirtual { return Load(Param(name), GP64()).(GPVirtual) }

func end() {
	VZEROUPPER()
	RET()
}

// horner evaluates a polynomial in z by multiplications and additions that
// round each time, highest coefficient first.
func (v vec) horner(z VecVirtual, coefficients ...float64) VecVirtual {
	s := v.load(v.num(coefficients[0]))
	for _, c := range coefficients[1:] {
		VMULPS(z, s, s)
		VADDPS(v.num(c), s, s)
	}
	return s
}

// fused is horner with one rounding for each coefficient.
func (v vec) fused(z VecVirtual, coefficients ...float64) VecVirtual {
	s := v.load(v.num(coefficients[0]))
	for _, c := range coefficients[1:] {
		VFMADD213PS(v.num(c), z, s)
	}
	return s
}

// sumDoubles adds all lanes of two or one vectors of float64, in order of
// halves, and stores the result as the function's return value.
func (v vec) returnSum(a VecVirtual) {
	if v.wide() {
		h := YMM()
		VEXTRACTF64X4(Imm(1), a, h)
		VADDPD(h, a.AsY(), h)
		v.returnSum256(h)
		return
	}
	v.returnSum256(a)
}

func (v vec) returnSum256(a VecVirtual) {
	x, y := XMM(), XMM()
	VEXTRACTF128(Imm(1), a, x)
	VADDPD(a.AsX(), x, x)
	VUNPCKHPD(x, x, y)
	VADDSD(y, x, x)
	addr, err := ReturnIndex(0).Resolve()
	if err != nil {
		panic(err)
	}
	VMOVSD(x, addr.Addr)
}

// doubles calls add with both halves of x as float64.
func (v vec) doubles(x VecVirtual, add func(d VecVirtual)) {
	low, high := v.reg(), v.reg()
	if v.wide() {
		h := YMM()
		VEXTRACTF64X4(Imm(1), x, h)
		VCVTPS2PD(x.AsY(), low)
		VCVTPS2PD(h, high)
	} else {
		h := XMM()
		VEXTRACTF128(Imm(1), x, h)
		VCVTPS2PD(x.AsX(), low)
		VCVTPS2PD(h, high)
	}
	add(low)
	add(high)
}

// addDoubles adds a vector of float32 to one of float64, both halves of it.
func (v vec) addDoubles(sum, x VecVirtual) {
	v.doubles(x, func(d VecVirtual) { VADDPD(d, sum, sum) })
}

// addSquares is addDoubles of x².
func (v vec) addSquares(sum, x VecVirtual) {
	v.doubles(x, func(d VecVirtual) { VFMADD231PD(d, d, sum) })
}
