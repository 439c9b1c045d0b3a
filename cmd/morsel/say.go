package main

import (
	"fmt"
	"io"
	"io/fs"

	"github.com/morselcodec/morsel/cmd/morsel/internal/console"
	"github.com/morselcodec/morsel/formats"
)

// sayf writes one message to stderr, in the one style that all have.
func (e *env) sayf(format string, args ...any) {
	fmt.Fprintf(e.stderr, "morsel: %s\n", formats.Printable(fmt.Sprintf(format, args...)))
}

// warnf says what a user should know although the command goes on.
func (e *env) warnf(format string, args ...any) { e.sayf("warning: "+format, args...) }

// printJSON writes one JSON object to stdout.
func (e *env) printJSON(v any) error { return console.WriteJSON(e.Stdout, v) }

// summary is where a command's human-readable result goes: stdout, unless the
// output itself does.
func (e *env) summary(output string) io.Writer {
	if output == "-" {
		return e.stderr
	}
	return e.Stdout
}

// progress begins a bar on a terminal; its length comes with the first update.
func (e *env) progress(what string) *console.Progress {
	if !e.terminal {
		return nil
	}
	return console.NewProgress(e.stderr, what)
}

// sticky remembers that a write failed, for those who do not look.
type sticky struct {
	io.Writer
	err error
}

func (s *sticky) Write(p []byte) (int, error) {
	n, err := s.Writer.Write(p)
	if err != nil && s.err == nil {
		s.err = err
	}
	return n, err
}

// Stat describes the file that the writer is.
func (s *sticky) Stat() (fs.FileInfo, error) {
	if f, ok := s.Writer.(interface{ Stat() (fs.FileInfo, error) }); ok {
		return f.Stat()
	}
	return nil, fs.ErrInvalid
}
