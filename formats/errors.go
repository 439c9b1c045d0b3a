package formats

import (
	"errors"
	"fmt"
)

// ErrFormat marks input that is not what its format, header or shape says.
var ErrFormat = errors.New("malformed input")

// ErrShape marks an impossible or mismatched shape. It matches ErrFormat too.
var ErrShape = fmt.Errorf("%w: bad shape", ErrFormat)

// ErrInexact marks integers that float64 cannot hold; they can only be
// compressed losslessly. It matches ErrFormat too.
var ErrInexact = fmt.Errorf("%w: not exact in float64", ErrFormat)
