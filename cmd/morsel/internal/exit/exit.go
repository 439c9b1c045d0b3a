// Package exit gives errors the exit codes of the command, and the words in which
// they are told.
//
// A command that knows the code of an error makes it with [Usagef] and its like;
// what comes from the packages below has the code of the sentinel that it
// matches, which [Code] finds.
package exit

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec"
	"github.com/morselcodec/morsel/formats"
)

// The exit codes; the README lists them, too.
const (
	OK      = 0
	Failure = 1 // something went wrong while running
	Usage   = 2 // the command line makes no sense
	Gate    = 3 // a bound or a topology gate failed
	Input   = 4 // an input is missing, unreadable or corrupt
	Model   = 5 // a model was not found
)

// coded is an error that knows its exit code.
type coded struct {
	code int
	err  error
}

func (c *coded) Error() string { return c.err.Error() }
func (c *coded) Unwrap() error { return c.err }

// Usagef makes an error of the command line.
func Usagef(format string, args ...any) error {
	return &coded{Usage, fmt.Errorf(format, args...)}
}

// FlagError says what is wrong with a flag, given as err.
func FlagError(flag string, err error) error { return Usagef("%s: %s", flag, Plain(err)) }

// Plain is the text of an error about a flag, whose value is no input that could
// be malformed.
func Plain(err error) string {
	text := err.Error()
	for _, kind := range []error{formats.ErrShape, formats.ErrValue, formats.ErrFormat, codec.ErrOptions, autoencoder.ErrOptions} {
		text = strings.TrimPrefix(text, kind.Error()+": ")
	}
	return text
}

// Inputf makes an error of an input.
func Inputf(format string, args ...any) error {
	return &coded{Input, fmt.Errorf(format, args...)}
}

// Gatef makes an error of a bound or a gate that failed.
func Gatef(format string, args ...any) error {
	return &coded{Gate, fmt.Errorf(format, args...)}
}

// Modelf makes an error of a model that was not found.
func Modelf(format string, args ...any) error {
	return &coded{Model, fmt.Errorf(format, args...)}
}

// InputError marks a failure to open or read the input called name.
func InputError(name string, err error) error {
	if c := (*coded)(nil); errors.As(err, &c) { // it says what it is, too
		return fmt.Errorf("%s: %w", name, err)
	}
	if p := (*fs.PathError)(nil); errors.As(err, &p) { // it names the file
		return Inputf("cannot read input: %w", err)
	}
	switch {
	case errors.Is(err, codec.ErrLimit), errors.Is(err, formats.ErrLimit): // it may be sound
		return fmt.Errorf("%s: %w", name, err)
	case errors.Is(err, formats.ErrOptions):
		return Usagef("%s: %w", name, err)
	}
	return Inputf("%s: %w", name, err)
}

// Code finds the exit code of an error: the one it was given, or that of
// the sentinel it matches.
func Code(err error) int {
	var c *coded
	var help cli.ExitCoder
	switch {
	case err == nil:
		return OK
	case errors.As(err, &c):
		return c.code
	case errors.As(err, &help): // of the cli package: no such help topic
		return Usage
	case errors.Is(err, codec.ErrLimit), errors.Is(err, formats.ErrLimit): // a corrupt file's, too
		return Failure
	case errors.Is(err, codec.ErrModelNotFound):
		return Model
	case errors.Is(err, codec.ErrOptions), errors.Is(err, autoencoder.ErrOptions), errors.Is(err, autoencoder.ErrSpec):
		return Usage
	case errors.Is(err, codec.ErrCorrupt), errors.Is(err, codec.ErrVersion), errors.Is(err, formats.ErrChanged),
		errors.Is(err, autoencoder.ErrModel), errors.Is(err, formats.ErrFormat):
		return Input
	}
	return Failure
}

// Messages returns what an error says, a line each: of errors that were joined,
// each of them.
func Messages(err error) []string {
	joined, ok := any(err).(interface{ Unwrap() []error })
	if !ok || !strings.Contains(err.Error(), "\n") {
		return []string{err.Error()}
	}
	var all, parts []string
	for _, err := range joined.Unwrap() {
		parts = append(parts, err.Error())
		all = append(all, Messages(err)...)
	}
	if strings.Join(parts, "\n") != err.Error() { // it wraps several
		return []string{err.Error()}
	}
	return all
}
