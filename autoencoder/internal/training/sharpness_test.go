package training

import (
	"math"
	"testing"
)

func TestMeanDifference(t *testing.T) {
	// Two windows of 2x3 counting up: differences of 1 along the rows, 4 in
	// each, and of 3 down the columns, 3 in each.
	x := []float32{0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5}
	if got, want := meanDifference(x, []int{2, 3}), (8*1+6*3)/14.0; math.Abs(got-want) > 1e-12 {
		t.Errorf("mean difference %v, want %v", got, want)
	}
}
