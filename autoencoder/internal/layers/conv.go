package layers

import (
	"fmt"
	"math/rand/v2"

	"github.com/morselcodec/morsel/internal/kernel"
)

// conv is a convolution over one to three spatial axes; its weights are
// [kernel..., in channels, out channels], then the biases.
type conv struct {
	g   kernel.Conv
	out []int
}

func newConv(l Layer, in []int) (layer, []int, error) {
	g, err := convGeometry(l, in)
	if err != nil {
		return nil, nil, err
	}
	g.In, g.CIn = volume3(in)
	g.COut = l.Out
	for i, n := range g.In {
		free := n + 2*g.Pad[i] - g.Kernel[i]
		if free < 0 || g.Pad[i] >= g.Kernel[i] {
			return nil, nil, fmt.Errorf("kernel %v with padding %v does not fit the input %v", l.Kernel, l.Pad, in)
		}
		g.Out[i] = free/g.Stride[i] + 1
	}
	c := &conv{g, shape3(g.Out, len(in)-1, g.COut)}
	return c, c.out, checkConv(&g, c.out)
}

// convGeometry reads what convolutions of both directions share.
func convGeometry(l Layer, in []int) (g kernel.Conv, err error) {
	if g.Kernel, err = spatial("kernel", l.Kernel, in, 0, 1, 1); err != nil {
		return g, err
	}
	if g.Stride, err = spatial("stride", l.Stride, in, 1, 1, 1); err != nil {
		return g, err
	}
	if g.Pad, err = spatial("pad", l.Pad, in, 0, 0, 0); err != nil {
		return g, err
	}
	if l.Out < 1 || l.Out > maxActivations {
		return g, fmt.Errorf("%d filters (want at least 1)", l.Out)
	}
	return g, nil
}

// checkConv keeps the weights and a gathered patch within limits.
func checkConv(g *kernel.Conv, out []int) error {
	n := 1
	for _, d := range []int{g.Kernel[0], g.Kernel[1], g.Kernel[2], g.CIn, g.COut} {
		if d > maxWeights/n {
			return fmt.Errorf("kernel %v with %d and %d channels (at most %d weights)", g.Kernel, g.CIn, g.COut, maxWeights)
		}
		n *= d
	}
	if n/g.COut > maxPatch {
		return fmt.Errorf("kernel %v of %d channels sees more than %d values", g.Kernel, g.CIn, maxPatch)
	}
	return checkShape(out)
}

func (l *conv) shape() []int  { return l.out }
func (l *conv) inPlace() bool { return false }
func (l *conv) weights() int  { return l.g.WeightLen() + l.out[len(l.out)-1] }
func (l *conv) macs() int64   { return int64(l.g.WeightLen()) * int64(l.g.OutLen()/l.g.COut) }

func (l *conv) initialise(rng *rand.Rand, method Init, w []float32) {
	n := l.g.WeightLen()
	method.fill(rng, w[:n], w[n:], n/l.g.COut)
}

// batch returns the convolution of all examples of a pass.
func (l *conv) batch(p Pass) *kernel.Conv {
	g := l.g
	g.Batch = p.N
	return &g
}

func (l *conv) forward(p Pass, y, x, w []float32) {
	kernel.ConvForward(p.Pool, l.batch(p), y, x, w, w[l.g.WeightLen():])
}

func (l *conv) backward(p Pass, gx, gw, gy, x, w []float32) {
	g := l.batch(p)
	kernel.ColumnSums(p.Pool, gw[g.WeightLen():], gy)
	kernel.ConvWeights(p.Pool, g, gw, x, gy)
	if gx != nil {
		kernel.ConvInput(p.Pool, g, gx, gy, w, nil)
	}
}
