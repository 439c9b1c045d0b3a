package main

import (
	"fmt"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/morselcodec/morsel/internal/bench"
	"github.com/morselcodec/morsel/internal/kernel"
)

func (e *env) benchCommand() *cli.Command {
	return &cli.Command{
		Name:      "bench",
		Usage:     "measure kernels and training steps on this machine",
		UsageText: "morsel bench [flags]",
		Description: `Times matrix products, a training step of each of the paper's models on a fixed
batch, and the loss with its gradient; each several times, of which the median
counts. MORSEL_KERNEL=portable|neon|avx2|avx512 chooses the instructions.

Examples:
   morsel bench                     # about half a minute
   morsel bench -x 1 --json         # one thread, for a script
   MORSEL_KERNEL=avx2 morsel bench`,
		Flags: []cli.Flag{
			&cli.DurationFlag{Name: "time", Usage: "spend about `TIME` on each case", Value: 2 * time.Second},
			threadsFlag(),
			jsonFlag(),
		},
		OnUsageError: usageError,
		Action:       e.bench,
	}
}

// benchResult is what bench --json prints.
type benchResult struct {
	Kernel  string      `json:"kernel"`
	Threads int         `json:"threads"`
	Cases   []benchCase `json:"cases"`
}

type benchCase struct {
	Name    string  `json:"name"`
	About   string  `json:"about"`
	Seconds float64 `json:"seconds"`
	GFlops  float64 `json:"gflops,omitempty"`
	GBytes  float64 `json:"gb_per_second,omitempty"`
	Runs    int     `json:"runs"`
}

func (e *env) bench(c *cli.Context) error {
	if _, err := arguments(c); err != nil {
		return err
	}
	workers, err := threads(c)
	if err != nil {
		return err
	}
	budget := c.Duration("time")
	if budget <= 0 {
		return usagef("--time is %v (want a time above 0, such as 2s)", budget)
	}
	result := benchResult{Kernel: kernel.Active().String(), Threads: workers}
	if workers == 0 {
		result.Threads = runtime.GOMAXPROCS(0)
	}
	for _, test := range bench.Cases(workers) {
		seconds, runs, err := median(c, test.Run, budget)
		if err != nil {
			return err
		}
		result.Cases = append(result.Cases, benchCase{
			Name: test.Name, About: test.About, Seconds: seconds, Runs: runs,
			GFlops: test.Flop / seconds / 1e9, GBytes: test.Bytes / seconds / 1e9,
		})
	}
	if c.Bool("json") {
		return e.printJSON(result)
	}
	fmt.Fprintf(e.stdout, "%s kernels, %d threads\n", result.Kernel, result.Threads)
	t := tabwriter.NewWriter(e.stdout, 0, 0, 2, ' ', 0)
	for _, r := range result.Cases {
		rate := ""
		switch {
		case r.GFlops > 0:
			rate = fmt.Sprintf("%.3g GFLOP/s", r.GFlops)
		case r.GBytes > 0:
			rate = fmt.Sprintf("%.3g GB/s", r.GBytes)
		}
		fmt.Fprintf(t, "%s\t%.3f ms\t%s\n", r.About, 1e3*r.Seconds, rate)
	}
	return t.Flush()
}

// median runs test once to warm up, and then for the given time, three times at
// least.
func median(c *cli.Context, test func() error, budget time.Duration) (seconds float64, runs int, err error) {
	if err := test(); err != nil {
		return 0, 0, err
	}
	var times []float64
	for began := time.Now(); len(times) < 3 || time.Since(began) < budget; {
		if err := c.Err(); err != nil {
			return 0, 0, err
		}
		start := time.Now()
		if err := test(); err != nil {
			return 0, 0, err
		}
		times = append(times, time.Since(start).Seconds())
	}
	slices.Sort(times)
	return times[len(times)/2], len(times), nil
}
