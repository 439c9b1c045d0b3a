package kernel

// A block of rows of C is computed from panels of B, innerBlock values of the
// inner dimension at a time: a panel's part, 32 KiB, stays in the first-level
// cache while the rows pass by, and blockRows rows of A in the second-level one.
const (
	innerBlock  = 256
	blockRows   = 64
	packedLimit = 1 << 18 // values of B that are packed at a time
	fewRows     = 48      // below, packing B costs more than it saves
)

// panels is a matrix B, or some of its columns, as the micro-kernels read it:
// each panel is as wide as a tile, its rows one after the other, zeros beyond
// the last column.
type panels struct {
	data     []float32
	k        int
	first, n int // the columns
	row      int // values from one row of a panel to the next
	step     int // values from one panel to the next
}

func panelsLen(k, n int) int {
	w := active.columns
	return (n + w - 1) / w * w * k
}

// gemmVector is Gemm by micro-kernels.
func gemmVector(p *Pool, c, a, b Mat, s start) {
	w := active.columns
	if !b.T && c.Rows <= fewRows && c.Cols >= w { // read B in place
		whole := c.Cols / w * w
		in := panels{data: b.Data, k: a.Cols, n: whole, row: b.Cols, step: w}
		p.multiply(c, a, in, s)
		if whole == c.Cols {
			return
		}
		p.packed(c.Cols-whole, a.Cols, func(scratch []float32) {
			p.multiply(c, a, p.pack(scratch, b, whole, c.Cols), s)
		})
		return
	}
	columns := min(max(packedLimit/a.Cols/w*w, w), c.Cols)
	p.packed(columns, a.Cols, func(scratch []float32) {
		for j := 0; j < c.Cols; j += columns {
			p.multiply(c, a, p.pack(scratch, b, j, min(j+columns, c.Cols)), s)
		}
	})
}

// packed lends memory for panels of n columns.
func (p *Pool) packed(n, k int, use func(scratch []float32)) {
	scratch := p.take(panelsLen(k, n))
	use(*scratch)
	p.give(scratch)
}

// pack copies columns [j0, j1) of B into panels.
func (p *Pool) pack(dst []float32, b Mat, j0, j1 int) panels {
	w, k := active.columns, b.Rows
	out := panels{data: dst, k: k, first: j0, n: j1 - j0, row: w, step: w * k}
	p.For((out.n+w-1)/w, func(t int) {
		packPanel(dst[t*out.step:][:out.step], b, j0+t*w, min(j0+(t+1)*w, j1))
	})
	return out
}

// packPanel copies columns [j0, j1) of B into one panel.
func packPanel(dst []float32, b Mat, j0, j1 int) {
	w, n := active.columns, j1-j0
	if !b.T {
		for l := range b.Rows {
			row := dst[l*w:][:w]
			clear(row[copy(row, b.Data[l*b.Cols+j0:][:n]):])
		}
		return
	}
	if n < w {
		clear(dst)
	}
	j := 0
	if even := b.Rows &^ 7; active.transpose8 != nil && even > 0 {
		for ; j+8 <= n; j += 8 {
			active.transpose8(&dst[j], &b.Data[(j0+j)*b.Rows], even, b.Rows*floatBytes, w*floatBytes)
			for l := even; l < b.Rows; l++ {
				for q := range 8 {
					dst[l*w+j+q] = b.Data[(j0+j+q)*b.Rows+l]
				}
			}
		}
	}
	for ; j < n; j++ {
		for l, v := range b.Data[(j0+j)*b.Rows:][:b.Rows] {
			dst[l*w+j] = v
		}
	}
}

// multiply computes the columns of C that b holds.
func (p *Pool) multiply(c, a Mat, b panels, s start) {
	w := active.columns
	wide := (b.n + w - 1) / w
	rows, cols := blockRows, wide
	blocks := func() int { return ((c.Rows + rows - 1) / rows) * ((wide + cols - 1) / cols) }
	for p.workers > 1 && blocks() < 4*p.workers && (rows > 16 || cols > 1) {
		if rows > 16 {
			rows /= 2
		} else {
			cols = (cols + 1) / 2
		}
	}
	across := (wide + cols - 1) / cols
	p.For(blocks(), func(t int) {
		i, j := t/across*rows, t%across*cols
		u := p.workbench()
		u.product(c, a, b, i, min(i+rows, c.Rows), j, min(j+cols, wide), s)
		p.giveWorkbench(u)
	})
}

// product computes rows [i0, i1) and panels [j0, j1) of C.
func (u *workbench) product(c, a Mat, b panels, i0, i1, j0, j1 int, s start) {
	aRow, aStep := a.Cols, 1
	if a.T {
		aRow, aStep = 1, a.Rows
	}
	u.ARow, u.AStep, u.BStep = aRow*floatBytes, aStep*floatBytes, b.row*floatBytes
	for l := 0; l < b.k; l += innerBlock {
		u.N = min(innerBlock, b.k-l)
		for j := j0; j < j1; j++ {
			panel := b.data[j*b.step+l*b.row:]
			at := b.first + j*u.columns
			width := min(u.columns, b.first+b.n-at)
			var first []float32
			if s.row != nil && l == 0 {
				first = s.row[at:]
			}
			for i := i0; i < i1; i += u.rows() {
				u.A, u.B = &a.Data[i*aRow+l*aStep], &panel[0]
				u.run(min(u.rows(), i1-i), width, c.Data[i*c.Cols+at:], c.Cols, s.accumulate || l > 0, first)
			}
		}
	}
}

// factor is a matrix B, packed once for several products on one goroutine each.
type factor struct {
	p      *Pool
	b      Mat
	packed panels
	memory *[]float32
}

// newFactor prepares B for products of rows rows in all.
func newFactor(p *Pool, b Mat, rows int) *factor {
	f := &factor{p: p, b: b}
	switch w := active.columns; {
	case w == 0:
	case !b.T && b.Cols%w == 0 && rows <= fewRows: // read B in place
		f.packed = panels{data: b.Data, k: b.Rows, n: b.Cols, row: b.Cols, step: w}
	default:
		f.memory = p.take(panelsLen(b.Rows, b.Cols))
		f.packed = p.pack(*f.memory, b, 0, b.Cols)
	}
	return f
}

func (f *factor) release() {
	if f.memory != nil {
		f.p.give(f.memory)
	}
}

// multiply computes C = A·B.
func (f *factor) multiply(c, a Mat, s start) {
	checkGemm(c, a, f.b)
	if active.columns == 0 {
		gemmPortable(f.p.alone(), c, a, f.b, s)
		return
	}
	u := f.p.workbench()
	for i := 0; i < c.Rows; i += blockRows {
		u.product(c, a, f.packed, i, min(i+blockRows, c.Rows), 0, (c.Cols+u.columns-1)/u.columns, s)
	}
	f.p.giveWorkbench(u)
}
