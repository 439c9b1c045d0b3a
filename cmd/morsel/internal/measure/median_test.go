package measure

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestMedian(t *testing.T) {
	calls := 0
	if _, runs, err := Median(t.Context(), time.Nanosecond, func() error { calls++; time.Sleep(time.Millisecond); return nil }); err != nil || runs != 1 || calls != 1 {
		t.Errorf("a long run: %d runs, %d calls (%v)", runs, calls, err)
	}
	calls = 0
	if _, runs, err := Median(t.Context(), time.Hour, func() error {
		if calls++; calls > 5 {
			return context.Canceled
		}
		return nil
	}); !errors.Is(err, context.Canceled) || runs != 0 {
		t.Errorf("a failing run: %d runs (%v)", runs, err)
	}
}
