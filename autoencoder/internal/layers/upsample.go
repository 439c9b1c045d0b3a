package layers

import "github.com/morselcodec/morsel/internal/kernel"

// upsample repeats every position along each spatial axis.
type upsample struct {
	weightless
	g kernel.Upsample
}

func newUpsample(l Layer, in []int) (layer, []int, error) {
	factor, err := spatial("factor", l.Factor, in, 0, 1, 1)
	if err != nil {
		return nil, nil, err
	}
	g := kernel.Upsample{Factor: factor}
	g.In, g.C = volume3(in)
	out := append([]int(nil), in...)
	for i := range len(in) - 1 {
		f := l.Factor[i]
		out[i] = min(in[i]*f, maxActivations+1) // checked below, without overflow
	}
	return &upsample{weightless{out}, g}, out, checkShape(out)
}

func (l *upsample) forward(p Pass, y, x, _ []float32) {
	g := l.g
	g.Batch = p.N
	kernel.UpsampleForward(p.Pool, &g, y, x)
}

func (l *upsample) backward(p Pass, gx, _, gy, _, _ []float32) {
	g := l.g
	g.Batch = p.N
	if gx != nil {
		kernel.UpsampleBackward(p.Pool, &g, gx, gy)
	}
}
