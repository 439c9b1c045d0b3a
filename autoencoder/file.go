package autoencoder

import (
	"fmt"
	"io"
	"math"
	"sync"

	"github.com/morselcodec/morsel/internal/kernel"
)

// Read reads a model file to its end and verifies it. A file that is damaged,
// truncated or of another version is an error matching [ErrModel].
func Read(r io.Reader) (*Model, error) { return ReadWithin(r, math.MaxInt64) }

// ReadWithin is Read for a model that may take so much memory. One that needs
// more, file included, is an error matching [ErrMemory].
func ReadWithin(r io.Reader, memory int64) (*Model, error) {
	u, err := unseal(modelMagic, r)
	if err != nil {
		return nil, err
	}
	m := &Model{
		file:    u.file,
		id:      u.id,
		pool:    kernel.NewPool(0),
		buffers: &sync.Pool{New: func() any { return new(runBuffers) }},
	}
	if err := u.header(&m.header); err != nil {
		return nil, err
	}
	if m.nets, err = build(&m.header.Spec); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrModel, err)
	}
	if n := m.header.Normalisation; !n.valid() {
		return nil, fmt.Errorf("%w: normalisation by mean %v and scale %v", ErrModel, n.Mean, n.Scale)
	}
	weights, channels := m.nets.weights(), m.nets.channels()
	// While they are unpacked, numbers exist as bytes, which grow, and as such.
	if need := int64(len(u.file)) + 4*4*int64(weights+2*channels); need > memory {
		return nil, fmt.Errorf("%w: a model of %d weights needs %d bytes, the limit is %d", ErrMemory, weights, need, memory)
	}
	numbers, err := u.numbers(weights + 2*channels)
	if err != nil {
		return nil, err
	}
	m.weights = numbers[:weights]
	m.latent = quantiser{numbers[weights:][:channels], numbers[weights+channels:]}
	for c, step := range m.latent.step {
		if step <= 0 {
			return nil, fmt.Errorf("%w: latent channel %d has step %v", ErrModel, c, step)
		}
	}
	return m, nil
}

// Write writes the model file, the same bytes every time.
func (m *Model) Write(w io.Writer) error {
	_, err := w.Write(m.file)
	return err
}
