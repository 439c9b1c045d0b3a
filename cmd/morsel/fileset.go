package main

import "io"

// fileSet is the files of one run: those it reads are not written to, those it
// writes appear whole or not at all, and temporary ones do not outlive it.
type fileSet struct {
	stdin          io.Reader
	stdout         io.Writer // outputs, and results
	stdoutTerminal bool
	temps          temps
	reading        reading
}
