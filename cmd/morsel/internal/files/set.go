// Package files opens and writes what a command line names: "-" is stdin or
// stdout.
//
// A [Set] is the files of one run. An [Input] can be read at any place and any
// number of times, stdin and pipes too, which are copied first; an [Output]
// appears under its name complete or not at all, never in place of an input, and
// of another file only where its [Destination] says so. Errors have the exit codes
// of package exit.
package files

import "io"

// Set is the files of one run: those it reads are not written to, those it
// writes appear whole or not at all, and temporary ones do not outlive it.
type Set struct {
	Stdin          io.Reader
	Stdout         io.Writer // outputs, and results
	StdoutTerminal bool      // what is binary does not go there
	temps          temps
	reading        reading
}
