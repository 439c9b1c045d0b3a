package constraint

import (
	"slices"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/grid"
)

func TestMarkExtrema(t *testing.T) {
	for name, c := range map[string]struct {
		shape   []int
		index   []int64
		minima  []int
		maxima  []int
		missing int // a value that is not ordinary, −1: none
	}{
		"row":      {[]int{6}, []int64{1, 2, 0, 0, 3, 1}, []int{0, 5}, []int{1, 4}, -1},
		"plateau":  {[]int{3}, []int64{1, 1, 1}, nil, nil, -1},
		"alone":    {[]int{1, 1}, []int64{1}, nil, nil, -1},
		"diagonal": {[]int{3, 3}, []int64{0, 5, 5, 5, 1, 5, 5, 5, 2}, []int{0}, nil, -1},
		"gap":      {[]int{5}, []int64{4, 3, 0, 3, 4}, []int{1, 3}, []int{0, 4}, 2},
	} {
		g := grid.New(c.shape)
		gr := NewGraph(&g, false, nil)
		if c.missing >= 0 {
			gr.State[c.missing] = 0
		}
		x := NewExtrema(gr, false)
		x.MarkExtrema(c.index)
		want := make([]uint8, g.Size)
		for _, p := range c.minima {
			want[p] = 1 << Minimum
		}
		for _, p := range c.maxima {
			want[p] = 1 << Maximum
		}
		if !slices.Equal(x.Mark, want) {
			t.Errorf("%s: marks %v, want %v", name, x.Mark, want)
		}
	}
}
