package synth

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/morselcodec/morsel/formats/array"
)

// ShallowWater simulates water in a walled container, disturbed by Gaussian
// bumps at random places, and takes snapshots of the surface height over the
// level at rest. An example's shape is [snapshots, rows, columns], by default
// [8, 64, 64]; its first snapshot is the initial state.
//
// Lengths are relative to the container's shorter side and times to what a long
// wave takes to cross it, so the same options mean the same waves on any grid.
// Heights and the depth share a unit, and gravity plays no part.
type ShallowWater struct {
	Options
	// Bumps is how many bumps there are at least, and MaxBumps at most; 0 means
	// one, and no more than Bumps.
	Bumps, MaxBumps int
	// Amplitude is the height of a bump, or the depth of a hollow if it is
	// negative; zero means exactly 1.
	Amplitude Range
	// Width is the standard deviation of a bump, zero means from 4/64 to 6/64.
	Width Range
	// Depth is that of the water at rest; 0 means 10. The smaller it is against
	// the bumps the more nonlinear the waves. It must be at least twice the
	// height of all bumps together: breaking waves are beyond the method.
	Depth float64
	// Interval is the time from one snapshot to the next; 0 means 1/8.
	Interval float64
}

// Generate returns an array of shape [Count, snapshots, rows, columns]. Its
// progress is counted in snapshots.
func (o ShallowWater) Generate(ctx context.Context) (*array.Array[float32], error) {
	shape, err := o.shape("shallow-water", 8, 64, 64)
	if err != nil {
		return nil, err
	}
	if err := o.setDefaults(); err != nil {
		return nil, err
	}
	count := o.count(1)
	a, err := newArray("shallow-water", count, shape)
	if err != nil {
		return nil, err
	}
	snapshots, rows, cols := shape[0], shape[1], shape[2]
	// The water's own unit of length is a cell, of time what a long wave takes
	// to cross one.
	side := float64(min(rows, cols))
	interval := o.Interval * side
	n, dt := timeSteps(interval, o.Depth, o.highest())

	steps := progress{report: o.Progress, total: count * snapshots}
	err = forEach(ctx, a, count, o.Seed, func(rng *rand.Rand, _ int, dst []float32) error {
		w := newWater(rows, cols, o.Depth)
		for range o.Bumps + rng.IntN(o.MaxBumps-o.Bumps+1) {
			y, x := between(rng, Range{0, float64(rows - 1)}), between(rng, Range{0, float64(cols - 1)})
			w.addBump(y, x, between(rng, o.Amplitude), between(rng, o.Width)*side)
		}
		for k := range snapshots {
			for range n * min(k, 1) {
				if err := ctx.Err(); err != nil {
					return context.Cause(ctx)
				}
				w.step(dt)
			}
			frame := dst[k*rows*cols : (k+1)*rows*cols]
			for i, h := range w.now.height {
				frame[i] = float32(h)
			}
			steps.step()
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

func (o *ShallowWater) setDefaults() error {
	const name = "shallow-water"
	if o.Bumps == 0 {
		o.Bumps = 1
	}
	if o.MaxBumps == 0 {
		o.MaxBumps = o.Bumps
	}
	if o.Bumps < 0 || o.MaxBumps < o.Bumps || o.MaxBumps > 1<<20 {
		return fmt.Errorf("synth: %s: %d to %d bumps (want a range above 0)", name, o.Bumps, o.MaxBumps)
	}
	o.Amplitude = o.Amplitude.or(Range{1, 1})
	if !(o.Amplitude.Min <= o.Amplitude.Max) || math.IsInf(o.Amplitude.Max-o.Amplitude.Min, 0) {
		return fmt.Errorf("synth: %s: amplitude from %v to %v (want a finite range)", name, o.Amplitude.Min, o.Amplitude.Max)
	}
	o.Width = o.Width.or(Range{4. / 64, 6. / 64})
	if !(o.Width.Min > 0 && o.Width.Min <= o.Width.Max) || math.IsInf(o.Width.Max, 1) {
		return fmt.Errorf("synth: %s: width from %v to %v (want a finite range above 0)", name, o.Width.Min, o.Width.Max)
	}
	if o.Depth == 0 {
		o.Depth = 10
	}
	if err := checkPositive(name, "depth", o.Depth); err != nil {
		return err
	}
	if o.Depth < 2*o.highest() {
		return fmt.Errorf("synth: %s: depth %v for bumps of %v together (want at least twice as deep)", name, o.Depth, o.highest())
	}
	if o.Interval == 0 {
		o.Interval = 1. / 8
	}
	return checkPositive(name, "interval", o.Interval)
}

// highest returns the height that all bumps together can reach.
func (o *ShallowWater) highest() float64 {
	return float64(float64(o.MaxBumps) * max(math.Abs(o.Amplitude.Min), math.Abs(o.Amplitude.Max)))
}

func checkPositive(kind, what string, x float64) error {
	if !(x > 0 && x <= 1e9) {
		return fmt.Errorf("synth: %s: %s is %v (want a number above 0, at most 1e9)", kind, what, x)
	}
	return nil
}
