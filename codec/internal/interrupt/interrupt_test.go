package interrupt

import (
	"context"
	"errors"
	"testing"
)

// work counts n values one by one, and returns how many it got to.
func work(w *Watch, n int) (done int, err error) {
	defer Recover(&err)
	for ; done < n; done++ {
		w.After(1)
	}
	return done, nil
}

func TestWatch(t *testing.T) {
	const n = 3 * lookEvery
	ctx, cancel := context.WithCancel(t.Context())
	for _, w := range []*Watch{nil, New(ctx)} {
		if done, err := work(w, n); done != n || err != nil {
			t.Errorf("%d of %d values, %v", done, n, err)
		}
	}
	w := New(ctx)
	w.After(1)
	cancel()
	if done, err := work(w, n); done > lookEvery || !errors.Is(err, context.Canceled) {
		t.Errorf("%d values after the end, %v", done, err)
	}
}

// Other panics are passed on.
func TestRecoverPanics(t *testing.T) {
	defer func() {
		if p := recover(); p != "other" {
			t.Errorf("recovered %v", p)
		}
	}()
	var err error
	defer Recover(&err)
	panic("other")
}
