package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/morselcodec/morsel/cmd/morsel/internal/console"
	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
	"github.com/morselcodec/morsel/cmd/morsel/internal/files"
	"github.com/morselcodec/morsel/formats"
	"github.com/morselcodec/morsel/internal/synth"
)

func generateKinds() []string { return synth.Kinds() }

func (e *env) generateCommand() *cli.Command {
	return &cli.Command{
		Name:      "generate",
		Usage:     "make example data: " + strings.Join(generateKinds(), ", "),
		UsageText: "morsel generate [flags] KIND",
		Description: `The same seed gives the same bytes on every machine. Several examples are stacked
along a new first dimension.

Kinds:
   shallow-water   surface height of a wave between walls, in time, y and x
   sinusoid        one noisy period under a growing or shrinking envelope
   random-walk     windows of a price-like random walk
   spheres         points of ten spheres within a larger one

Examples:
   morsel generate shallow-water --seed 1 -o wave.npy
   morsel generate shallow-water --count 200 --shape 8,64,64 -o waves.npy
   morsel generate random-walk -o walk_1024.f32`,
		Flags: append(outputFlags("array `FILE` to write; the extension gives its format, \"-\" is NPY to stdout (default: KIND.npy)"),
			&cli.Uint64Flag{Name: "seed", Usage: "random seed `N`"},
			intFlag("count", "`N` examples", "the kind's"),
			textFlag("shape", "`SHAPE` of one example, slowest dimension first (default: the kind's)"),
			jsonFlag(),
		),
		OnUsageError: usageError,
		Action:       e.generate,
	}
}

// generateResult is what generate --json prints.
type generateResult struct {
	Output  string  `json:"output"`
	Kind    string  `json:"kind"`
	Seed    uint64  `json:"seed"`
	DType   string  `json:"dtype"`
	Shape   []int   `json:"shape"`
	Seconds float64 `json:"seconds"`
}

func (e *env) generate(c *cli.Context) error {
	start := time.Now()
	args, err := arguments(c, "KIND")
	if err != nil {
		return err
	}
	kind := args[0]
	if !slices.Contains(generateKinds(), kind) {
		return exit.Usagef("unknown kind %q: want one of %s", kind, strings.Join(generateKinds(), ", "))
	}
	o := &synth.Options{Seed: c.Uint64("seed"), Count: c.Int("count")}
	if c.IsSet("count") && o.Count < 1 {
		return exit.Usagef("--count %d: want 1 or more", o.Count)
	}
	if s := c.String("shape"); s != "" {
		if o.Shape, err = formats.ParseShape(s); err != nil {
			return exit.FlagError("--shape", err)
		}
	}
	to := destinationFlag(c, kind+".npy")
	format := formats.NPY
	if to.Name != "-" {
		if format, err = formatOf(to.Name); err != nil {
			return err
		}
		if err := (&target{Destination: to, format: format}).resolve(formats.Float32); err != nil {
			return err
		}
	}
	if err := e.CheckOutput(to, c.Bool("json")); err != nil {
		return err
	}
	bar := e.progress("generating")
	defer bar.End()
	o.Progress = func(done, total int) { bar.Update(int64(done), int64(total)) }
	a, err := synth.Generate(c.Context, kind, o)
	if err != nil {
		return usageUnlessCanceled(c, err)
	}
	if err := e.writeArray(c.Context, to, format, formats.FromArray(a), nil); err != nil {
		return err
	}
	bar.End()
	r := generateResult{to.Name, kind, o.Seed, formats.Float32.String(), a.Shape, time.Since(start).Seconds()}
	if c.Bool("json") {
		return e.printJSON(r)
	}
	return console.Table(e.summary(to.Name),
		[2]string{files.Display(to.Name), fmt.Sprintf("%s, seed %d, %v %s", kind, r.Seed, r.DType, formats.FormatShape(r.Shape))},
		[2]string{"time", fmt.Sprintf("%.2f s", r.Seconds)})
}

// usageUnlessCanceled takes what a generator does not like for a mistake in
// the flags, its only input.
func usageUnlessCanceled(c *cli.Context, err error) error {
	if c.Err() != nil {
		return err
	}
	return exit.Usagef("%s", exit.Plain(err))
}
