package array

import "github.com/morselcodec/morsel/formats/internal/fail"

var (
	// ErrFormat marks input that is not what its format, header or shape says.
	ErrFormat = fail.ErrFormat

	// ErrShape marks an impossible or mismatched shape. It matches ErrFormat too.
	ErrShape = fail.ErrShape

	// ErrValue marks values that their element type cannot hold. It matches
	// ErrFormat too.
	ErrValue = fail.ErrValue

	// ErrInexact marks integers that float64 cannot hold; they can only be
	// compressed losslessly. It matches ErrFormat too.
	ErrInexact = fail.ErrInexact

	// ErrUnsupported marks input that is sound but is not read: a file of another
	// kind, a column of text. It matches ErrFormat too.
	ErrUnsupported = fail.ErrUnsupported

	// ErrChanged marks an array that gives other values when it is read again. A
	// Source does not notice; who reads it twice does.
	ErrChanged = fail.ErrChanged
)
