package predict

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/grid"
)

// recurringField is a pattern without any structure of its own, the same in all slices
// but for noise.
func recurringField(n, rows, cols int, noise float64) (grid.Grid, []float32) {
	rng := rand.New(rand.NewPCG(41, 42))
	x := make([]float32, n*rows*cols)
	for i := range x {
		pattern := float64(i%(rows*cols)*7919%1009) / 1009
		x[i] = float32(pattern + noise*rng.NormFloat64())
	}
	return grid.New([]int{n, rows, cols}), x
}

// What recurs in all slices is most of what a pass differs by.
func TestRecurringShare(t *testing.T) {
	g, x := recurringField(60, 40, 40, 0.003)
	for _, p := range g.Passes([]int{0, 1, 2}) {
		if !hasRunningMean(&g, &p) {
			continue
		}
		if share := shareOfMean(&g, &p, x); share < 0.9 {
			t.Errorf("level %d axis %d: a share of %v recurs, want almost all", p.Level, p.Axis, share)
		}
	}
	for i := range x {
		x[i] = float32(i * 7919 % 1009) // nothing recurs
	}
	p := g.Pass(1, 2, [grid.MaxRank]bool{true, true})
	if share := shareOfMean(&g, &p, x); share > 0.3 {
		t.Errorf("a share of %v recurs in noise", share)
	}
}

// Each mean is that of the slices before.
func TestRunningMeans(t *testing.T) {
	g, x := recurringField(20, 4, 9, 0.5)
	p := g.Pass(1, 2, [grid.MaxRank]bool{true, true})
	var r runningMean[float32]
	r.begin(&g, &p)
	diff := func(slice, row, i int) float64 {
		at := (slice*4+row)*9 + 1 + 2*i
		return float64(x[at]) - (float64(x[at-1])+float64(x[at+1]))/2
	}
	g.Lines(&p, func(l *grid.Line) {
		for i, got := range r.next(l, x, x) {
			want := 0.0
			for s := range l.At[0] {
				want += diff(s, l.At[1], i)
			}
			want /= max(float64(l.At[0]), 1)
			if d := got - want; d > 1e-12 || d < -1e-12 {
				t.Fatalf("slice %d, row %d, point %d: mean %v, want %v", l.At[0], l.At[1], i, got, want)
			}
		}
	})
}

// Half of an odd subnormal number is rounded before anything is taken from it,
// also where a processor could do both at once.
func TestRunningMeanIsNotFused(t *testing.T) {
	const least = math.SmallestNonzeroFloat64
	var x []float64
	for range minSlices {
		x = append(x, 3*least, 7*least, 0) // b is 1.5, to even 2
	}
	g := grid.New([]int{minSlices, 3})
	p := g.Pass(1, 1, [grid.MaxRank]bool{true})
	var r runningMean[float64]
	r.begin(&g, &p)
	g.Lines(&p, func(l *grid.Line) {
		if got := r.next(l, x, x)[0]; l.At[0] > 0 && got != 5*least {
			t.Fatalf("slice %d: mean %v, want %v", l.At[0], got, 5*least)
		}
	})
}
