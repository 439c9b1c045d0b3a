package kernel

// gatherRows is the number of output positions whose patches are gathered at a
// time, so that they stay in cache.
func (g *Conv) gatherRows() int {
	return min(max(1<<15/g.patch(), 16), 256, volume(g.Out))
}

// blocks calls body for output positions [lo, hi) of every example, with memory
// for their patches.
func (g *Conv) blocks(p *Pool, body func(n, lo, hi int, patches []float32)) {
	positions, rows := volume(g.Out), g.gatherRows()
	blocks := (positions + rows - 1) / rows
	p.For(g.Batch*blocks, func(t int) {
		lo := t % blocks * rows
		hi := min(lo+rows, positions)
		scratch := p.take((hi - lo) * g.patch())
		body(t/blocks, lo, hi, *scratch)
		p.give(scratch)
	})
}

// gather copies the patches that output positions [lo, hi) of one example see,
// one after the other, zeros where they stick out.
func (g *Conv) gather(dst, x []float32, lo, hi int) {
	line := g.Kernel[2] * g.CIn
	for o := lo; o < hi; o++ {
		g.lines(o, func(at, skip, n int) {
			if n <= 0 {
				clear(dst[:line])
			} else {
				clear(dst[:skip])
				copy(dst[skip:skip+n], x[at:])
				clear(dst[skip+n : line])
			}
			dst = dst[line:]
		})
	}
}

// scatter adds patches to where gather took them from.
func (g *Conv) scatter(x, src []float32, lo, hi int) {
	line := g.Kernel[2] * g.CIn
	for o := lo; o < hi; o++ {
		g.lines(o, func(at, skip, n int) {
			if n > 0 {
				from := src[skip : skip+n]
				for i, v := range x[at : at+n] {
					x[at+i] = v + from[i]
				}
			}
			src = src[line:]
		})
	}
}

// lines visits the patch of output position o line by line: kernel rows along
// the fastest axis, which are contiguous in the input. The n values from
// offset at of the input are the line's values skip to skip+n; the others lie
// outside.
func (g *Conv) lines(o int, visit func(at, skip, n int)) {
	ow := o % g.Out[2]
	oh := o / g.Out[2] % g.Out[1]
	od := o / (g.Out[1] * g.Out[2])
	d0, h0, w0 := od*g.Stride[0]-g.Pad[0], oh*g.Stride[1]-g.Pad[1], ow*g.Stride[2]-g.Pad[2]
	first, last := max(w0, 0), min(w0+g.Kernel[2], g.In[2])
	for d := d0; d < d0+g.Kernel[0]; d++ {
		for h := h0; h < h0+g.Kernel[1]; h++ {
			if d < 0 || d >= g.In[0] || h < 0 || h >= g.In[1] {
				visit(0, 0, 0)
				continue
			}
			visit(((d*g.In[1]+h)*g.In[2]+first)*g.CIn, (first-w0)*g.CIn, (last-first)*g.CIn)
		}
	}
}
