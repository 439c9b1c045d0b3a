package autoencoder

import (
	"fmt"
	"slices"

	"github.com/morselcodec/morsel/autoencoder/internal/container"
	"github.com/morselcodec/morsel/autoencoder/internal/fail"
)

// Spec is an architecture: what a model file stores to build its network
// again. Both halves are chains of layers; the encoder starts from one window
// with one channel, [Window..., 1], the decoder from the latents as the encoder
// leaves them, and ends with as many values as the window has.
type Spec struct {
	Window  []int   `json:"window"` // rank 1 to 3, slowest axis first
	Encoder []Layer `json:"encoder"`
	Decoder []Layer `json:"decoder"`
}

// Layer describes one layer. Kind says which fields it reads:
//
//	dense            Out                          needs a flat input
//	conv             Out, Kernel, Stride, Pad     one number per spatial axis
//	transposed-conv  Out, Kernel, Stride, Pad, OutputPad
//	upsample         Factor                       nearest neighbour
//	relu, gelu, silu                              gelu in its tanh form
//	dropout          Rate                         while training only
//	flatten
//	reshape          Shape                        of one example, channels last
//
// Stride defaults to ones, Pad and OutputPad to zeros. Sizes are PyTorch's:
// floor((n + 2·Pad − Kernel)/Stride) + 1 for a convolution, and
// (n−1)·Stride − 2·Pad + Kernel + OutputPad for a transposed one.
type Layer struct {
	Kind      string  `json:"kind"`
	Out       int     `json:"out,omitempty"`
	Kernel    []int   `json:"kernel,omitempty"`
	Stride    []int   `json:"stride,omitempty"`
	Pad       []int   `json:"pad,omitempty"`
	OutputPad []int   `json:"output_pad,omitempty"`
	Factor    []int   `json:"factor,omitempty"`
	Rate      float32 `json:"rate,omitempty"`
	Shape     []int   `json:"shape,omitempty"`
}

// The largest network that is built, so that a hostile model file can neither
// exhaust memory nor run for minutes.
const (
	maxWindowRank  = 3
	maxLayers      = 64
	maxWeights     = 1 << 26           // 256 MiB
	maxActivations = container.MaxSize // of one layer and one window
	maxPatch       = 1 << 20           // input values that one output of a convolution sees
	maxMACs        = 1 << 34           // of one window through one half
)

// Check reports an error matching [ErrSpec] unless the layers fit together and
// stay within this package's limits.
func (s *Spec) Check() error {
	_, err := build(s)
	return err
}

// networks is a built Spec.
type networks struct {
	encoder, decoder *network
}

func (n *networks) weights() int   { return n.encoder.weights + n.decoder.weights }
func (n *networks) latentLen() int { return length(n.encoder.out) }
func (n *networks) windowLen() int { return length(n.encoder.in) }

// channels is the number of quantiser channels: the latents' fastest axis.
func (n *networks) channels() int { return n.encoder.out[len(n.encoder.out)-1] }

func build(s *Spec) (*networks, error) {
	if len(s.Window) < 1 || len(s.Window) > maxWindowRank {
		return nil, fmt.Errorf("%w: window of rank %d (want 1 to %d)", fail.ErrSpec, len(s.Window), maxWindowRank)
	}
	in := append(slices.Clone(s.Window), 1)
	if err := checkShape(in); err != nil {
		return nil, fmt.Errorf("%w: window: %w", fail.ErrSpec, err)
	}
	encoder, err := newNetwork(in, s.Encoder)
	if err != nil {
		return nil, fmt.Errorf("%w: encoder: %w", fail.ErrSpec, err)
	}
	decoder, err := newNetwork(encoder.out, s.Decoder)
	if err != nil {
		return nil, fmt.Errorf("%w: decoder: %w", fail.ErrSpec, err)
	}
	n := &networks{encoder, decoder}
	if got := length(decoder.out); got != n.windowLen() {
		return nil, fmt.Errorf("%w: the decoder gives %d values, the window has %d", fail.ErrSpec, got, n.windowLen())
	}
	if n.weights() > maxWeights {
		return nil, fmt.Errorf("%w: %d weights (at most %d)", fail.ErrSpec, n.weights(), maxWeights)
	}
	return n, nil
}

// checkShape accepts what one layer may put out.
func checkShape(shape []int) error {
	if len(shape) < 1 || len(shape) > container.MaxRank {
		return fmt.Errorf("rank %d with channels (want 1 to %d)", len(shape), container.MaxRank)
	}
	n := 1
	for _, d := range shape {
		if d < 1 || d > maxActivations/n {
			return fmt.Errorf("shape %v (want positive sizes and at most %d values)", shape, maxActivations)
		}
		n *= d
	}
	return nil
}

func length(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}
