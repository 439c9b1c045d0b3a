package main

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec"
	"github.com/morselcodec/morsel/formats"
)

func TestExitCode(t *testing.T) {
	_, missing := os.Open("no such file")
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, exitOK},
		{errors.New("disk on fire"), exitFailure},
		{missing, exitFailure}, // an output, say; inputs go through inputError
		{inputError("x", missing), exitInput},
		{inputError("stdin", errors.New("read error")), exitInput},
		{usagef("bad"), exitUsage},
		{gatef("gate"), exitGate},
		{modelf("no model"), exitModel},
		{fmt.Errorf("x: %w", codec.ErrModelNotFound), exitModel},
		{fmt.Errorf("x: %w", &codec.CorruptError{Section: "header", Err: errors.New("y")}), exitInput},
		{fmt.Errorf("x: %w", codec.ErrVersion), exitInput},
		{fmt.Errorf("x: %w", codec.ErrOptions), exitUsage},
		{fmt.Errorf("x: %w", autoencoder.ErrModel), exitInput},
		{fmt.Errorf("x: %w", autoencoder.ErrOptions), exitUsage},
		{fmt.Errorf("x: %w", &autoencoder.FillError{}), exitUsage},
		{fmt.Errorf("x: %w", autoencoder.ErrChanged), exitInput},
		{fmt.Errorf("x: %w", formats.ErrShape), exitInput},
		// What a command says goes before what a package below it means.
		{usagef("--shape: %w", formats.ErrShape), exitUsage},
		{errors.Join(nil, gatef("gate")), exitGate},
	} {
		if got := exitCode(c.err); got != c.want {
			t.Errorf("%v: exit code %d; want %d", c.err, got, c.want)
		}
	}
}
