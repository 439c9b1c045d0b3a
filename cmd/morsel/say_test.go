package main

import (
	"bytes"
	"encoding/json"
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

// JSON shows no control character either, and says the same.
func TestPrintableJSON(t *testing.T) {
	name := "a\x1b[2J\u009b\u202e\U000e0001 é\x7f\n"
	var b bytes.Buffer
	if err := writeJSON(&b, map[string]string{"name": name}); err != nil {
		t.Fatal(err)
	}
	want := "{\n  \"name\": \"a\\u001b[2J\\u009b\\u202e\\udb40\\udc01 é\\u007f\\n\"\n}\n"
	if b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
	var back map[string]string
	if err := json.Unmarshal(b.Bytes(), &back); err != nil || back["name"] != name {
		t.Errorf("%q, %v; want %q", back, err, name)
	}
}
