package kernel

// Upsample is the geometry of nearest-neighbour upsampling over NDHWC arrays:
// [Batch, In..., C] to [Batch, In*Factor..., C].
type Upsample struct {
	Batch, C   int
	In, Factor [3]int
}

// UpsampleForward repeats every position.
//
//	y[n, d, h, w, c] = x[n, d/Factor, h/Factor, w/Factor, c]
func UpsampleForward(p *Pool, g *Upsample, y, x []float32) {
	g.rows(p, func(n, row, from int) {
		c, f := g.C, g.Factor[2]
		src, dst := x[from:], y[row:]
		for i := range g.In[2] {
			for k := range f {
				copy(dst[(i*f+k)*c:][:c], src[i*c:])
			}
		}
	})
}

// UpsampleBackward sums the gradient over every position's copies, row-major.
//
//	gx[n, d/Factor, h/Factor, w/Factor, c] += gy[n, d, h, w, c] // from 0
func UpsampleBackward(p *Pool, g *Upsample, gx, gy []float32) {
	in := volume(g.In) * g.C
	p.For(g.Batch, func(n int) { clear(gx[n*in:][:in]) })
	g.rows(p, func(n, row, from int) {
		c, f := g.C, g.Factor[2]
		for i := range g.In[2] {
			dst := gx[from+i*c:][:c]
			for k := range f {
				src := gy[row+(i*f+k)*c:][:c]
				for q, v := range src {
					dst[q] += v
				}
			}
		}
	})
}

// rows visits the output's rows along the fastest axis, in order within an
// example: their offset, and that of the input row they copy.
func (g *Upsample) rows(p *Pool, visit func(n, row, from int)) {
	f := g.Factor
	inRow := g.In[2] * g.C
	outRow := inRow * f[2]
	inLen := volume(g.In) * g.C
	p.For(g.Batch, func(n int) {
		row := n * inLen * volume(f)
		for d := range g.In[0] * f[0] {
			for h := range g.In[1] * f[1] {
				visit(n, row, n*inLen+(d/f[0]*g.In[1]+h/f[1])*inRow)
				row += outRow
			}
		}
	})
}
