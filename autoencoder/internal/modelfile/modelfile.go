// Package modelfile reads and writes what a model file holds: an autoencoder's
// description, its networks, and the record of its training. Package container has
// the file's build; FORMAT.md draws both.
//
// What is to join, such as a template or a prior, is a row of sectionKinds and a
// field of [Contents].
package modelfile

import (
	"crypto/sha256"
	"fmt"
	"io"
	"slices"

	"github.com/morselcodec/morsel/autoencoder/internal/container"
	"github.com/morselcodec/morsel/autoencoder/internal/fail"
	"github.com/morselcodec/morsel/autoencoder/internal/layers"
	"github.com/morselcodec/morsel/autoencoder/internal/scaling"
)

// Contents are what a model file holds.
type Contents struct {
	Spec          layers.Spec
	Nets          *layers.Halves // as Spec says
	Weights       []float32      // the encoder's, then the decoder's
	Normalisation scaling.Normalisation
	Latent        scaling.Quantiser
	// Training is what is stored of the training as JSON. Who reads brings a
	// pointer to it, which is left alone where a file has none.
	Training any
}

// Seal lays out the model file, and returns it with the identity that ends it.
func (c *Contents) Seal() (file []byte, id [sha256.Size]byte, err error) {
	split := c.Nets.Encoder.Weights
	s := stored{c, []storedNetwork{
		useEncoder: {input: c.Nets.Encoder.In, layers: c.Spec.Encoder, weights: c.Weights[:split]},
		useDecoder: {input: c.Nets.Decoder.In, layers: c.Spec.Decoder, weights: c.Weights[split:]},
	}}
	sections, err := s.sections()
	if err != nil {
		return nil, id, err
	}
	file, id = container.Seal(container.ModelMagic, sections)
	return file, id, nil
}

// Read fills in the contents from a model file, which it reads to its end and
// returns too. A file that is damaged, truncated or of another version is an error
// matching [fail.ErrModel], one that needs more memory than so many bytes, itself
// included, an error matching [fail.ErrMemory].
func (c *Contents) Read(r io.Reader, memory int64) (*container.File, error) {
	file, err := container.Open(container.ModelMagic, r)
	if err != nil {
		return nil, err
	}
	s := stored{Contents: c}
	if err := s.readSections(file.Sections); err != nil {
		return nil, err
	}
	if err := s.build(); err != nil {
		return nil, fmt.Errorf("%w: %w", fail.ErrModel, err)
	}
	// While they are unpacked, numbers exist as bytes, which grow, and as such.
	weights := c.Nets.Weights()
	if need := int64(len(file.Bytes)) + 4*4*int64(weights+2*c.Nets.Channels()); need > memory {
		return nil, fmt.Errorf("%w: a model of %d weights needs %d bytes, the limit is %d", fail.ErrMemory, weights, need, memory)
	}
	c.Weights = nil
	for use, n := range []*layers.Network{c.Nets.Encoder, c.Nets.Decoder} {
		if c.Weights, err = s.networks[use].packed.Unpack(c.Weights, n.Weights); err != nil {
			return nil, fmt.Errorf("%w: network of use %d: %w", fail.ErrModel, use, err)
		}
	}
	return file, nil
}

// build builds the networks that the sections describe.
func (s *stored) build() (err error) {
	s.Spec.Encoder, s.Spec.Decoder = s.networks[useEncoder].layers, s.networks[useDecoder].layers
	if s.Nets, err = layers.Build(&s.Spec); err != nil {
		return err
	}
	for use, n := range []*layers.Network{s.Nets.Encoder, s.Nets.Decoder} {
		if input := s.networks[use].input; !slices.Equal(input, n.In) {
			return fmt.Errorf("%w: the network of use %d is for inputs %v (want %v)", fail.ErrSpec, use, input, n.In)
		}
	}
	if got := len(s.Latent.Centre); got != s.Nets.Channels() {
		return fmt.Errorf("%w: %d latent channels (the encoder has %d)", fail.ErrSpec, got, s.Nets.Channels())
	}
	return nil
}
