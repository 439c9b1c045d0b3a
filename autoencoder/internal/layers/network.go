package layers

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/morselcodec/morsel/formats/array"
)

// Network is a chain of layers. Its weights live outside it, all layers' in
// one slice, so that optimiser, model file and gradient clipping see a vector.
type Network struct {
	In, Out []int // shapes of one example, channels last
	layers  []layer
	offsets []int // of each layer's weights
	Weights int   // how many there are, biases included
	Widest  int   // values of the largest activation, in and out included
	MACs    int64 // multiplications for one example
	touched int64 // values that the layers put out
}

// NewNetwork chains layers, of which the first has inputs of shape in. Layers that
// do not fit together, and more than the limits allow, are an error.
func NewNetwork(in []int, spec []Layer) (*Network, error) {
	if len(spec) > MaxLayers {
		return nil, fmt.Errorf("%d layers (at most %d)", len(spec), MaxLayers)
	}
	n := &Network{In: in, Out: in, Widest: array.Product(in)}
	for i, s := range spec {
		l, out, err := newLayer(s, n.Out)
		if err != nil {
			return nil, fmt.Errorf("layer %d (%q): %w", i, s.Kind, err)
		}
		n.Out = out
		if l == nil {
			continue
		}
		n.layers = append(n.layers, l)
		n.offsets = append(n.offsets, n.Weights)
		n.Weights += l.weights()
		n.MACs += l.macs()
		n.touched += int64(array.Product(out))
		n.Widest = max(n.Widest, array.Product(out))
		if n.Weights > maxWeights || n.MACs > maxMACs {
			return nil, fmt.Errorf("layer %d (%q): %d weights, %d multiplications per window (at most %d and %d)",
				i, s.Kind, n.Weights, n.MACs, maxWeights, int64(maxMACs))
		}
	}
	return n, nil
}

// touchWork is about how many multiplications a layer's output value takes
// beside its own: it is written, and an activation evaluated.
const touchWork = 16

// Work is about how much running one window takes, in multiplications: layers
// without any take time, too.
func (n *Network) Work() float64 {
	return float64(n.MACs + touchWork*(n.touched+int64(array.Product(n.In)+array.Product(n.Out))))
}

// Initialise draws the first weights.
func (n *Network) Initialise(rng *rand.Rand, method Init, w []float32) {
	for i, l := range n.layers {
		l.initialise(rng, method, n.of(i, w))
	}
}

// of returns layer i's part of w.
func (n *Network) of(i int, w []float32) []float32 {
	return w[n.offsets[i]:][:n.layers[i].weights()]
}

// BatchValues bounds the values of a layer that a run should hold at a time.
const BatchValues = 1 << 21

// Infer runs the network on p.n examples. The result is valid until buffers
// are used again.
func (n *Network) Infer(p Pass, w, x []float32, buffers *[2][]float32) []float32 {
	next := 0
	for i, l := range n.layers {
		y := x
		if i == 0 || !l.inPlace() {
			y = Grow(&buffers[next], p.N*array.Product(l.shape()))
			next = 1 - next
		}
		l.forward(p, y, x, n.of(i, w))
		x = y
	}
	return x
}

// Tape keeps what a training pass needs on the way back.
type Tape struct {
	activations [][]float32 // input of each layer, and the last output
	gradients   [2][]float32
}

// Forward runs the network and records it.
func (n *Network) Forward(p Pass, w, x []float32, t *Tape) []float32 {
	if t.activations == nil {
		t.activations = make([][]float32, len(n.layers)+1)
	}
	t.activations[0] = x
	for i, l := range n.layers {
		x := t.activations[i]
		// The caller keeps the input and may change the output.
		if i > 0 && i < len(n.layers)-1 && l.inPlace() {
			t.activations[i+1] = x
		} else {
			Grow(&t.activations[i+1], p.N*array.Product(l.shape()))
		}
		l.forward(n.layerPass(p, i), t.activations[i+1], x, n.of(i, w))
	}
	return t.activations[len(n.layers)]
}

// Backward adds the weights' gradient to gw and returns that of the input, or
// nil when it is not wanted; gy is overwritten.
func (n *Network) Backward(p Pass, w, gw, gy []float32, t *Tape, wantInput bool) []float32 {
	next := 0
	for i, l := range slices.Backward(n.layers) {
		var gx []float32
		x := t.activations[i]
		switch {
		case l.inPlace():
			gx = gy
		case i > 0 || wantInput:
			gx = Grow(&t.gradients[next], len(x))
			next = 1 - next
		}
		l.backward(n.layerPass(p, i), gx, n.of(i, gw), gy, x, n.of(i, w))
		gy = gx
	}
	return gy
}

// layerPass gives every layer random numbers of its own.
func (n *Network) layerPass(p Pass, i int) Pass {
	p.Key += uint64(i+1) << 32
	return p
}

// Grow returns n values of *s, enlarging it when needed; what was there is
// lost.
func Grow(s *[]float32, n int) []float32 {
	if cap(*s) < n {
		*s = make([]float32, n)
	}
	*s = (*s)[:n]
	return *s
}
