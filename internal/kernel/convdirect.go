package kernel

// Direct convolutions multiply by micro-kernels that read the input where it
// lies: along a line of output positions the values that one tap sees are a
// constant stride apart. What sticks out of the input is left out instead of
// multiplied by zero, so they serve training only.

// fewChannels is below what a direct convolution's inner loop is worth it.
const fewChannels = 8

// longestLine bounds the lines whose panels weightsDirect packs as a whole.
const longestLine = 4096

// direct reports whether the convolution runs by micro-kernels alone.
func (g *Conv) direct(p *Pool) bool {
	return p.fused && active.columns > 0 && g.CIn >= fewChannels && g.COut >= fewChannels
}

// span is the output positions along one axis, lo to hi, whose tap k lies
// inside the input.
func (g *Conv) span(axis, k int) (lo, hi int) {
	s := g.Stride[axis]
	if d := g.Pad[axis] - k; d > 0 {
		lo = (d + s - 1) / s
	}
	hi = min(g.Out[axis], (g.In[axis]-1+g.Pad[axis]-k)/s+1)
	if g.In[axis]-1+g.Pad[axis]-k < 0 {
		hi = 0
	}
	return lo, max(lo, hi)
}

// run is several taps along the fastest axis that see the same output
// positions.
type run struct{ first, taps, lo, hi int }

func (g *Conv) runs() []run {
	var list []run
	for k := range g.Kernel[2] {
		lo, hi := g.span(2, k)
		if lo == hi {
			continue
		}
		if last := len(list) - 1; last >= 0 && list[last].lo == lo && list[last].hi == hi && list[last].first+list[last].taps == k {
			list[last].taps++
			continue
		}
		list = append(list, run{k, 1, lo, hi})
	}
	return list
}

// at returns the offset of an input or output position's first channel.
func at(size [3]int, channels, n, d, h, w int) int {
	return (((n*size[0]+d)*size[1]+h)*size[2] + w) * channels
}

// merged returns the same convolution with longer lines, where every output
// position sees just one input position.
func (g *Conv) merged() *Conv {
	if g.Kernel != [3]int{1, 1, 1} || g.Stride != [3]int{1, 1, 1} || g.In != g.Out {
		return g
	}
	c := *g
	c.In = [3]int{1, 1, volume(g.In)}
	c.Out = c.In
	return &c
}

// forwardDirect is ConvForward. A goroutine computes a plane of the output at a
// time, tap after tap, so that a panel's part stays in the first-level cache.
func (g *Conv) forwardDirect(p *Pool, y, x, w, bias []float32) {
	g = g.merged()
	f := newFactor(p, Mat{Data: w, Rows: g.patch(), Cols: g.COut}, g.Batch*volume(g.Out))
	defer f.release()
	b, runs := f.packed, g.runs()
	p.For(g.Batch*g.Out[0], func(t int) {
		n, od := t/g.Out[0], t%g.Out[0]
		u := p.workbench()
		defer p.giveWorkbench(u)
		fillRows(y[at(g.Out, g.COut, n, od, 0, 0):][:g.Out[1]*g.Out[2]*g.COut], bias[:g.COut])
		u.ARow, u.AStep, u.BStep = g.Stride[2]*g.CIn*floatBytes, floatBytes, b.row*floatBytes
		for kd := range g.Kernel[0] {
			d := od*g.Stride[0] + kd - g.Pad[0]
			if d < 0 || d >= g.In[0] {
				continue
			}
			for kh := range g.Kernel[1] {
				lo, hi := g.span(1, kh)
				for _, r := range runs {
					tap := (kd*g.Kernel[1]+kh)*g.Kernel[2] + r.first
					for l0, inner := 0, r.taps*g.CIn; l0 < inner; l0 += innerBlock {
						u.N = min(innerBlock, inner-l0)
						for j := 0; j < g.COut; j += u.columns {
							u.B = &b.data[j/u.columns*b.step+(tap*g.CIn+l0)*b.row]
							for oh := lo; oh < hi; oh++ {
								h := oh*g.Stride[1] + kh - g.Pad[1]
								for ow := r.lo; ow < r.hi; ow += u.rows() {
									u.A = &x[at(g.In, g.CIn, n, d, h, ow*g.Stride[2]+r.first-g.Pad[2])+l0]
									u.run(min(u.rows(), r.hi-ow), min(u.columns, g.COut-j), y[at(g.Out, g.COut, n, od, oh, ow)+j:], g.COut, true, nil)
								}
							}
						}
					}
				}
			}
		}
	})
}

