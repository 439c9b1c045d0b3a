package main

import (
	"encoding/json"
	"errors"
	"os/exec"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// jsonHas FILE PATH[=VALUE]... checks fields of the one JSON object in a file
// (or stdout). A path is joined by dots; a value is compared as JSON.
func jsonHas(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: jsonhas FILE PATH[=VALUE]...")
	}
	d := json.NewDecoder(strings.NewReader(ts.ReadFile(args[0])))
	d.UseNumber() // all digits
	var object map[string]any
	ts.Check(d.Decode(&object))
	if d.More() {
		ts.Fatalf("%s holds more than one JSON value", args[0])
	}
	for _, arg := range args[1:] {
		path, want, compared := strings.Cut(arg, "=")
		got, ok := lookUp(object, strings.Split(path, "."))
		if !ok {
			ts.Fatalf("no field %s in %v", path, object)
		}
		if b, err := json.Marshal(got); err != nil || compared && string(b) != want {
			ts.Fatalf("%s is %s, want %s", path, b, want)
		}
	}
}

func lookUp(v any, path []string) (any, bool) {
	for _, name := range path {
		switch parent := v.(type) {
		case map[string]any:
			child, ok := parent[name]
			if !ok {
				return nil, false
			}
			v = child
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i < 0 || i >= len(parent) {
				return nil, false
			}
			v = parent[i]
		default:
			return nil, false
		}
	}
	return v, true
}

// exitStatus is the exit code that running a command ended with.
func exitStatus(err error) int {
	var e *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &e):
		return e.ExitCode()
	}
	return -1
}

// sameBits A B fails unless two files (or stdout) are equal.
func sameBits(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: samebits A B")
	}
	if (ts.ReadFile(args[0]) == ts.ReadFile(args[1])) == neg {
		ts.Fatalf("%s and %s: equal is %v", args[0], args[1], neg)
	}
}
