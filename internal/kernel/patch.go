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
	line, patch := g.Kernel[2]*g.CIn, g.patch()
	g.lines(lo, hi, func(s segment) {
		out := dst[s.patch:]
		if s.outside {
			for o := 0; o < s.n; o++ {
				clear(out[o*patch:][:line])
			}
			return
		}
		for o := 0; o < s.n; o++ {
			d, w := out[o*patch:][:line:line], s.w+o*g.Stride[2]
			if w < 0 || w+g.Kernel[2] > g.In[2] {
				first, last := max(w, 0), max(min(w+g.Kernel[2], g.In[2]), max(w, 0))
				clear(d)
				if last > first {
					copy(d[(first-w)*g.CIn:], x[s.line+first*g.CIn:s.line+last*g.CIn])
				}
				continue
			}
			from := x[s.line+w*g.CIn:][:line:line]
			if line == 3 { // one channel, three taps: the usual first layer
				*(*[3]float32)(d) = *(*[3]float32)(from)
				continue
			}
			copy(d, from)
		}
	})
}

// scatter adds patches to where gather took them from.
func (g *Conv) scatter(x, src []float32, lo, hi int) {
	line, patch := g.Kernel[2]*g.CIn, g.patch()
	g.lines(lo, hi, func(s segment) {
		if s.outside {
			return
		}
		in := src[s.patch:]
		for o := 0; o < s.n; o++ {
			w := s.w + o*g.Stride[2]
			first, last := max(w, 0), min(w+g.Kernel[2], g.In[2])
			if first >= last {
				continue
			}
			from := in[o*patch:][:line][(first-w)*g.CIn : (last-w)*g.CIn]
			to := x[s.line+first*g.CIn:][:len(from)]
			for i, v := range from {
				to[i] += v
			}
		}
	})
}

// segment is the part of several patches that one line of the kernel sees: n
// output positions along a line, the first of which sees the input from
// position w on.
type segment struct {
	n, w    int
	line    int // offset of the input's line
	patch   int // offset of the first line within the patches
	outside bool
}

// lines visits the patches of output positions [lo, hi) line by line, output
// lines ascending and kernel rows ascending within.
func (g *Conv) lines(lo, hi int, visit func(s segment)) {
	for o := lo; o < hi; {
		ow := o % g.Out[2]
		s := segment{n: min(g.Out[2]-ow, hi-o), w: ow*g.Stride[2] - g.Pad[2], patch: (o - lo) * g.patch()}
		d0 := o/(g.Out[1]*g.Out[2])*g.Stride[0] - g.Pad[0]
		h0 := o/g.Out[2]%g.Out[1]*g.Stride[1] - g.Pad[1]
		for d := d0; d < d0+g.Kernel[0]; d++ {
			for h := h0; h < h0+g.Kernel[1]; h++ {
				s.outside = d < 0 || d >= g.In[0] || h < 0 || h >= g.In[1]
				s.line = (d*g.In[1] + h) * g.In[2] * g.CIn
				visit(s)
				s.patch += g.Kernel[2] * g.CIn
			}
		}
		o += s.n
	}
}
