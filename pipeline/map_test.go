package pipeline

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// numbers counts from 0 to n−1; the number bad comes with an error.
func numbers(n, bad int) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for i := range n {
			var err error
			if i == bad {
				err = errTest
			}
			if !yield(i, err) {
				return
			}
		}
	}
}

func TestMapOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// Later items are faster, so that unordered results come reversed.
		slow := func(_ context.Context, n int) (int, error) {
			time.Sleep(time.Duration(100-n) * time.Second)
			return n, nil
		}
		for _, unordered := range []bool{false, true} {
			var got []int
			for n, err := range Map(t.Context(), numbers(8, -1), slow, &MapOptions{Workers: 8, Unordered: unordered}) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, n)
			}
			want := []int{0, 1, 2, 3, 4, 5, 6, 7}
			if unordered {
				slices.Reverse(want)
			}
			if !slices.Equal(got, want) {
				t.Errorf("unordered %v: got %v; want %v", unordered, got, want)
			}
		}
	})
}

func TestMapBoundsConcurrency(t *testing.T) {
	const workers = 3
	for _, unordered := range []bool{false, true} {
		var now, most atomic.Int64
		stage := func(_ context.Context, n int) (int, error) {
			most.Store(max(most.Load(), now.Add(1)))
			time.Sleep(time.Millisecond)
			now.Add(-1)
			return n, nil
		}
		count := 0
		for range Map(t.Context(), numbers(40, -1), stage, &MapOptions{Workers: workers, Unordered: unordered}) {
			count++
		}
		if count != 40 {
			t.Errorf("got %d results; want 40", count)
		}
		if m := most.Load(); m > workers {
			t.Errorf("%d items were in work at once; want at most %d", m, workers)
		}
	}
}

func TestMapBackpressure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const workers = 2
		var begun atomic.Int64
		stage := func(_ context.Context, n int) (int, error) { begun.Add(1); return n, nil }
		for _, unordered := range []bool{false, true} {
			begun.Store(0)
			for range Map(t.Context(), numbers(1000, -1), stage, &MapOptions{Workers: workers, Unordered: unordered}) {
				synctest.Wait()
				if b := begun.Load(); b > 3*workers+1 {
					t.Errorf("unordered %v: %d items were begun with one result taken", unordered, b)
				}
				break
			}
		}
	})
}

func TestMapErrorsStayInPlace(t *testing.T) {
	stage := func(_ context.Context, n int) (int, error) {
		if n == 2 {
			return 0, errTest
		}
		return n, nil
	}
	var failed []int
	i := 0
	for _, err := range Map(t.Context(), numbers(6, 4), stage, nil) {
		if errors.Is(err, errTest) {
			failed = append(failed, i)
		}
		i++
	}
	if !slices.Equal(failed, []int{2, 4}) || i != 6 {
		t.Errorf("errors at %v of %d; want at 2 (stage) and 4 (input) of 6", failed, i)
	}
}

// A cancelled Map waits for what runs, begins nothing new, loses no finished
// result, and says why it ended. synctest fails if a goroutine remains.
func TestMapCancel(t *testing.T) {
	for _, unordered := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var begun, ended atomic.Int64
			stage := func(context.Context, int) (int, error) {
				begun.Add(1)
				time.Sleep(time.Second) // deaf to ctx
				ended.Add(1)
				return 1, nil
			}
			ok, last := int64(0), error(nil)
			for _, err := range Map(ctx, numbers(1000, -1), stage, &MapOptions{Workers: 4, Unordered: unordered}) {
				if err == nil {
					ok++
				}
				if ok == 5 {
					cancel()
				}
				last = err
			}
			if begun.Load() != ended.Load() || begun.Load() > 20 {
				t.Errorf("%d begun, %d ended; want all ended and few begun", begun.Load(), ended.Load())
			}
			if ok != ended.Load() {
				t.Errorf("%d results of %d finished items", ok, ended.Load())
			}
			if !errors.Is(last, context.Canceled) {
				t.Errorf("last error %v; want context.Canceled", last)
			}
		})
	}
}

func TestMapBreak(t *testing.T) {
	for _, unordered := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			var begun, ended atomic.Int64
			stage := func(ctx context.Context, n int) (int, error) {
				begun.Add(1)
				defer ended.Add(1)
				if n == 0 {
					return 0, nil
				}
				<-ctx.Done()
				return 0, ctx.Err()
			}
			for range Map(t.Context(), numbers(1000, -1), stage, &MapOptions{Workers: 4, Unordered: unordered}) {
				break
			}
			if begun.Load() != ended.Load() {
				t.Errorf("%d begun, %d ended when the loop was left", begun.Load(), ended.Load())
			}
		})
	}
}

func TestMapChains(t *testing.T) {
	once := Map(t.Context(), numbers(10, 3), double, nil)
	sum, failed := 0, 0
	for n, err := range Map(t.Context(), once, double, nil) {
		if err != nil {
			failed++
		}
		sum += n
	}
	if sum != 4*(45-3) || failed != 1 {
		t.Errorf("sum %d with %d errors; want %d with 1", sum, failed, 4*(45-3))
	}
}
