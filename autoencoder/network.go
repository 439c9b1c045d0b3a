package autoencoder

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// network is a chain of layers. Its weights live outside it, all layers' in
// one slice, so that optimiser, model file and gradient clipping see a vector.
type network struct {
	in, out []int // shapes of one example, channels last
	layers  []layer
	offsets []int // of each layer's weights
	weights int
	widest  int // values of the largest activation, in and out included
	macs    int64
	touched int64 // values that the layers put out
}

func newNetwork(in []int, spec []Layer) (*network, error) {
	if len(spec) > maxLayers {
		return nil, fmt.Errorf("%d layers (at most %d)", len(spec), maxLayers)
	}
	n := &network{in: in, out: in, widest: length(in)}
	for i, s := range spec {
		l, out, err := newLayer(s, n.out)
		if err != nil {
			return nil, fmt.Errorf("layer %d (%q): %w", i, s.Kind, err)
		}
		n.out = out
		if l == nil {
			continue
		}
		n.layers = append(n.layers, l)
		n.offsets = append(n.offsets, n.weights)
		n.weights += l.weights()
		n.macs += l.macs()
		n.touched += int64(length(out))
		n.widest = max(n.widest, length(out))
		if n.weights > maxWeights || n.macs > maxMACs {
			return nil, fmt.Errorf("layer %d (%q): %d weights, %d multiplications per window (at most %d and %d)",
				i, s.Kind, n.weights, n.macs, maxWeights, int64(maxMACs))
		}
	}
	return n, nil
}

// touchWork is about how many multiplications a layer's output value takes
// beside its own: it is written, and an activation evaluated.
const touchWork = 16

// work is about how much running one window takes, in multiplications: layers
// without any take time, too.
func (n *network) work() float64 {
	return float64(n.macs + touchWork*(n.touched+int64(length(n.in)+length(n.out))))
}

func (n *network) initialise(rng *rand.Rand, method Init, w []float32) {
	for i, l := range n.layers {
		l.initialise(rng, method, n.of(i, w))
	}
}

// of returns layer i's part of w.
func (n *network) of(i int, w []float32) []float32 {
	return w[n.offsets[i]:][:n.layers[i].weights()]
}

// infer runs the network on p.n examples. The result is valid until buffers
// are used again.
func (n *network) infer(p pass, w, x []float32, buffers *[2][]float32) []float32 {
	next := 0
	for i, l := range n.layers {
		y := x
		if i == 0 || !l.inPlace() {
			y = grow(&buffers[next], p.n*length(l.shape()))
			next = 1 - next
		}
		l.forward(p, y, x, n.of(i, w))
		x = y
	}
	return x
}

// tape keeps what a training pass needs on the way back.
type tape struct {
	activations [][]float32 // input of each layer, and the last output
	gradients   [2][]float32
}

// forward runs the network and records it.
func (n *network) forward(p pass, w, x []float32, t *tape) []float32 {
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
			grow(&t.activations[i+1], p.n*length(l.shape()))
		}
		l.forward(n.layerPass(p, i), t.activations[i+1], x, n.of(i, w))
	}
	return t.activations[len(n.layers)]
}

// backward adds the weights' gradient to gw and returns that of the input, or
// nil when it is not wanted; gy is overwritten.
func (n *network) backward(p pass, w, gw, gy []float32, t *tape, wantInput bool) []float32 {
	next := 0
	for i, l := range slices.Backward(n.layers) {
		var gx []float32
		x := t.activations[i]
		switch {
		case l.inPlace():
			gx = gy
		case i > 0 || wantInput:
			gx = grow(&t.gradients[next], len(x))
			next = 1 - next
		}
		l.backward(n.layerPass(p, i), gx, n.of(i, gw), gy, x, n.of(i, w))
		gy = gx
	}
	return gy
}

// layerPass gives every layer random numbers of its own.
func (n *network) layerPass(p pass, i int) pass {
	p.key += uint64(i+1) << 32
	return p
}

// grow returns n values of *s, enlarging it when needed; what was there is
// lost.
func grow(s *[]float32, n int) []float32 {
	if cap(*s) < n {
		*s = make([]float32, n)
	}
	*s = (*s)[:n]
	return *s
}
