package layers

import (
	"fmt"

	"github.com/morselcodec/morsel/internal/kernel"
)

// activation is an element-wise non-linearity.
type activation struct {
	weightless
	shared   bool // whether the gradient can do with the output
	value    func(p *kernel.Pool, y, x []float32)
	gradient func(p *kernel.Pool, gx, gy, x []float32)
}

func newActivation(s Layer, in []int) (layer, []int, error) {
	l := &activation{weightless{in}, true, kernel.ReLU, kernel.ReLUGrad}
	switch s.Kind {
	case "gelu":
		l.shared, l.value, l.gradient = false, kernel.GELU, kernel.GELUGrad
	case "silu":
		l.shared, l.value, l.gradient = false, kernel.SiLU, kernel.SiLUGrad
	}
	return l, in, nil
}

func (l *activation) inPlace() bool { return l.shared }

func (l *activation) forward(p Pass, y, x, _ []float32) { l.value(p.Pool, y, x) }

func (l *activation) backward(p Pass, gx, _, gy, x, _ []float32) {
	if gx != nil {
		l.gradient(p.Pool, gx, gy, x)
	}
}

// dropout drops values at random while training, and is the identity otherwise.
type dropout struct {
	weightless
	rate float32
}

func newDropout(s Layer, in []int) (layer, []int, error) {
	if !(s.Rate >= 0 && s.Rate < 1) {
		return nil, nil, fmt.Errorf("rate %v (want 0 or more, below 1)", s.Rate)
	}
	return &dropout{weightless{in}, s.Rate}, in, nil
}

func (l *dropout) inPlace() bool { return true }

func (l *dropout) forward(p Pass, y, x, w []float32) {
	if !p.Train {
		l.weightless.forward(p, y, x, w)
		return
	}
	kernel.Dropout(p.Pool, y, x, l.rate, p.Key)
}

func (l *dropout) backward(p Pass, gx, gw, gy, x, w []float32) {
	if gx != nil {
		l.forward(p, gx, gy, w)
	}
}
