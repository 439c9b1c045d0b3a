package codec

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/formats"
)

// recurringField is a pattern without any structure of its own, the same in all
// slices but for noise.
func recurringField(slices, rows, cols int, noise float64) *formats.Array[float32] {
	rng := rand.New(rand.NewPCG(41, 42))
	a := &formats.Array[float32]{Shape: []int{slices, rows, cols}}
	pattern := make([]float64, rows*cols)
	for i := range pattern {
		pattern[i] = rng.Float64()
	}
	for range slices {
		for _, p := range pattern {
			a.Data = append(a.Data, float32(p+noise*rng.NormFloat64()))
		}
	}
	return a
}

// What recurs in all slices is most of what a pass differs by.
func TestRecurrenceShare(t *testing.T) {
	a := recurringField(60, 40, 40, 0.003)
	g := grid.New(a.Shape)
	for _, p := range g.Passes([]int{0, 1, 2}) {
		if !mayRecur(&g, &p) {
			continue
		}
		if share := recurs(&g, &p, a.Data); share < 0.9 {
			t.Errorf("level %d axis %d: a share of %v recurs, want almost all", p.Level, p.Axis, share)
		}
	}
	for i := range a.Data {
		a.Data[i] = float32(i * 7919 % 1009) // nothing recurs
	}
	p := g.Pass(1, 2, [grid.MaxRank]bool{true, true})
	if share := recurs(&g, &p, a.Data); share > 0.3 {
		t.Errorf("a share of %v recurs in noise", share)
	}
}

// Each average is that of the slices before.
func TestRecurrenceAverages(t *testing.T) {
	a := recurringField(20, 4, 9, 0.5)
	g := grid.New(a.Shape)
	p := g.Pass(1, 2, [grid.MaxRank]bool{true, true})
	var r recurrence[float32]
	r.begin(&g, &p)
	diff := func(slice, row, i int) float64 {
		at := (slice*4+row)*9 + 1 + 2*i
		return float64(a.Data[at]) - (float64(a.Data[at-1])+float64(a.Data[at+1]))/2
	}
	g.Lines(&p, func(l *grid.Line) {
		for i, got := range r.next(l, a.Data, a.Data) {
			want := 0.0
			for s := range l.At[0] {
				want += diff(s, l.At[1], i)
			}
			want /= max(float64(l.At[0]), 1)
			if d := got - want; d > 1e-12 || d < -1e-12 {
				t.Fatalf("slice %d, row %d, point %d: average %v, want %v", l.At[0], l.At[1], i, got, want)
			}
		}
	})
}

// Half of an odd subnormal number is rounded before anything is taken from it,
// also where a processor could do both at once.
func TestRecurrenceIsNotFused(t *testing.T) {
	const least = math.SmallestNonzeroFloat64
	var x []float64
	for range minRecurrence {
		x = append(x, 3*least, 7*least, 0) // b is 1.5, to even 2
	}
	g := grid.New([]int{minRecurrence, 3})
	p := g.Pass(1, 1, [grid.MaxRank]bool{true})
	var r recurrence[float64]
	r.begin(&g, &p)
	g.Lines(&p, func(l *grid.Line) {
		if got := r.next(l, x, x)[0]; l.At[0] > 0 && got != 5*least {
			t.Fatalf("slice %d: average %v, want %v", l.At[0], got, 5*least)
		}
	})
}