// inputDirect is ConvInput. A goroutine computes a plane of the input at a
// time: each tap adds lines of the output to every Stride-th position.
func (g *Conv) inputDirect(p *Pool, gx, gy, w, bias []float32) {
	g = g.merged()
	taps := volume(g.Kernel)
	size := panelsLen(g.COut, g.CIn)
	memory := p.take(taps * size)
	defer p.give(memory)
	p.For(taps, func(k int) {
		p.alone().pack((*memory)[k*size:][:size], Mat{Data: w[k*g.CIn*g.COut:], Rows: g.COut, Cols: g.CIn, T: true}, 0, g.CIn)
	})
	p.For(g.Batch*g.In[0], func(t int) {
		n, d := t/g.In[0], t%g.In[0]
		u := p.workbench()
		defer p.giveWorkbench(u)
		plane := gx[at(g.In, g.CIn, n, d, 0, 0):][:g.In[1]*g.In[2]*g.CIn]
		if bias == nil {
			clear(plane)
		} else {
			fillRows(plane, bias[:g.CIn])
		}
		u.ARow, u.AStep, u.BStep = g.COut*floatBytes, floatBytes, u.columns*floatBytes
		for k := range taps {
			kd, kh, kw := k/(g.Kernel[1]*g.Kernel[2]), k/g.Kernel[2]%g.Kernel[1], k%g.Kernel[2]
			od := d + g.Pad[0] - kd
			if od < 0 || od%g.Stride[0] != 0 || od/g.Stride[0] >= g.Out[0] {
				continue
			}
			od /= g.Stride[0]
			hLo, hHi := g.span(1, kh)
			wLo, wHi := g.span(2, kw)
			for l0 := 0; l0 < g.COut; l0 += innerBlock {
				u.N = min(innerBlock, g.COut-l0)
				for j := 0; j < g.CIn; j += u.columns {
					u.B = &(*memory)[k*size+j*g.COut+l0*u.columns]
					for oh := hLo; oh < hHi; oh++ {
						line := (oh*g.Stride[1] + kh - g.Pad[1]) * g.In[2]
						for ow := wLo; ow < wHi; ow += u.rows() {
							u.A = &gy[at(g.Out, g.COut, n, od, oh, ow)+l0]
							c := plane[(line+ow*g.Stride[2]+kw-g.Pad[2])*g.CIn+j:]
							u.run(min(u.rows(), wHi-ow), min(u.columns, g.CIn-j), c, g.Stride[2]*g.CIn, true, nil)
						}
					}
				}
			}
		}
	})
}

// weightsDirect is ConvWeights, but adds example after example and plane after
// plane. Goroutines share the taps and input channels, so nothing needs to be
// added up between them; each packs the output's gradient for itself.
func (g *Conv) weightsDirect(p *Pool, gw, x, gy []float32) {
	if m := g.merged(); m.Out[2] <= longestLine {
		g = m
	}
	runs := make([]run, g.Kernel[2]) // one tap each
	for k := range runs {
		lo, hi := g.span(2, k)
		runs[k] = run{k, 1, lo, hi}
	}
	height := active.rows()
	across := (g.CIn + height - 1) / height
	strips := volume(g.Kernel) * across
	parts := min(p.workers, strips)
	plane := g.Out[1] * g.Out[2]
	// Lines of the output whose panel stays in the first-level cache.
	lines := min(max(innerBlock/g.Out[2], 1), g.Out[1])
	p.For(parts, func(part int) {
		u := p.workbench()
		defer p.giveWorkbench(u)
		memory := p.take(panelsLen(lines*g.Out[2], g.COut))
		defer p.give(memory)
		first, last := part*strips/parts, (part+1)*strips/parts
		for t := range g.Batch * g.Out[0] {
			if p.stopped() {
				return
			}
			n, od := t/g.Out[0], t%g.Out[0]
			for l0 := 0; l0 < g.Out[1]; l0 += lines {
				l1 := min(l0+lines, g.Out[1])
				b := p.alone().pack(*memory, Mat{Data: gy[t*plane*g.COut+l0*g.Out[2]*g.COut:], Rows: (l1 - l0) * g.Out[2], Cols: g.COut}, 0, g.COut)
				for j := 0; j < g.COut; j += u.columns {
					for strip := first; strip < last; strip++ {
						g.weightStrip(u, gw[j:], x, b.data[j/u.columns*b.step:], strip/across, strip%across*height, min(u.columns, g.COut-j), n, od, l0, l1, runs)
					}
				}
			}
		}
	})
}

// weightStrip adds to the weights of one tap, of input channels from ci on and
// of the panel's output channels what lines [l0, l1) of a plane contribute.
func (g *Conv) weightStrip(u *workbench, gw, x, panel []float32, k, ci, width, n, od, l0, l1 int, runs []run) {
	kd, kh, kw := k/(g.Kernel[1]*g.Kernel[2]), k/g.Kernel[2]%g.Kernel[1], k%g.Kernel[2]
	d := od*g.Stride[0] + kd - g.Pad[0]
	lo, hi := g.span(1, kh)
	lo, hi = max(lo, l0), min(hi, l1)
	r := runs[kw]
	if d < 0 || d >= g.In[0] || lo >= hi || r.lo == r.hi {
		return
	}
	u.N, u.Outer = r.hi-r.lo, hi-lo
	u.ARow, u.AStep, u.BStep = floatBytes, g.Stride[2]*g.CIn*floatBytes, u.columns*floatBytes
	u.ANext = g.Stride[1]*g.In[2]*g.CIn*floatBytes - u.N*u.AStep
	u.BNext = g.Out[2]*u.columns*floatBytes - u.N*u.BStep
	u.A = &x[at(g.In, g.CIn, n, d, lo*g.Stride[1]+kh-g.Pad[1], r.lo*g.Stride[2]+kw-g.Pad[2])+ci]
	u.B = &panel[((lo-l0)*g.Out[2]+r.lo)*u.columns]
	u.run(min(u.rows(), g.CIn-ci), width, gw[(k*g.CIn+ci)*g.COut:], g.COut, true, nil)
}
