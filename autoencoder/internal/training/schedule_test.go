package training

import (
	"errors"
	"math"
	"testing"

	"github.com/morselcodec/morsel/autoencoder/internal/fail"
	"github.com/morselcodec/morsel/internal/kernel"
)

func TestSchedules(t *testing.T) {
	for _, c := range []struct {
		s        Schedule
		done     float64
		halvings int
		want     float64
	}{
		{Cosine, 0, 0, 1}, {Cosine, 0.5, 0, 0.5025}, {Cosine, 1, 0, 0.005}, {Cosine, 2, 0, 0.005},
		{Restarts, 0, 0, 1}, {Restarts, 1.0 / 14, 0, 0.5025}, {Restarts, 1.0 / 7, 0, 1}, {Restarts, 2.0 / 7, 0, 0.5025}, {Restarts, 3.0 / 7, 0, 1}, {Restarts, 1, 0, 0.005},
		{Constant, 0.9, 3, 1}, {Plateau, 0.9, 0, 1}, {Plateau, 0.1, 3, 0.125},
	} {
		if got := c.s.factor(c.done, c.halvings); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v at %v after %d halvings: %v, want %v", c.s, c.done, c.halvings, got, c.want)
		}
	}
	for step, want := range []float64{0.25, 0.5, 0.75, 1, 1} {
		if got := warmUp(step, 4); got != want {
			t.Errorf("warm-up at step %d of 4: %v, want %v", step, got, want)
		}
	}
	for s := range scheduleNames {
		if got, err := ParseSchedule(Schedule(s).String()); err != nil || got != Schedule(s) {
			t.Errorf("ParseSchedule(%q) = %v, %v", Schedule(s), got, err)
		}
	}
	if _, err := ParseSchedule("linear"); !errors.Is(err, fail.ErrOptions) {
		t.Errorf("error %v, want %v", err, fail.ErrOptions)
	}
}

func TestClip(t *testing.T) {
	p := kernel.NewPool(1)
	g := []float32{3, 4}
	if !clip(p, g, 10) || g[0] != 3 || g[1] != 4 {
		t.Errorf("a short gradient became %v", g)
	}
	if !clip(p, g, 1) || math.Abs(float64(g[0])-0.6) > 1e-6 || math.Abs(float64(g[1])-0.8) > 1e-6 {
		t.Errorf("clipped to %v, want 0.6 and 0.8", g)
	}
	if clip(p, []float32{float32(math.NaN())}, 1) || clip(p, []float32{float32(math.Inf(1))}, 1) {
		t.Error("a gradient that is not finite passed")
	}
}
