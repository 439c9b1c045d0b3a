package layers

import (
	"fmt"
	"math/rand/v2"

	"github.com/morselcodec/morsel/internal/kernel"
)

// dense is a fully connected layer; its weights are [in, out], then out biases.
type dense struct{ in, out int }

func newDense(l Layer, in []int) (layer, []int, error) {
	if len(in) != 1 {
		return nil, nil, fmt.Errorf("needs a flat input, found shape %v: put a flatten layer before it", in)
	}
	if l.Out < 1 || l.Out > min(maxActivations, maxWeights/(in[0]+1)) {
		return nil, nil, fmt.Errorf("%d outputs of %d inputs (want at least 1, and at most %d values and %d weights)", l.Out, in[0], maxActivations, maxWeights)
	}
	return &dense{in[0], l.Out}, []int{l.Out}, nil
}

func (l *dense) shape() []int  { return []int{l.out} }
func (l *dense) inPlace() bool { return false }
func (l *dense) weights() int  { return (l.in + 1) * l.out }
func (l *dense) macs() int64   { return int64(l.in) * int64(l.out) }

func (l *dense) initialise(rng *rand.Rand, method Init, w []float32) {
	method.fill(rng, w[:l.in*l.out], w[l.in*l.out:], l.in)
}

func (l *dense) forward(p Pass, y, x, w []float32) {
	kernel.GemmBias(p.Pool, l.output(p, y), l.input(p, x), l.matrix(w), w[l.in*l.out:])
}

func (l *dense) backward(p Pass, gx, gw, gy, x, w []float32) {
	kernel.ColumnSums(p.Pool, gw[l.in*l.out:], gy)
	xt := kernel.Mat{Data: x, Rows: l.in, Cols: p.N, T: true}
	kernel.Gemm(p.Pool, l.matrix(gw), xt, l.output(p, gy), true)
	if gx != nil {
		wt := kernel.Mat{Data: w, Rows: l.out, Cols: l.in, T: true}
		kernel.Gemm(p.Pool, l.input(p, gx), l.output(p, gy), wt, false)
	}
}

func (l *dense) input(p Pass, x []float32) kernel.Mat {
	return kernel.Mat{Data: x, Rows: p.N, Cols: l.in}
}

func (l *dense) output(p Pass, y []float32) kernel.Mat {
	return kernel.Mat{Data: y, Rows: p.N, Cols: l.out}
}

func (l *dense) matrix(w []float32) kernel.Mat {
	return kernel.Mat{Data: w[:l.in*l.out], Rows: l.in, Cols: l.out}
}
