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
	if g.direct(p) {
		g.forwardDirect(p, y, x, w, bias)
		return
	}
	b := newFactor(p, Mat{Data: w, Rows: g.patch(), Cols: g.COut}, g.Batch*volume(g.Out))
	defer b.release()
	g.blocks(p, func(n, lo, hi int, patches []float32) {
		g.gather(patches, x[n*g.InLen():][:g.InLen()], lo, hi)
		out := y[n*g.OutLen()+lo*g.COut : n*g.OutLen()+hi*g.COut]
		b.multiply(Mat{Data: out, Rows: hi - lo, Cols: g.COut},
			Mat{Data: patches, Rows: hi - lo, Cols: g.patch()}, start{row: bias[:g.COut]})
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
	if g.direct(p) {
		g.inputDirect(p, gx, gy, w, bias)
		return
	}
	b := newFactor(p, Mat{Data: w, Rows: g.COut, Cols: g.patch(), T: true}, g.Batch*volume(g.Out))
	defer b.release()
	positions, rows := volume(g.Out), g.gatherRows()
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
			patches := Mat{Data: *scratch, Rows: hi - lo, Cols: g.patch()}
			b.multiply(patches, Mat{Data: gy[n*g.OutLen()+lo*g.COut:], Rows: hi - lo, Cols: g.COut}, start{})
			g.scatter(dst, *scratch, lo, hi)
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
	if g.direct(p) && g.Out[2] <= longestLine {
		g.weightsDirect(p, gw, x, gy)
		return
	}
	positions, rows := volume(g.Out), g.gatherRows()
	groups := min(weightGroups, g.Batch)
	partial := p.take(groups * g.WeightLen())
	defer p.give(partial)
	p.For(groups, func(group int) {
		sum := (*partial)[group*g.WeightLen():][:g.WeightLen()]
		clear(sum)
		scratch := p.take(rows * g.patch())
		defer p.give(scratch)
		for n := group; n < g.Batch && !p.stopped(); n += groups {
			for lo := 0; lo < positions; lo += rows {
				hi := min(lo+rows, positions)
				g.gather(*scratch, x[n*g.InLen():][:g.InLen()], lo, hi)
				b := newFactor(p.alone(), Mat{Data: gy[n*g.OutLen()+lo*g.COut:], Rows: hi - lo, Cols: g.COut}, g.patch())
				b.multiply(Mat{Data: sum, Rows: g.patch(), Cols: g.COut},
					Mat{Data: *scratch, Rows: g.patch(), Cols: hi - lo, T: true}, start{accumulate: true})
				b.release()
			}
		}
	})
	p.Range(g.WeightLen(), func(lo, hi int) {
		for group := range groups {
			addTo(gw[lo:hi], (*partial)[group*g.WeightLen():][lo:hi])
		}
	})
}
