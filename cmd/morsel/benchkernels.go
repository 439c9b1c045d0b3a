package main

import (
	"fmt"
	"runtime"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/morselcodec/morsel/cmd/morsel/internal/measure"
	"github.com/morselcodec/morsel/internal/bench"
	"github.com/morselcodec/morsel/internal/kernel"
)

// kernelResult is what bench --json prints without files.
type kernelResult struct {
	Kernel  string       `json:"kernel"`
	Threads int          `json:"threads"`
	Cases   []kernelCase `json:"cases"`
}

type kernelCase struct {
	Name    string  `json:"name"`
	About   string  `json:"about"`
	Seconds float64 `json:"seconds"`
	GFlops  float64 `json:"gflops,omitempty"`
	GBytes  float64 `json:"gb_per_second,omitempty"`
	Runs    int     `json:"runs"`
}

// benchKernels times the numerical loops.
func (e *env) benchKernels(c *cli.Context, workers int, budget time.Duration) error {
	result := kernelResult{Kernel: kernel.Active().String(), Threads: workers}
	if workers == 0 {
		result.Threads = runtime.GOMAXPROCS(0)
	}
	for _, test := range bench.Cases(workers) {
		seconds, runs, err := measure.Median(c.Context, budget, test.Run)
		if err != nil {
			return err
		}
		result.Cases = append(result.Cases, kernelCase{
			Name: test.Name, About: test.About, Seconds: seconds, Runs: runs,
			GFlops: test.Flop / seconds / 1e9, GBytes: test.Bytes / seconds / 1e9,
		})
	}
	if c.Bool("json") {
		return e.printJSON(result)
	}
	fmt.Fprintf(e.Stdout, "%s kernels, %d threads\n", result.Kernel, result.Threads)
	t := tabwriter.NewWriter(e.Stdout, 0, 0, 2, ' ', 0)
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
