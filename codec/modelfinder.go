package codec

import (
	"bytes"
	"errors"
	"fmt"
	"sync"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec/internal/fault"
)

// The first byte of a model section.
const (
	modelByID   = 0
	modelInline = 1
)

// errNoModel is what is wrong with a chunk of latents in front of which no
// section names their model.
var errNoModel = errors.New("it needs a model, and no section before it names one")

// modelFinder gives an archive's model to those who need it, several at once.
type modelFinder struct {
	find   func(id [32]byte) (*autoencoder.Model, error)
	memory int64 // that a model in the archive may take
	id     [32]byte
	inline bool
	mu     sync.Mutex // over model
	model  *autoencoder.Model
}

// section reads a model section's payload.
func (m *modelFinder) section(payload []byte) error {
	switch {
	case len(payload) == 33 && payload[0] == modelByID:
		copy(m.id[:], payload[1:])
		return nil
	case len(payload) > 0 && payload[0] == modelInline:
		model, err := autoencoder.ReadWithin(bytes.NewReader(payload[1:]), m.memory)
		if errors.Is(err, autoencoder.ErrMemory) {
			return fmt.Errorf("%w: %w (MaxMemory, --max-memory)", fault.ErrLimit, err)
		}
		if err != nil {
			return err
		}
		m.inline, m.model, m.id = true, model.WithWorkers(1), model.ID()
		return nil
	}
	return errors.New("neither a model nor its SHA-256")
}

// get returns the model, which it looks for once.
func (m *modelFinder) get() (*autoencoder.Model, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.model != nil {
		return m.model, nil
	}
	if m.find == nil {
		return nil, fmt.Errorf("%w: the archive needs the model with SHA-256 %x", fault.ErrModelNotFound, m.id)
	}
	model, err := m.find(m.id)
	if err != nil {
		return nil, err
	}
	if model == nil || model.ID() != m.id {
		return nil, fmt.Errorf("%w: the archive needs the model with SHA-256 %x", fault.ErrModelNotFound, m.id)
	}
	m.model = model.WithWorkers(1)
	return m.model, nil
}
