package layers

import (
	"fmt"
	"slices"

	"github.com/morselcodec/morsel/autoencoder/internal/container"
	"github.com/morselcodec/morsel/autoencoder/internal/fail"
	"github.com/morselcodec/morsel/formats/array"
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

// Layer describes one layer; layerKinds says which fields a kind reads. Stride
// defaults to ones, Pad and OutputPad to zeros.
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
	MaxLayers      = 64
	maxWeights     = 1 << 26           // 256 MiB
	maxActivations = container.MaxSize // of one layer and one window
	maxPatch       = 1 << 20           // input values that one output of a convolution sees
	maxMACs        = 1 << 34           // of one window through one half
)

// Check reports an error matching [fail.ErrSpec] unless the layers fit together and
// stay within this package's limits.
func (s *Spec) Check() error {
	_, err := Build(s)
	return err
}

// Halves is a built Spec.
type Halves struct {
	Encoder, Decoder *Network
}

// Weights is the number of weights of both.
func (n *Halves) Weights() int { return n.Encoder.Weights + n.Decoder.Weights }

// LatentLen is the number of latents of a window.
func (n *Halves) LatentLen() int { return array.Product(n.Encoder.Out) }

// WindowLen is the number of values of a window.
func (n *Halves) WindowLen() int { return array.Product(n.Encoder.In) }

// Channels is the number of quantiser channels: the latents' fastest axis.
func (n *Halves) Channels() int { return n.Encoder.Out[len(n.Encoder.Out)-1] }

// Build makes the networks of s, with weights of 0; what cannot be is fail.ErrSpec.
func Build(s *Spec) (*Halves, error) {
	if len(s.Window) < 1 || len(s.Window) > maxWindowRank {
		return nil, fmt.Errorf("%w: window of rank %d (want 1 to %d)", fail.ErrSpec, len(s.Window), maxWindowRank)
	}
	in := append(slices.Clone(s.Window), 1)
	if err := checkShape(in); err != nil {
		return nil, fmt.Errorf("%w: window: %w", fail.ErrSpec, err)
	}
	encoder, err := NewNetwork(in, s.Encoder)
	if err != nil {
		return nil, fmt.Errorf("%w: encoder: %w", fail.ErrSpec, err)
	}
	decoder, err := NewNetwork(encoder.Out, s.Decoder)
	if err != nil {
		return nil, fmt.Errorf("%w: decoder: %w", fail.ErrSpec, err)
	}
	n := &Halves{encoder, decoder}
	if got := array.Product(decoder.Out); got != n.WindowLen() {
		return nil, fmt.Errorf("%w: the decoder gives %d values, the window has %d", fail.ErrSpec, got, n.WindowLen())
	}
	if n.Weights() > maxWeights {
		return nil, fmt.Errorf("%w: %d weights (at most %d)", fail.ErrSpec, n.Weights(), maxWeights)
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
