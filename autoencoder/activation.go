package autoencoder

import "github.com/morselcodec/morsel/internal/kernel"

// activation is an element-wise non-linearity.
type activation struct {
	weightless
	value    func(p *kernel.Pool, y, x []float32)
	gradient func(p *kernel.Pool, gx, gy, x []float32)
}

func newActivation(kind string, in []int) *activation {
	l := &activation{weightless{in}, kernel.ReLU, kernel.ReLUGrad}
	switch kind {
	case "gelu":
		l.value, l.gradient = kernel.GELU, kernel.GELUGrad
	case "silu":
		l.value, l.gradient = kernel.SiLU, kernel.SiLUGrad
	}
	return l
}

func (l *activation) forward(p pass, y, x, _ []float32) { l.value(p.pool, y, x) }

func (l *activation) backward(p pass, gx, _, gy, x, _ []float32) {
	if gx != nil {
		l.gradient(p.pool, gx, gy, x)
	}
}

// dropout drops values at random while training, and is the identity otherwise.
type dropout struct {
	weightless
	rate float32
}

func (l *dropout) forward(p pass, y, x, w []float32) {
	if !p.train {
		l.weightless.forward(p, y, x, w)
		return
	}
	kernel.Dropout(p.pool, y, x, l.rate, p.key)
}

func (l *dropout) backward(p pass, gx, gw, gy, x, w []float32) {
	if gx != nil {
		l.forward(p, gx, gy, w)
	}
}
