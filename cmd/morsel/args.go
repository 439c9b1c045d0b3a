package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
	"github.com/morselcodec/morsel/cmd/morsel/internal/files"
)

// flagsFirst reorders a command line so that the flags of a command precede
// its arguments, because urfave/cli stops parsing at the first argument. It
// finds unknown, repeated and incomplete flags on the way. "--" ends the
// flags, and "-" is an argument (stdin or stdout).
func flagsFirst(app *cli.App, args []string) ([]string, error) {
	if len(args) < 2 {
		return args, nil
	}
	command := app.Command(args[1])
	if command == nil || command.Name == "help" {
		return args, nil
	}
	known := map[string]cli.Flag{}
	for _, f := range append([]cli.Flag{cli.HelpFlag}, command.Flags...) {
		for _, name := range f.Names() {
			known[name] = f
		}
	}
	seen := map[cli.Flag]bool{}
	flags := args[:2:2]
	var rest []string
	for i := 2; i < len(args); i++ {
		arg := args[i]
		if arg == "--" {
			rest = append(rest, args[i+1:]...)
			break
		}
		if arg == "-" || !strings.HasPrefix(arg, "-") {
			rest = append(rest, arg)
			continue
		}
		name, value, hasValue := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(arg, "-"), "-"), "=")
		flag := known[name]
		switch {
		case flag == nil:
			return nil, exit.Usagef("unknown flag %s%s", arg, hint(command))
		case seen[flag] && !repeatable(flag):
			return nil, exit.Usagef("flag %s was given twice", arg)
		}
		seen[flag] = true
		flags = append(flags, arg)
		if takesValue(flag) && !hasValue {
			if i++; i == len(args) {
				return nil, exit.Usagef("flag %s needs a value%s", arg, hint(command))
			}
			value = args[i]
			flags = append(flags, value)
		}
		if takesValue(flag) && value == "" { // of a variable that is not set, perhaps
			return nil, exit.Usagef("flag %s has an empty value; leave it out, or give it one%s", dashed(name), hint(command))
		}
	}
	if seen[cli.HelpFlag] { // of the command, whatever it was to work on
		rest = nil
	}
	return append(append(flags, "--"), rest...), nil
}

func repeatable(f cli.Flag) bool {
	d, ok := f.(cli.DocGenerationSliceFlag)
	return ok && d.IsSliceFlag()
}

func takesValue(f cli.Flag) bool {
	d, ok := f.(cli.DocGenerationFlag)
	return ok && d.TakesValue()
}

func hint(c *cli.Command) string {
	return fmt.Sprintf("; see morsel %s --help", c.Name)
}

// takesMany is files.ManyInputs for a command that takes files.
func takesMany(names []string) string {
	if len(names) == 1 && slices.Contains([]string{"INPUT", "ARCHIVE", "FILE"}, names[0]) {
		return "; " + files.ManyInputs
	}
	return ""
}

// arguments returns the arguments of a command that wants exactly those named.
func arguments(c *cli.Context, names ...string) ([]string, error) {
	got := c.Args().Slice()
	switch {
	case len(got) < len(names):
		return nil, exit.Usagef("%s is missing%s", names[len(got)], hint(c.Command))
	case len(names) == 0 && len(got) > 0:
		return nil, exit.Usagef("unexpected argument %q%s", got[0], hint(c.Command))
	case len(got) > len(names):
		return nil, exit.Usagef("unexpected argument %q after %s%s%s", got[len(names)], strings.Join(names, " "), takesMany(names), hint(c.Command))
	}
	for i, arg := range got {
		if arg == "" {
			return nil, exit.Usagef("%s is empty%s", names[i], hint(c.Command))
		}
		got[i] = standard(arg, 0)
	}
	return got, nil
}
