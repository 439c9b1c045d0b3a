package measure

import (
	"context"
	"slices"
	"time"
)

// Median runs f once to warm up, and then for about the given time, three times
// at least. If the first run takes longer than that, it is the only one.
func Median(ctx context.Context, budget time.Duration, f func() error) (seconds float64, runs int, err error) {
	var times []float64
	for began := time.Now(); len(times) < 4 || time.Since(began) < budget; {
		if err := ctx.Err(); err != nil {
			return 0, 0, err
		}
		start := time.Now()
		if err := f(); err != nil {
			return 0, 0, err
		}
		times = append(times, time.Since(start).Seconds())
		if len(times) == 1 {
			if times[0] > budget.Seconds() {
				return times[0], 1, nil
			}
			began = time.Now()
		}
	}
	times = times[1:]
	slices.Sort(times)
	return times[len(times)/2], len(times), nil
}
