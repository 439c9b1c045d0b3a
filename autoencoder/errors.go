package autoencoder

import (
	"errors"

	"github.com/morselcodec/morsel/formats/array"
)

var (
	// ErrModel marks a model file or checkpoint that is damaged, impossible or
	// of another version.
	ErrModel = errors.New("unusable model file")

	// ErrSpec marks an architecture whose layers do not fit together, or that
	// is larger than this package runs.
	ErrSpec = errors.New("impossible architecture")

	// ErrMemory marks a model that needs more memory than it may take.
	ErrMemory = errors.New("too large a model")

	// ErrOptions marks training options that contradict each other or the data.
	ErrOptions = errors.New("impossible training options")

	// ErrDiverged marks a training whose loss or gradient became infinite or
	// NaN: lower the learning rate.
	ErrDiverged = errors.New("the training diverged")

	// ErrChanged marks a set that gives other data when it is read again.
	ErrChanged = array.ErrChanged
)

// misfit is an array whose shape does not suit the options.
type misfit string

func (m misfit) Error() string { return string(m) }

// Is lets errors.Is find both sides.
func (m misfit) Is(target error) bool {
	return target == ErrOptions || target == array.ErrShape || target == array.ErrFormat
}
