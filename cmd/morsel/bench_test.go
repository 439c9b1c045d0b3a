package main

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
)

func TestLevelList(t *testing.T) {
	for s, want := range map[string][]int{
		"":          {1, 2, 3, 4, 5, 6, 7, 8, 9},
		"5":         {5},
		"9, 1,5":    {1, 5, 9},
		"1-3,2-4,9": {1, 2, 3, 4, 9},
	} {
		if got, err := levelList(s); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q gives %v (%v), want %v", s, got, err, want)
		}
	}
	for _, s := range []string{"0", "10", "3-1", "x", "1,,2", "-1", "1-"} {
		if got, err := levelList(s); exit.Code(err) != exit.Usage {
			t.Errorf("%q gives %v (%v), want a usage error", s, got, err)
		}
	}
}

func TestChunkShapes(t *testing.T) {
	for _, test := range []struct {
		shape []int
		size  int
		want  [][]int
	}{
		{[]int{128, 128, 128}, 4, [][]int{{64, 64, 64}, {32, 32, 32}}},
		{[]int{40, 20, 300}, 4, [][]int{{40, 20, 64}, {32, 20, 32}}},
		{[]int{512, 512}, 4, [][]int{{256, 256}}},
		{[]int{30, 20, 10}, 4, nil}, // one chunk
		{[]int{2000, 2, 2}, 4, nil}, // too little in a chunk
		{[]int{0, 5}, 8, nil},       // nothing
		{[]int{1 << 20}, 8, [][]int{{1 << 18}, {1 << 15}}},
	} {
		got := chunkShapes(test.shape, test.size)
		if !slices.EqualFunc(got, test.want, slices.Equal[[]int]) {
			t.Errorf("%v: %v, want %v", test.shape, got, test.want)
		}
	}
}

func TestMedian(t *testing.T) {
	calls := 0
	if _, runs, err := median(t.Context(), time.Nanosecond, func() error { calls++; time.Sleep(time.Millisecond); return nil }); err != nil || runs != 1 || calls != 1 {
		t.Errorf("a long run: %d runs, %d calls (%v)", runs, calls, err)
	}
	calls = 0
	if _, runs, err := median(t.Context(), time.Hour, func() error {
		if calls++; calls > 5 {
			return context.Canceled
		}
		return nil
	}); !errors.Is(err, context.Canceled) || runs != 0 {
		t.Errorf("a failing run: %d runs (%v)", runs, err)
	}
}
