package main

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

// Exit codes.
const (
	exitOK      = 0
	exitFailure = 1 // something went wrong while running
	exitUsage   = 2 // the command line makes no sense
	exitGate    = 3 // a bound or a topology gate failed
	exitInput   = 4 // an input is missing, unreadable or corrupt
	exitModel   = 5 // a model was not found
)

// coded is an error that knows its exit code.
type coded struct {
	code int
	err  error
}

func (c *coded) Error() string { return c.err.Error() }
func (c *coded) Unwrap() error { return c.err }

func usagef(format string, args ...any) error {
	return &coded{exitUsage, fmt.Errorf(format, args...)}
}

// flagError says what is wrong with a flag, given as err.
func flagError(flag string, err error) error { return usagef("%s: %s", flag, plain(err)) }

// plain is the text of an error about a flag, whose value is no input that could
// be malformed.
func plain(err error) string {
	text := err.Error()
	for _, kind := range []error{formats.ErrShape, formats.ErrValue, formats.ErrFormat, codec.ErrOptions, autoencoder.ErrOptions} {
		text = strings.TrimPrefix(text, kind.Error()+": ")
	}
	return text
}

func inputf(format string, args ...any) error {
	return &coded{exitInput, fmt.Errorf(format, args...)}
}

func gatef(format string, args ...any) error {
	return &coded{exitGate, fmt.Errorf(format, args...)}
}

func modelf(format string, args ...any) error {
	return &coded{exitModel, fmt.Errorf(format, args...)}
}

// inputError marks a failure to open or read the input called name.
func inputError(name string, err error) error {
	if c := (*coded)(nil); errors.As(err, &c) { // it says what it is, too
		return fmt.Errorf("%s: %w", name, err)
	}
	if p := (*fs.PathError)(nil); errors.As(err, &p) { // it names the file
		return inputf("cannot read input: %w", err)
	}
	switch {
	case errors.Is(err, codec.ErrLimit), errors.Is(err, formats.ErrLimit): // it may be sound
		return fmt.Errorf("%s: %w", name, err)
	case errors.Is(err, formats.ErrOptions):
		return usagef("%s: %w", name, err)
	}
	return inputf("%s: %w", name, err)
}

// exitCode finds the exit code of an error: the one it was given, or that of
// the sentinel it matches.
func exitCode(err error) int {
	var c *coded
	var help cli.ExitCoder
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &c):
		return c.code
	case errors.As(err, &help): // of the cli package: no such help topic
		return exitUsage
	case errors.Is(err, codec.ErrLimit), errors.Is(err, formats.ErrLimit): // a corrupt file's, too
		return exitFailure
	case errors.Is(err, codec.ErrModelNotFound):
		return exitModel
	case errors.Is(err, codec.ErrOptions), errors.Is(err, autoencoder.ErrOptions), errors.Is(err, autoencoder.ErrSpec):
		return exitUsage
	case errors.Is(err, codec.ErrCorrupt), errors.Is(err, codec.ErrVersion), errors.Is(err, formats.ErrChanged),
		errors.Is(err, autoencoder.ErrModel), errors.Is(err, formats.ErrFormat):
		return exitInput
	}
	return exitFailure
}
