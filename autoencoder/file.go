package autoencoder

import (
	"io"
	"math"
	"sync"

	"github.com/morselcodec/morsel/autoencoder/internal/container"
	"github.com/morselcodec/morsel/autoencoder/internal/modelfile"
	"github.com/morselcodec/morsel/internal/kernel"
)

// IsModel reports whether head, the first bytes of a file, are those of a model
// or of a checkpoint; eight are enough.
func IsModel(head []byte) bool { return container.IsModel(head) }

// Read reads a model file to its end and verifies it. A file that is damaged,
// truncated or of another version is an error matching [ErrModel]; the reader's own
// errors are passed on, and are [io.ErrNoProgress] for one that gives nothing for
// ever.
func Read(r io.Reader) (*Model, error) { return ReadWithin(r, math.MaxInt64) }

// ReadWithin is Read for a model that may take so many bytes of memory. One that
// needs more, file included, is an error matching [ErrMemory].
func ReadWithin(r io.Reader, memory int64) (*Model, error) {
	var training Record
	c := &modelfile.Contents{Training: &training}
	file, err := c.Read(r, memory)
	if err != nil {
		return nil, err
	}
	return assemble(c, training, file.Bytes, file.ID), nil
}

// newModel assembles a model and its file.
func newModel(c *modelfile.Contents, training Record) (*Model, error) {
	c.Training = training
	file, id, err := c.Seal()
	if err != nil {
		return nil, err
	}
	return assemble(c, training, file, id), nil
}

func assemble(c *modelfile.Contents, training Record, file []byte, id [32]byte) *Model {
	return &Model{
		contents: c,
		training: training,
		file:     file,
		id:       id,
		pool:     kernel.NewPool(0),
		buffers:  &sync.Pool{New: func() any { return new(runBuffers) }},
	}
}

// Write writes the model file, the same bytes every time.
func (m *Model) Write(w io.Writer) error {
	_, err := w.Write(m.file)
	return err
}
