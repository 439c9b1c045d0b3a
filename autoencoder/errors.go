package autoencoder

import (
	"errors"
	"fmt"

	"github.com/morselcodec/morsel/formats"
)

var (
	// ErrModel marks a model file or checkpoint that is damaged, impossible or
	// of another version.
	ErrModel = errors.New("unusable model file")

	// ErrSpec marks an architecture whose layers do not fit together, or that
	// is larger than this package runs.
	ErrSpec = errors.New("impossible architecture")

	// ErrOptions marks training options that contradict each other or the data.
	ErrOptions = errors.New("impossible training options")

	// ErrDiverged marks a training whose loss or gradient became infinite or
	// NaN: lower the learning rate.
	ErrDiverged = errors.New("the training diverged")
)

// errChanged marks a set that gives other data when it is read again.
var errChanged = fmt.Errorf("%w: changed while it was read", formats.ErrFormat)
