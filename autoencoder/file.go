package autoencoder

import (
	"fmt"
	"io"
	"math"
	"slices"
	"sync"

	"github.com/morselcodec/morsel/autoencoder/internal/container"
	"github.com/morselcodec/morsel/autoencoder/internal/layers"
	"github.com/morselcodec/morsel/autoencoder/internal/scaling"
	"github.com/morselcodec/morsel/internal/kernel"
)

// IsModel reports whether head, the first bytes of a file, are those of a model
// or of a checkpoint; eight are enough.
func IsModel(head []byte) bool { return container.IsModel(head) }

// Read reads a model file to its end and verifies it. A file that is damaged,
// truncated or of another version is an error matching [ErrModel].
func Read(r io.Reader) (*Model, error) { return ReadWithin(r, math.MaxInt64) }

// ReadWithin is Read for a model that may take so much memory. One that needs
// more, file included, is an error matching [ErrMemory].
func ReadWithin(r io.Reader, memory int64) (*Model, error) {
	u, err := container.Open(container.ModelMagic, r)
	if err != nil {
		return nil, err
	}
	var c contents
	if err := c.readSections(u.Sections); err != nil {
		return nil, err
	}
	nets, err := c.build()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrModel, err)
	}
	// While they are unpacked, numbers exist as bytes, which grow, and as such.
	if need := int64(len(u.Bytes)) + 4*4*int64(nets.Weights()+2*nets.Channels()); need > memory {
		return nil, fmt.Errorf("%w: a model of %d weights needs %d bytes, the limit is %d", ErrMemory, nets.Weights(), need, memory)
	}
	weights := make([]float32, nets.Weights())
	split := nets.Encoder.Weights
	for use, part := range [][]float32{weights[:split], weights[split:]} {
		if err := c.networks[use].packed.Unpack(part); err != nil {
			return nil, fmt.Errorf("%w: network of use %d: %w", ErrModel, use, err)
		}
	}
	return assemble(&c, nets, weights, u.Bytes, u.ID), nil
}

// build builds the networks that the sections describe.
func (c *contents) build() (*layers.Halves, error) {
	c.Spec.Encoder, c.Spec.Decoder = c.networks[useEncoder].layers, c.networks[useDecoder].layers
	nets, err := layers.Build(&c.Spec)
	if err != nil {
		return nil, err
	}
	for use, n := range []*layers.Network{nets.Encoder, nets.Decoder} {
		if input := c.networks[use].input; !slices.Equal(input, n.In) {
			return nil, fmt.Errorf("%w: the network of use %d is for inputs %v (want %v)", ErrSpec, use, input, n.In)
		}
	}
	if got := len(c.latent.Centre); got != nets.Channels() {
		return nil, fmt.Errorf("%w: %d latent channels (the encoder has %d)", ErrSpec, got, nets.Channels())
	}
	return nets, nil
}

func assemble(c *contents, nets *layers.Halves, weights []float32, file []byte, id [32]byte) *Model {
	return &Model{
		description: c.description,
		nets:        nets,
		weights:     weights,
		latent:      c.latent,
		file:        file,
		id:          id,
		pool:        kernel.NewPool(0),
		buffers:     &sync.Pool{New: func() any { return new(runBuffers) }},
	}
}

// newModel assembles a model and its file.
func newModel(d description, nets *layers.Halves, weights []float32, latent scaling.Quantiser) (*Model, error) {
	split := nets.Encoder.Weights
	c := &contents{d, latent, []storedNetwork{
		useEncoder: {input: nets.Encoder.In, layers: d.Spec.Encoder, weights: weights[:split]},
		useDecoder: {input: nets.Decoder.In, layers: d.Spec.Decoder, weights: weights[split:]},
	}}
	sections, err := c.sections()
	if err != nil {
		return nil, err
	}
	file, id := container.Seal(container.ModelMagic, sections)
	return assemble(c, nets, weights, file, id), nil
}

// Write writes the model file, the same bytes every time.
func (m *Model) Write(w io.Writer) error {
	_, err := w.Write(m.file)
	return err
}
