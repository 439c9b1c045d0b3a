package measure

import (
	"slices"
	"testing"
)

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
