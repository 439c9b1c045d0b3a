package kernel

import "fmt"

// Conv is the geometry of a convolution over NDHWC arrays: the input has shape
// [Batch, In..., CIn], the output [Batch, Out..., COut], the weights
// [Kernel..., CIn, COut]. Padding is with zeros, Pad at the low end and as much
// as Out needs at the high end. 1-D and 2-D convolutions have leading sizes,
// kernels and strides of 1.
type Conv struct {
	Batch, CIn, COut             int
	In, Out, Kernel, Stride, Pad [3]int
}

// InLen is the number of values of one example's input.
func (g *Conv) InLen() int { return volume(g.In) * g.CIn }

// OutLen is the number of values of one example's output.
func (g *Conv) OutLen() int { return volume(g.Out) * g.COut }

// WeightLen is the number of weights.
func (g *Conv) WeightLen() int { return g.patch() * g.COut }

// patch is the number of input values that one output position sees.
func (g *Conv) patch() int { return volume(g.Kernel) * g.CIn }

func volume(s [3]int) int { return s[0] * s[1] * s[2] }

func (g *Conv) check(x, y, w []float32) {
	if len(x) < g.Batch*g.InLen() || len(y) < g.Batch*g.OutLen() || len(w) < g.WeightLen() {
		panic(fmt.Sprintf("kernel: Conv %+v with %d inputs, %d outputs, %d weights", *g, len(x), len(y), len(w)))
	}
}

// blockRows is the number of output positions whose patches are gathered at a
// time, so that they stay in cache.
func (g *Conv) blockRows() int {
	return min(max(1<<15/g.patch(), 16), 256, volume(g.Out))
}

// ConvForward computes a convolution (a cross-correlation, as usual in
// networks).
//
//	for n, o, co := range y {
//		s := bias[co]
//		for k, ci := range kernel, CIn { // row-major
//			s += float32(x[n, o*Stride+k-Pad, ci] * w[k, ci, co]) // 0 outside x
//		}
//		y[n, o, co] = s
//	}
func ConvForward(p *Pool, g *Conv, y, x, w, bias []float32) {
	g.check(x, y, w)
	positions, rows := volume(g.Out), g.blockRows()
	blocks := (positions + rows - 1) / rows
	p.For(g.Batch*blocks, func(t int) {
		n, lo := t/blocks, t%blocks*rows
		hi := min(lo+rows, positions)
		scratch := p.take((hi - lo) * g.patch())
		defer p.give(scratch)
		g.gather(*scratch, x[n*g.InLen():][:g.InLen()], lo, hi)
		out := y[n*g.OutLen()+lo*g.COut : n*g.OutLen()+hi*g.COut]
		fillRows(out, bias[:g.COut])
		gemmBlock(p,
			Mat{Data: out, Rows: hi - lo, Cols: g.COut},
			Mat{Data: *scratch, Rows: hi - lo, Cols: g.patch()},
			Mat{Data: w, Rows: g.patch(), Cols: g.COut})
	})
}

// ConvInput computes a convolution's gradient with respect to its input, which
// is also what a transposed convolution computes: gx starts as bias, or as zero
// when bias is nil. Output positions are visited in ascending order, taps in
// row-major order within.
//
//	gx[n, i, ci] = bias[ci] or 0
//	for n, o, k, ci := range gy, kernel, CIn {
//		s := 0
//		for co := range COut {
//			s += float32(gy[n, o, co] * w[k, ci, co])
//		}
//		gx[n, o*Stride+k-Pad, ci] += s // nothing outside gx
//	}
func ConvInput(p *Pool, g *Conv, gx, gy, w, bias []float32) {
	g.check(gx, gy, w)
	positions, rows := volume(g.Out), g.blockRows()
	p.For(g.Batch, func(n int) {
		scratch := p.take(rows * g.patch())
		defer p.give(scratch)
		dst := gx[n*g.InLen():][:g.InLen()]
		if bias == nil {
			clear(dst)
		} else {
			fillRows(dst, bias[:g.CIn])
		}
		for lo := 0; lo < positions; lo += rows {
			hi := min(lo+rows, positions)
			patches := (*scratch)[:(hi-lo)*g.patch()]
			clear(patches)
			gemmBlock(p,
				Mat{Data: patches, Rows: hi - lo, Cols: g.patch()},
				Mat{Data: gy[n*g.OutLen()+lo*g.COut:], Rows: hi - lo, Cols: g.COut},
				Mat{Data: w, Rows: g.COut, Cols: g.patch(), T: true})
			g.scatter(dst, patches, lo, hi)
		}
	})
}

// weightGroups is the number of partial sums of [ConvWeights]. It is part of
// the order of operations and so independent of the machine.
const weightGroups = 8

// ConvWeights adds a convolution's gradient with respect to its weights to gw.
// Example n belongs to group n % 8; every group is summed on its own, examples
// and output positions ascending, and the groups are then added in order.
//
//	for n, o, k, ci, co := range gy, kernel, CIn {
//		group[n%8][k, ci, co] += float32(x[n, o*Stride+k-Pad, ci] * gy[n, o, co])
//	}
func ConvWeights(p *Pool, g *Conv, gw, x, gy []float32) {
	g.check(x, gy, gw)
	positions, rows := volume(g.Out), g.blockRows()
	groups := min(weightGroups, g.Batch)
	partial := p.take(groups * g.WeightLen())
	defer p.give(partial)
	p.For(groups, func(group int) {
		sum := (*partial)[group*g.WeightLen():][:g.WeightLen()]
		clear(sum)
		scratch := p.take(rows * g.patch())
		defer p.give(scratch)
		for n := group; n < g.Batch; n += groups {
			for lo := 0; lo < positions; lo += rows {
				hi := min(lo+rows, positions)
				g.gather(*scratch, x[n*g.InLen():][:g.InLen()], lo, hi)
				gemmBlock(p,
					Mat{Data: sum, Rows: g.patch(), Cols: g.COut},
					Mat{Data: *scratch, Rows: g.patch(), Cols: hi - lo, T: true},
					Mat{Data: gy[n*g.OutLen()+lo*g.COut:], Rows: hi - lo, Cols: g.COut})
			}
		}
	})
	p.Range(g.WeightLen(), func(lo, hi int) {
		for group := range groups {
			sum := (*partial)[group*g.WeightLen():][:g.WeightLen()]
			for i := lo; i < hi; i++ {
				gw[i] += sum[i]
			}
		}
	})
}

// gemmBlock is Gemm with accumulate on the calling goroutine.
func gemmBlock(p *Pool, c, a, b Mat) {
	checkGemm(c, a, b)
	gemm(&Pool{workers: 1, fused: p.fused}, c, a, b, start{accumulate: true})
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
