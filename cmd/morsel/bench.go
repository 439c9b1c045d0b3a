package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
)

func (e *env) benchCommand() *cli.Command {
	flags := boundFlagList()
	flags = append(flags,
		keepFlag(),
		textFlag("levels", "the effort levels to try: 1-9, or 1,5,9 (`LIST`; default: all)"),
		fillFlag(),
		&cli.StringFlag{Name: "time", Usage: "spend about `TIME` on each case", Value: "2s"},
		boolFlag("no-peers", "leave out the compressors of others"),
		&cli.StringFlag{Name: "python", Value: "python3", Usage: "the `PYTHON` that has h5py and hdf5plugin, for the compressors of others"},
		threadsFlag(),
	)
	flags = append(flags, inputFlags()...)
	return &cli.Command{
		Name:      "bench",
		Usage:     "measure ratio and speed on your files, or the kernels of this machine",
		UsageText: "morsel bench [flags] [FILE...]",
		Description: `For each FILE prints ratio, bits per value and the speed of every effort level, what
smaller chunks cost, and beside them SPERR and zfp at the same bound, if Python finds
them, on shapes where they are known to do as well as their own tools:

   python3 -m pip install h5py hdf5plugin

Arrays are in memory, and what is timed is the call of the library, on one thread
unless -x says otherwise; the median of several runs counts, one of them where a run
takes longer than --time. The others run at --abs and --rel, on one thread.

Without FILE it times matrix products, a training step of each of the paper's models
on a fixed batch, and the loss with its gradient.
It says which instructions the kernels use; MORSEL_KERNEL=portable|neon|avx2|avx512
chooses others, for every command.

Examples:
   morsel bench field.npy                     # --rel 1e-3
   morsel bench --rel 1e-2 --levels 1,5,9 u_25x125x125.f64
   morsel bench --json --no-peers field.npy   # for a script
   morsel bench                               # kernels, about half a minute`,
		Flags:        append(flags, jsonFlag()),
		OnUsageError: usageError,
		Action:       e.bench,
	}
}

func (e *env) bench(c *cli.Context) error {
	workers, err := threads(c)
	if err != nil {
		return err
	}
	budget, err := duration(c, "time")
	if err != nil {
		return err
	}
	if c.NArg() > 0 {
		return e.benchFiles(c, budget)
	}
	for _, f := range c.Command.Flags {
		if name := f.Names()[0]; c.IsSet(name) && !slices.Contains([]string{"time", "threads", "json"}, name) {
			return exit.Usagef("--%s says how to compress a FILE, and none is given%s", name, hint(c.Command))
		}
	}
	return e.benchKernels(c, workers, budget)
}

// levelList reads --levels: numbers and ranges from 1 to 9.
func levelList(s string) ([]int, error) {
	if s == "" {
		s = "1-9"
	}
	var list []int
	for _, part := range strings.Split(s, ",") {
		from, to, isRange := strings.Cut(strings.TrimSpace(part), "-")
		if !isRange {
			to = from
		}
		a, errA := strconv.Atoi(from)
		b, errB := strconv.Atoi(to)
		if errA != nil || errB != nil || a < 1 || b > 9 || a > b {
			return nil, exit.Usagef("--levels %s: %q is no level from 1 to 9, nor a range such as 1-5", s, part)
		}
		for level := a; level <= b; level++ {
			list = append(list, level)
		}
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}
