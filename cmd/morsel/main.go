// Command morsel compresses scientific arrays within an error bound, trains
// the models that help it, and says how much of a field's structure survived.
//
// Every command is one file of this package, and those that begin with its name:
// it reads flags, opens files by name, shows progress and turns errors into exit
// codes. The work itself is in the packages below it. Rooms of the command's own
// are internal/exit (exit codes), internal/files (inputs and outputs),
// internal/console (tables, JSON, progress bars) and internal/measure (what bench
// finds out).
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
	"github.com/morselcodec/morsel/cmd/morsel/internal/files"
	"github.com/morselcodec/morsel/internal/kernel"
)

// An interrupted command ends by itself soon, and is ended where it cannot,
// such as in a write to a pipe that nobody reads. Training has more time, to
// save what it has learnt.
const (
	shortGrace  = 700 * time.Millisecond
	savingGrace = 8 * time.Second
)

func main() {
	var ballast []byte
	if os.Getenv("GOGC") == "" {
		// The heap is a few large arrays without pointers. Collecting them often
		// costs little and keeps it near what is in use, but not every few
		// megabytes: the ballast, which is never touched, counts as in use.
		debug.SetGCPercent(50)
		ballast = make([]byte, 64<<20)
	}
	e := &env{
		Set:      files.Set{Stdin: os.Stdin, Stdout: os.Stdout, StdoutTerminal: term.IsTerminal(int(os.Stdout.Fd()))},
		stderr:   os.Stderr,
		terminal: term.IsTerminal(int(os.Stderr.Fd())),
	}
	code := e.run(e.signals(), os.Args)
	runtime.KeepAlive(ballast)
	os.Exit(code)
}

// signals returns a context that SIGINT, SIGTERM and SIGHUP end; a second of
// them, or waiting in vain, ends the process.
func (e *env) signals() context.Context {
	signal.Notify(make(chan os.Signal, 1), failedWrites...)
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // as under nohup
		signal.Notify(signals, syscall.SIGHUP)
	}
	go func() {
		cause := interrupted{<-signals}
		cancel(cause)
		select {
		case <-signals: // asked twice
		case <-time.After(max(time.Duration(e.grace.Load()), shortGrace)):
		}
		e.RemoveTemps()
		e.sayf("%v", cause)
		os.Exit(exit.Failure)
	}()
	return ctx
}

// interrupted is the cause of a context that a signal ended.
type interrupted struct{ signal os.Signal }

func (i interrupted) Error() string { return "interrupted (" + i.signal.String() + ")" }

// env is what the commands know of the world outside.
type env struct {
	files.Set
	stderr   io.Writer    // messages and progress
	terminal bool         // stderr is a terminal
	grace    atomic.Int64 // how long it may go on after a signal, in nanoseconds
}

// run executes one command line and returns its exit code.
func (e *env) run(ctx context.Context, args []string) int {
	stdout := &sticky{Writer: e.Stdout}
	e.Stdout = stdout
	app := e.app()
	args, err := flagsFirst(app, args)
	if err == nil {
		err = app.RunContext(ctx, args)
	}
	if stdout.err != nil && (err == nil || errors.Is(err, stdout.err)) {
		err = fmt.Errorf("cannot write to stdout: %w", stdout.err)
	}
	if err == nil {
		return exit.OK
	}
	if cause := context.Cause(ctx); errors.Is(err, context.Canceled) && cause != nil {
		err = cause
	}
	for _, line := range exit.Messages(err) {
		e.sayf("%s", line)
	}
	return exit.Code(err)
}

func (e *env) app() *cli.App {
	app := &cli.App{
		Name:  "morsel",
		Usage: "compress scientific arrays within an error bound and prove what survived",
		UsageText: "morsel COMMAND [flags] INPUT...\n\n" +
			"morsel demo                           # the whole story on generated data\n" +
			"morsel compress --rel 1e-3 field.npy  # field.npy.mrsl, every value within 1e-3 of the range\n" +
			"morsel decompress field.npy.mrsl -o back.npy\n" +
			"morsel audit field.npy back.npy       # errors, extrema, persistence",
		Version:         version(),
		HideHelpCommand: false,
		Writer:          e.Stdout,
		ErrWriter:       e.stderr,
		ExitErrHandler:  func(*cli.Context, error) {}, // run reports errors
		OnUsageError:    usageError,
		Action:          unknownCommand,
		Commands: []*cli.Command{
			e.demoCommand(),
			e.generateCommand(),
			e.trainCommand(),
			e.compressCommand(),
			e.decompressCommand(),
			e.auditCommand(),
			e.infoCommand(),
			e.benchCommand(),
			e.completionCommand(),
		},
	}
	for _, c := range app.Commands {
		c.Before = checkKernel
	}
	return app
}

// checkKernel refuses a choice of instructions that the library would ignore.
func checkKernel(*cli.Context) error {
	if err := kernel.CheckChoice(os.Getenv(kernel.Variable)); err != nil {
		return exit.Usagef("%w", err)
	}
	return nil
}

func unknownCommand(c *cli.Context) error {
	if c.NArg() == 0 {
		return exit.Usagef("no command given; see morsel --help")
	}
	return exit.Usagef("unknown command %q; see morsel --help", c.Args().First())
}

// badNumber is how urfave/cli puts it; all flags that it parses take whole
// numbers.
var badNumber = regexp.MustCompile(`^invalid value "(.*)" for flag -(\S+):`)

// dashed is a flag as one writes it.
func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// usageError receives what urfave/cli thinks of flags.
func usageError(c *cli.Context, err error, _ bool) error {
	if m := badNumber.FindStringSubmatch(err.Error()); m != nil {
		return exit.Usagef("%s %s: want a whole number, 0 or more", dashed(m[2]), m[1])
	}
	if c.Command != nil && c.Command.Name != "" && c.Command.Name != c.App.Name {
		return exit.Usagef("%v; see morsel %s --help", err, c.Command.Name)
	}
	return exit.Usagef("%v; see morsel --help", err)
}

// version is the module's version, or the revision it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "devel-" + s.Value[:12]
		}
	}
	return "devel"
}
