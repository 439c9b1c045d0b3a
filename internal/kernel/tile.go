package kernel

import "unsafe"

// tile is the argument of a micro-kernel, which computes a tile of C in
// registers. Strides are in bytes and the order of the fields is that of the
// assembly. B is a panel as wide as the tile. A is read where it lies: its
// value for row i and step (l1, l0) of the two nested loops over the inner
// dimension is at i*ARow + l1*(ANext + N*AStep) + l0*AStep.
//
//	s[i, j] = Init[i*InitRow + j]
//	for l1 := range Outer {
//		for l0 := range N {
//			s[i, j] += A[...] * B[...]
//		}
//	}
//	C[i*CRow + j] = s[i, j]
type tile struct {
	C       *float32
	CRow    int
	Init    *float32
	InitRow int
	A       *float32
	ARow    int
	B       *float32
	N       int
	AStep   int
	BStep   int
	Outer   int
	ANext   int // added to A after each inner loop
	BNext   int
}

// The widest tile of any tier.
const (
	mostRows    = 8
	mostColumns = 32
	floatBytes  = 4
)

// workbench is what one goroutine needs to run micro-kernels.
type workbench struct {
	tile
	kernels []func(*byte) // by height
	columns int
	zeros   [mostColumns]float32
	edge    [mostRows * mostColumns]float32
}

// workbench returns the micro-kernels that suit the pool's arithmetic.
func (p *Pool) workbench() *workbench {
	b, ok := p.benches.Get().(*workbench)
	if !ok {
		b = new(workbench)
	}
	b.columns, b.kernels = active.columns, active.exact
	if p.fused {
		b.kernels = active.fused
	}
	b.Outer, b.ANext, b.BNext = 1, 0, 0
	return b
}

func (p *Pool) giveWorkbench(b *workbench) { p.benches.Put(b) }

func (b *workbench) rows() int { return len(b.kernels) }

// run computes a tile of the given height and width, whose first value is
// c[0], row its row stride in values. The sums start from C, from the values of
// first, or from zero when that is nil. A, B and the loops have been set.
func (b *workbench) run(height, width int, c []float32, row int, accumulate bool, first []float32) {
	if width == b.columns {
		b.C, b.CRow = &c[0], row*floatBytes
		switch {
		case accumulate:
			b.Init, b.InitRow = b.C, b.CRow
		case first != nil:
			b.Init, b.InitRow = &first[:width][0], 0
		default:
			b.Init, b.InitRow = &b.zeros[0], 0
		}
		b.call(height)
		return
	}
	// C cuts the tile off: compute it aside.
	for i := range height {
		switch e := b.edge[i*b.columns:][:width]; {
		case accumulate:
			copy(e, c[i*row:])
		case first != nil:
			copy(e, first)
		default:
			clear(e)
		}
	}
	b.C, b.CRow = &b.edge[0], b.columns*floatBytes
	b.Init, b.InitRow = b.C, b.CRow
	b.call(height)
	for i := range height {
		copy(c[i*row:][:width], b.edge[i*b.columns:])
	}
}

func (b *workbench) call(height int) {
	b.kernels[height-1]((*byte)(unsafe.Pointer(&b.tile)))
}
