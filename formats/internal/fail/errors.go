// Package fail makes the errors of reading files: what is malformed, what is
// sound but not read, and what is the device's own.
package fail

import (
	"errors"
	"fmt"
	"io"
)

// ErrFormat marks input that is not what its format, header or shape says.
var ErrFormat = errors.New("malformed input")

// A sentinel matches ErrFormat too, though its text does not call the input
// malformed.
type sentinel string

func (s sentinel) Error() string { return string(s) }

func (sentinel) Is(target error) bool { return target == ErrFormat }

// ErrShape marks an impossible or mismatched shape. It matches ErrFormat too.
var ErrShape error = sentinel("bad shape")

// ErrInexact marks integers that float64 cannot hold; they can only be
// compressed losslessly. It matches ErrFormat too.
var ErrInexact error = sentinel("not exact in float64")

// ErrValue marks values that their element type cannot hold. It matches
// ErrFormat too.
var ErrValue error = sentinel("no value of the type")

// ErrUnsupported marks input that is sound but is not read: a file of another
// kind, a column of text. It matches ErrFormat too.
var ErrUnsupported = errors.New("not supported")

// unsupported is an error whose message does not call the input malformed.
type unsupported struct{ error }

func (unsupported) Is(target error) bool { return target == ErrUnsupported || target == ErrFormat }
func (u unsupported) Unwrap() error      { return u.error }

// Unsupportedf returns an error that matches [ErrUnsupported].
func Unsupportedf(format string, args ...any) error {
	return unsupported{fmt.Errorf(format, args...)}
}

// shapeError is of sound arrays whose shape is none to work with.
type shapeError struct{ unsupported }

// Shapef returns an error that matches [ErrShape] and [ErrUnsupported].
func Shapef(format string, args ...any) error {
	return shapeError{unsupported{fmt.Errorf(format, args...)}}
}

func (r shapeError) Is(target error) bool { return target == ErrShape || r.unsupported.Is(target) }

// ErrChanged marks an array that gives other values when it is read again. A
// Source does not notice; who reads it twice does.
var ErrChanged = errors.New("changed while it was read")

// ErrLimit marks a file, sound or not, that takes more memory than the caller
// allows. It matches ErrFormat too.
var ErrLimit error = sentinel("beyond the limit")

// Limitf returns an error that matches [ErrLimit] and says what to do.
func Limitf(format string, args ...any) error {
	return fmt.Errorf("%w: %w: raise it (MaxBytes, --max-memory) if the file can be trusted", ErrLimit, fmt.Errorf(format, args...))
}

// TooLarge returns an error that matches [ErrLimit], of what needs more bytes of
// memory than the limit.
func TooLarge(what string, need, limit int64) error {
	return Limitf("%s needs at least %d bytes of memory, the limit is %d", what, need, limit)
}

// Malformedf returns an error that matches ErrFormat.
func Malformedf(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrFormat, fmt.Errorf(format, args...))
}

// Known reports whether err is nil, matches ErrFormat, or is the device's.
func Known(err error) bool {
	_, device := errors.AsType[*DeviceError](err)
	return device || err == nil || errors.Is(err, ErrFormat)
}

// Damage makes errors of an early end match ErrFormat, and leaves those of the
// device alone.
func Damage(err error) error {
	if Known(err) {
		return err
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	if err == io.ErrUnexpectedEOF {
		return fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return err
}

// A DeviceError is an error of what a file is read from. It says nothing of the
// file, whatever it wraps, and is passed on as what it is.
type DeviceError struct{ err error }

func (e *DeviceError) Error() string { return e.err.Error() }

func (e *DeviceError) Unwrap() error { return e.err }

// Device marks the errors of reading a file, all but its end, as [DeviceError].
func Device(r io.ReaderAt) io.ReaderAt { return device{r} }

type device struct{ io.ReaderAt }

func (d device) ReadAt(p []byte, off int64) (int, error) {
	n, err := d.ReaderAt.ReadAt(p, off)
	if err != nil && err != io.EOF {
		err = &DeviceError{err}
	}
	return n, err
}
