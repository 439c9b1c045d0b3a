package main

import (
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
	"github.com/morselcodec/morsel/cmd/morsel/internal/files"
)

func testEnv() *env {
	return &env{Set: files.Set{Stdin: strings.NewReader(""), Stdout: io.Discard}, stderr: io.Discard}
}

func TestFlagsFirst(t *testing.T) {
	app := testEnv().app()
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"--version", "--version"},
		{"compress x", "compress -- x"},
		{"compress x --rel 1e-2", "compress --rel 1e-2 -- x"},
		{"compress x -o y", "compress -o y -- x"},
		{"compress --rel=1e-2 x", "compress --rel=1e-2 -- x"},
		{"compress x -9 --json", "compress -9 --json -- x"},
		{"compress --fill -9999 x", "compress --fill -9999 -- x"},
		{"compress -", "compress -- -"},
		{"compress - -o -", "compress -o - -- -"},
		{"compress -- -x --json", "compress -- -x --json"},
		{"audit a --json b", "audit --json -- a b"},
		{"compress --help", "compress --help --"},
		{"compress x --help", "compress --help --"},
		{"compress x -- --help", "compress -- x --help"},
		{"compress -abs 1 x", "compress -abs 1 -- x"},
	} {
		got, err := flagsFirst(app, append([]string{"morsel"}, strings.Fields(c.in)...))
		if err != nil {
			t.Errorf("%q: %v", c.in, err)
			continue
		}
		if want := append([]string{"morsel"}, strings.Fields(c.want)...); !slices.Equal(got, want) {
			t.Errorf("%q: got %q; want %q", c.in, got, want)
		}
	}
}

func TestFlagsFirstErrors(t *testing.T) {
	app := testEnv().app()
	for _, c := range []struct{ in, message string }{
		{"compress x --nosuch", "unknown flag --nosuch"},
		{"compress --kept signs x", "unknown flag --kept"},
		{"compress --pwrong 1 x", "unknown flag --pwrong"},
		{"compress -0 x", "unknown flag -0"},
		{"compress x --rel", "needs a value"},
		{"compress -o a --output b x", "given twice"},
		{"info -5 x", "unknown flag -5"},
		{"compress --shape= x", "flag --shape has an empty value"},
		{"compress x -m=", "flag -m has an empty value"},
	} {
		_, err := flagsFirst(app, append([]string{"morsel"}, strings.Fields(c.in)...))
		if exit.Code(err) != exit.Usage || !strings.Contains(err.Error(), c.message) {
			t.Errorf("%q: got %v (exit %d); want %q and exit 2", c.in, err, exit.Code(err), c.message)
		}
	}
}

func FuzzFlagsFirst(f *testing.F) {
	for _, s := range []string{"compress x --rel 1", "audit - -- -", "train --x=", "info ---", "generate -"} {
		f.Add(s)
	}
	app := testEnv().app()
	f.Fuzz(func(t *testing.T, line string) {
		in := append([]string{"morsel"}, strings.Fields(line)...)
		got, err := flagsFirst(app, slices.Clone(in))
		if err != nil {
			if exit.Code(err) != exit.Usage {
				t.Errorf("%q: %v has exit code %d", line, err, exit.Code(err))
			}
			return
		}
		// Nothing but a "--" comes or goes.
		count := func(list []string) map[string]int {
			m := map[string]int{}
			for _, s := range list {
				if s != "--" {
					m[s]++
				}
			}
			return m
		}
		a, b := count(in), count(got)
		for s, n := range a {
			if b[s] != n {
				t.Errorf("%q became %q", in, got)
			}
		}
	})
}
