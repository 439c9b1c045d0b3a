package pipeline

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"testing"
)

var errTest = errors.New("test error")

func parse(_ context.Context, s string) (int, error) { return strconv.Atoi(s) }

func double(_ context.Context, n int) (int, error) { return 2 * n, nil }

func TestThen(t *testing.T) {
	job := Then(parse, double)
	if got, err := job(t.Context(), "21"); got != 42 || err != nil {
		t.Errorf("got %d, %v; want 42", got, err)
	}
	if _, err := job(t.Context(), "x"); !errors.Is(err, strconv.ErrSyntax) {
		t.Errorf("got error %v; want that of the first stage", err)
	}
}

func TestThenStopsBetweenStages(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	first := func(_ context.Context, n int) (int, error) { cancel(); return n, nil }
	second := func(context.Context, int) (int, error) {
		t.Error("the second stage ran after the context had ended")
		return 0, nil
	}
	if _, err := Then(first, second)(ctx, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v; want context.Canceled", err)
	}
}

func TestUsing(t *testing.T) {
	errRelease := errors.New("release")
	for _, c := range []struct {
		name                     string
		acquire, stage, release_ error
		want                     error
		events                   []string
	}{
		{"ok", nil, nil, nil, nil, []string{"acquire", "run", "release"}},
		{"acquire fails", errTest, nil, nil, errTest, []string{"acquire"}},
		{"stage fails", nil, errTest, errRelease, errTest, []string{"acquire", "run", "release"}},
		{"release fails", nil, nil, errRelease, errRelease, []string{"acquire", "run", "release"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var events []string
			acquire := func(context.Context, int) (int, func() error, error) {
				events = append(events, "acquire")
				return 7, func() error { events = append(events, "release"); return c.release_ }, c.acquire
			}
			stage := func(_ context.Context, n int) (int, error) {
				events = append(events, "run")
				return n, c.stage
			}
			_, err := Using(acquire, stage)(t.Context(), 1)
			if !errors.Is(err, c.want) {
				t.Errorf("got error %v; want %v", err, c.want)
			}
			if !slices.Equal(events, c.events) {
				t.Errorf("got %v; want %v", events, c.events)
			}
		})
	}
}

func TestMeasure(t *testing.T) {
	var m Meter
	during := Metrics{}
	stage := Measure("halve", &m, func(ctx context.Context, s string) (int, error) {
		Count(ctx, 10, 5)
		during = m.Metrics()
		if s == "bad" {
			return 0, errTest
		}
		return 1, nil
	})
	if _, err := stage(t.Context(), "good"); err != nil {
		t.Fatal(err)
	}
	if during.Running != 1 || during.BytesIn != 10 {
		t.Errorf("while running: %+v; want 1 running and 10 bytes in", during)
	}
	_, err := stage(t.Context(), "bad")
	var e *Error
	if !errors.As(err, &e) || e.Stage != "halve" || e.Item != "bad" || !errors.Is(err, errTest) {
		t.Errorf("got error %#v; want stage, item and cause", err)
	}
	if want := "halve bad: test error"; err.Error() != want {
		t.Errorf("got message %q; want %q", err, want)
	}
	got := m.Metrics()
	if got.Seconds <= 0 {
		t.Errorf("no time was counted")
	}
	got.Seconds = 0
	if want := (Metrics{Items: 1, Failed: 1, BytesIn: 20, BytesOut: 10}); got != want {
		t.Errorf("got %+v; want %+v", got, want)
	}
}

func TestMeasureNests(t *testing.T) {
	var inner, outer Meter
	count := func(ctx context.Context, n int) (int, error) { Count(ctx, 1, 0); return n, nil }
	job := Measure("outer", &outer, Then(Measure("inner", &inner, count), count))
	if _, err := job(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if i, o := inner.Metrics().BytesIn, outer.Metrics().BytesIn; i != 1 || o != 1 {
		t.Errorf("inner counted %d bytes, outer %d; want 1 each", i, o)
	}
}

func TestCountWithoutMeter(t *testing.T) {
	Count(t.Context(), 1, 1) // must not panic
	if _, err := Measure("nil meter", nil, double)(t.Context(), 1); err != nil {
		t.Error(err)
	}
}
