package autoencoder

import (
	"github.com/morselcodec/morsel/autoencoder/internal/fail"
	"github.com/morselcodec/morsel/formats/array"
)

var (
	// ErrModel marks a model file or checkpoint that is damaged, impossible or
	// of another version.
	ErrModel = fail.ErrModel

	// ErrSpec marks an architecture whose layers do not fit together, or that
	// is larger than this package runs.
	ErrSpec = fail.ErrSpec

	// ErrMemory marks a model that needs more memory than it may take.
	ErrMemory = fail.ErrMemory

	// ErrOptions marks training options that contradict each other or the data.
	ErrOptions = fail.ErrOptions

	// ErrDiverged marks a training whose loss or gradient became infinite or
	// NaN: lower the learning rate.
	ErrDiverged = fail.ErrDiverged

	// ErrChanged marks a set that gives other data when it is read again.
	ErrChanged = array.ErrChanged
)
