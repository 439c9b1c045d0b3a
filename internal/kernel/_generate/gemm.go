package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// gemm writes the micro-kernels of every height: a tile of two vectors' width,
// whose sums stay in registers. The fields of the tile are all eight bytes.
func gemm(v vec) {
	rows := 6
	if v.wide() {
		rows = 8
	}
	for r := 1; r <= rows; r++ {
		v.tile(r, true)
		v.tile(r, false)
	}
}

// panel is the part of A that a tile reads: up to eight rows, of which the fifth
// and those behind it are reached from a second register.
type panel struct {
	a, rs, fifth, triple GPVirtual // triple is three times the row's length, rs
}

func newPanel(a, rs GPVirtual, rows int) *panel {
	p := &panel{a: a, rs: rs}
	if rows > 3 {
		p.triple = GP64()
		LEAQ(Mem{Base: rs, Index: rs, Scale: 2}, p.triple)
	}
	if rows > 4 {
		p.fifth = GP64()
		LEAQ(Mem{Base: a, Index: rs, Scale: 4}, p.fifth)
	}
	return p
}

// row is where the next value of row i stands.
func (p *panel) row(i int) Mem {
	base := p.a
	if i >= 4 {
		base = p.fifth
	}
	switch i % 4 {
	case 1:
		return Mem{Base: base, Index: p.rs, Scale: 1}
	case 2:
		return Mem{Base: base, Index: p.rs, Scale: 2}
	case 3:
		return Mem{Base: base, Index: p.triple, Scale: 1}
	}
	return Mem{Base: base}
}

// advance moves all rows on.
func (p *panel) advance(by Op) {
	ADDQ(by, p.a)
	if p.fifth != nil {
		ADDQ(by, p.fifth)
	}
}

func (v vec) tile(rows int, fused bool) {
	name := fmt.Sprintf("exact%dx", rows)
	if fused {
		name = fmt.Sprintf("fused%dx", rows)
	}
	v.text(name, "func(t *byte)")
	Pragma("noescape")
	t := param("t")
	field := func(i int) Mem { return Mem{Base: t, Disp: 8 * i} }
	get := func(i int) GPVirtual {
		r := GP64()
		MOVQ(field(i), r)
		return r
	}

	// The sums start from the rows of init.
	sums := make([][2]VecVirtual, rows)
	p, step := get(2), get(3)
	for i := range sums {
		sums[i] = [2]VecVirtual{v.load(Mem{Base: p}), v.load(Mem{Base: p, Disp: v.bytes()})}
		if i < rows-1 {
			ADDQ(step, p)
		}
	}

	a := newPanel(get(4), get(5), rows)
	b, as, bs, outer := get(6), get(8), get(9), get(10)
	multiply := v.multiplyAdd(sums, a, b, as, bs, fused)
	n, four := GP64(), GP64()
	Label("outer")
	MOVQ(field(7), n)
	MOVQ(n, four)
	SHRQ(Imm(2), four)
	JZ(LabelRef("tail"))
	Label("four")
	for range 4 {
		multiply()
	}
	DECQ(four)
	JNZ(LabelRef("four"))
	Label("tail")
	ANDQ(Imm(3), n)
	JZ(LabelRef("next"))
	Label("one")
	multiply()
	DECQ(n)
	JNZ(LabelRef("one"))
	Label("next")
	a.advance(field(11))
	ADDQ(field(12), b)
	DECQ(outer)
	JNZ(LabelRef("outer"))

	c, ldc := get(0), get(1)
	for i, s := range sums {
		VMOVUPS(s[0], Mem{Base: c})
		VMOVUPS(s[1], Mem{Base: c, Disp: v.bytes()})
		if i < rows-1 {
			ADDQ(ldc, c)
		}
	}
	end()
}

// multiplyAdd returns what adds the products of a row of b and the values of a
// beside it to the sums, and moves both on.
func (v vec) multiplyAdd(sums [][2]VecVirtual, a *panel, b, as, bs GPVirtual, fused bool) func() {
	b0, b1, x := v.reg(), v.reg(), v.reg()
	return func() {
		VMOVUPS(Mem{Base: b}, b0)
		VMOVUPS(Mem{Base: b, Disp: v.bytes()}, b1)
		ADDQ(bs, b)
		for i, s := range sums {
			VBROADCASTSS(a.row(i), x)
			if fused {
				VFMADD231PS(b0, x, s[0])
				VFMADD231PS(b1, x, s[1])
				continue
			}
			y := v.reg()
			VMULPS(b0, x, y)
			VADDPS(y, s[0], s[0])
			VMULPS(b1, x, x)
			VADDPS(x, s[1], s[1])
		}
		a.advance(as)
	}
}
