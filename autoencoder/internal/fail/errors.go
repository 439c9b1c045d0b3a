// Package fail has the errors that autoencoders are refused with; package
// autoencoder says what they mean to its users.
package fail

import (
	"errors"

	"github.com/morselcodec/morsel/formats/array"
)

// What the public package's errors of the same names say.
var (
	ErrModel    = errors.New("unusable model file")
	ErrSpec     = errors.New("impossible architecture")
	ErrMemory   = errors.New("too large a model")
	ErrOptions  = errors.New("impossible training options")
	ErrDiverged = errors.New("the training diverged")
)

// Misfit is an array whose shape does not suit the options.
type Misfit string

func (m Misfit) Error() string { return string(m) }

// Is lets errors.Is find both sides.
func (m Misfit) Is(target error) bool {
	return target == ErrOptions || target == array.ErrShape || target == array.ErrFormat
}
