package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
)

func TestParseRegion(t *testing.T) {
	shape := []int{10, 20, 3}
	for _, c := range []struct {
		in            string
		lo, hi, shape []int
	}{
		{"0:10,0:20,0:3", []int{0, 0, 0}, []int{10, 20, 3}, []int{10, 20, 3}},
		{":,5:", []int{0, 5, 0}, []int{10, 20, 3}, []int{10, 15, 3}},
		{"9:10, :1, 2", []int{9, 0, 2}, []int{10, 1, 3}, []int{1, 1}},
		{"3", []int{3, 0, 0}, []int{4, 20, 3}, []int{20, 3}},
		{"-1,-20,-3:-1", []int{9, 0, 0}, []int{10, 1, 2}, []int{2}},
		{"...,1", []int{0, 0, 1}, []int{10, 20, 2}, []int{10, 20}},
		{"-2:,...,-1", []int{8, 0, 2}, []int{10, 20, 3}, []int{2, 20}},
		{"...", []int{0, 0, 0}, []int{10, 20, 3}, []int{10, 20, 3}},
		{"-0", []int{0, 0, 0}, []int{1, 20, 3}, []int{20, 3}},
		{"1,2,0,...", []int{1, 2, 0}, []int{2, 3, 1}, []int{1}},
		{"1,2,0", []int{1, 2, 0}, []int{2, 3, 1}, []int{1}},
	} {
		r, err := parseRegion(c.in, shape)
		if err != nil || !slices.Equal(r.lo, c.lo) || !slices.Equal(r.hi, c.hi) || !slices.Equal(r.shape, c.shape) {
			t.Errorf("%q: got %+v %v; want %v", c.in, r, err, c)
		}
	}
	for in, words := range map[string]string{
		"": "neither", "0:1,0:1,0:1,0:1": "4 indices for the 3 dimensions", "0:11": "reaches beyond dimension 0, which has 10",
		"5:5": "empty", "6:5": "empty", "-1:5": "empty", "-11:": "reaches beyond", "a:5": "neither", "10": "want -10 to 9", "-11": "beyond dimension 0",
		"0:4:2": "step", "::": "step", "...,...": "once", "0,,1": "neither", ":-0": "empty", "0,1,2,...,2": "4 indices", "0x1": "neither",
	} {
		if r, err := parseRegion(in, shape); exit.Code(err) != exit.Usage || !strings.Contains(err.Error(), words) {
			t.Errorf("%q: got %+v, %v; want a usage error with %q", in, r, err, words)
		}
	}
	if r, err := parseRegion(":,1", []int{0, 2}); err != nil || !slices.Equal(r.shape, []int{0}) {
		t.Errorf("an axis without extent: %+v, %v", r, err)
	}
}
