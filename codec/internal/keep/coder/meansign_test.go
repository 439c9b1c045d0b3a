package coder

import (
	"testing"

	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/keep/constraint"
)

// The mean of up to 16 signs is theirs; later ones weigh 1/16.
func TestSignRecurrence(t *testing.T) {
	g := grid.New([]int{40, 2, 3})
	r := newMeanSign(&g)
	if r.start(&constraint.Direction{Offset: [grid.MaxRank]int{1}}) {
		t.Error("edges along the first axis recur")
	}
	for _, signs := range [][]uint8{
		{constraint.Rising}, {constraint.Falling, constraint.Rising}, {constraint.Rising, constraint.Rising, constraint.Falling, constraint.Tied, constraint.Rising}, {constraint.Tied, constraint.Falling, constraint.Falling},
		{constraint.Falling, constraint.Rising, constraint.Falling, constraint.Rising, constraint.Falling, constraint.Rising, constraint.Falling, constraint.Rising, constraint.Falling, constraint.Rising, constraint.Falling, constraint.Falling, constraint.Falling, constraint.Falling, constraint.Falling, constraint.Falling},
	} {
		if !r.start(&constraint.Direction{Offset: [grid.MaxRank]int{0, 1}}) {
			t.Fatal("edges along the second axis do not recur")
		}
		sum := 0
		for k, s := range signs {
			row := r.row(k*g.Size/40+3, 3, k)
			r.update(&row[2], s)
			sum += int(s) - constraint.Tied
			got, want := float64(r.mean[5])/meanUnit, float64(sum)/float64(k+1)
			if got < want-0.01 || got > want+0.01 {
				t.Errorf("%v: mean of %d is %v, want %v", signs, k+1, got, want)
			}
		}
	}
	for range 1000 {
		row := r.row(3, 3, 39)
		r.update(&row[2], constraint.Rising)
		if r.mean[5] > meanUnit {
			t.Fatalf("mean %d above %d", r.mean[5], meanUnit)
		}
	}
	if r.mean[5] < meanUnit*99/100 {
		t.Errorf("mean %d after 1000 rising edges", r.mean[5])
	}
}
