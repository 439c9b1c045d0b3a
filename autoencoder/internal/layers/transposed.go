package layers

import (
	"fmt"
	"math/rand/v2"

	"github.com/morselcodec/morsel/internal/kernel"
)

// transposedConv is the transpose of a convolution: g describes that
// convolution, from this layer's output to its input. Its weights are
// [kernel..., out channels, in channels], then the biases.
type transposedConv struct {
	g     kernel.Conv
	out   []int
	zeros []float32
}

func newTransposedConv(l Layer, in []int) (layer, []int, error) {
	g, err := convGeometry(l, in)
	if err != nil {
		return nil, nil, err
	}
	extra, err := spatial("output_pad", l.OutputPad, in, 0, 0, 0)
	if err != nil {
		return nil, nil, err
	}
	g.Out, g.COut = volume3(in)
	g.CIn = l.Out
	for i, n := range g.Out {
		if extra[i] >= g.Stride[i] && extra[i] > 0 || g.Pad[i] >= g.Kernel[i] || n > maxActivations/g.Stride[i] {
			return nil, nil, fmt.Errorf("stride %v with padding %v and output padding %v (want padding below the kernel, output padding below the stride)",
				l.Stride, l.Pad, l.OutputPad)
		}
		g.In[i] = (n-1)*g.Stride[i] - 2*g.Pad[i] + g.Kernel[i] + extra[i]
	}
	c := &transposedConv{g, shape3(g.In, len(in)-1, g.CIn), make([]float32, g.COut)}
	return c, c.out, checkConv(&g, c.out)
}

func (l *transposedConv) shape() []int  { return l.out }
func (l *transposedConv) inPlace() bool { return false }
func (l *transposedConv) weights() int  { return l.g.WeightLen() + l.g.CIn }
func (l *transposedConv) macs() int64 {
	return int64(l.g.WeightLen()) * int64(l.g.OutLen()/l.g.COut)
}

func (l *transposedConv) initialise(rng *rand.Rand, method Init, w []float32) {
	n := l.g.WeightLen()
	// PyTorch counts the fan over the weight's second axis, the filters.
	method.fill(rng, w[:n], w[n:], n/l.g.COut)
}

func (l *transposedConv) forward(p Pass, y, x, w []float32) {
	g := l.g
	g.Batch = p.N
	kernel.ConvInput(p.Pool, &g, y, x, w, w[g.WeightLen():])
}

func (l *transposedConv) backward(p Pass, gx, gw, gy, x, w []float32) {
	g := l.g
	g.Batch = p.N
	kernel.ColumnSums(p.Pool, gw[g.WeightLen():], gy)
	kernel.ConvWeights(p.Pool, &g, gw, gy, x)
	if gx != nil {
		kernel.ConvForward(p.Pool, &g, gx, gy, w, l.zeros)
	}
}
