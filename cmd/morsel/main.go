// Command morsel compresses scientific arrays within an error bound, trains
// the models that help it, and says how much of a field's structure survived.
//
// Every command is one file of this package: it reads flags, opens files by
// name, shows progress and turns errors into exit codes. The work itself is in
// the packages below it. See exit.go for the exit codes.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"
	"golang.org/x/term"
)

// grace is how long an interrupted command may take to put things in order.
const grace = 8 * time.Second

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
		stdin:  os.Stdin,
		stdout: os.Stdout,
		stderr: os.Stderr,
		log:    slog.New(slog.NewTextHandler(os.Stderr, nil)),

		terminal:       term.IsTerminal(int(os.Stderr.Fd())),
		stdoutTerminal: term.IsTerminal(int(os.Stdout.Fd())),
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		cancel(interrupted{<-signals})
		select {
		case <-signals: // asked twice
		case <-time.After(grace):
		}
		e.temps.removeAll()
		os.Exit(exitFailure)
	}()
	code := e.run(ctx, os.Args)
	runtime.KeepAlive(ballast)
	os.Exit(code)
}

// interrupted is the cause of a context that a signal ended.
type interrupted struct{ signal os.Signal }

func (i interrupted) Error() string { return "interrupted (" + i.signal.String() + ")" }

// env is what the commands know of the world outside.
type env struct {
	stdin  io.Reader
	stdout io.Writer // results only
	stderr io.Writer // messages and progress
	log    *slog.Logger

	terminal       bool // stderr is a terminal
	stdoutTerminal bool
	temps          temps
}

// run executes one command line and returns its exit code.
func (e *env) run(ctx context.Context, args []string) int {
	app := e.app()
	args, err := flagsFirst(app, args)
	if err == nil {
		err = app.RunContext(ctx, args)
	}
	if err == nil {
		return exitOK
	}
	if cause := context.Cause(ctx); errors.Is(err, context.Canceled) && cause != nil {
		err = cause
	}
	fmt.Fprintln(e.stderr, "morsel:", err)
	return exitCode(err)
}

func (e *env) app() *cli.App {
	return &cli.App{
		Name:  "morsel",
		Usage: "compress scientific arrays within an error bound and prove what survived",
		UsageText: "morsel COMMAND [flags] INPUT...\n\n" +
			"morsel demo                           # the whole story on generated data\n" +
			"morsel compress --rel 1e-3 field.npy  # field.npy.mrsl, every value within 1e-3 of the range\n" +
			"morsel decompress field.npy.mrsl -o back.npy\n" +
			"morsel audit field.npy back.npy       # errors, extrema, persistence",
		Version:         version(),
		HideHelpCommand: false,
		Writer:          e.stdout,
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
}

func unknownCommand(c *cli.Context) error {
	if c.NArg() == 0 {
		return usagef("no command given; see morsel --help")
	}
	return usagef("unknown command %q; see morsel --help", c.Args().First())
}

// usageError receives what urfave/cli thinks of flags.
func usageError(c *cli.Context, err error, _ bool) error {
	if c.Command != nil && c.Command.Name != "" && c.Command.Name != c.App.Name {
		return usagef("%v; see morsel %s --help", err, c.Command.Name)
	}
	return usagef("%v; see morsel --help", err)
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
