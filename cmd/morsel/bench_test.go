package main

import (
	"slices"
	"testing"

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
