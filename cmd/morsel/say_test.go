package main

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
)

// Joined errors are one message each; a line break in a name is none.
func TestMessages(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{errors.New("a"), "morsel: a\n"},
		{errors.Join(errors.New("a"), errors.Join(errors.New("b"), errors.New("c"))), "morsel: a\nmorsel: b\nmorsel: c\n"},
		{errors.New("x\nmorsel: warning: y"), "morsel: x\\nmorsel: warning: y\n"},
		{fmt.Errorf("%w of\n%w", errors.New("a"), errors.New("b")), "morsel: a of\\nb\n"},
	} {
		var stderr bytes.Buffer
		e := &env{stderr: &stderr}
		for _, line := range exit.Messages(c.err) {
			e.sayf("%s", line)
		}
		if stderr.String() != c.want {
			t.Errorf("%q: got %q; want %q", c.err, &stderr, c.want)
		}
	}
}
