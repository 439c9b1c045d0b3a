package layers

import (
	"fmt"

	"github.com/morselcodec/morsel/internal/kernel"
)

// transposedConv is the transpose of a convolution: g describes that
// convolution, from this layer's output to its input. Its weights are
// [kernel..., out channels, in channels], then the biases. Initialised weights
// count the fan over the second axis, the filters, as PyTorch does.
type transposedConv struct {
	conv
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
	c := &transposedConv{conv{g, shape3(g.In, len(in)-1, g.CIn)}, make([]float32, g.COut)}
	return c, c.out, checkConv(&g, c.out)
}

func (l *transposedConv) forward(p Pass, y, x, w []float32) {
	kernel.ConvInput(p.Pool, l.batch(p), y, x, w, w[l.g.WeightLen():])
}

func (l *transposedConv) backward(p Pass, gx, gw, gy, x, w []float32) {
	g := l.batch(p)
	kernel.ColumnSums(p.Pool, gw[g.WeightLen():], gy)
	kernel.ConvWeights(p.Pool, g, gw, gy, x)
	if gx != nil {
		kernel.ConvForward(p.Pool, g, gx, gy, w, l.zeros)
	}
}
