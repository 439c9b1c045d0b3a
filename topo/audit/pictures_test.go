package audit

import (
	"testing"

	"github.com/morselcodec/morsel/formats/array"
)

func TestSlice(t *testing.T) {
	// The middle plane of a 4x3x1100 field, every third column.
	n := 4 * 3 * 1100
	a := &array.Array[float32]{Shape: []int{4, 3, 1100}, Data: make([]float32, n)}
	for i := range a.Data {
		a.Data[i] = float32(i)
	}
	s := compare(t, a, a, &Options{NoPersistence: true}).Pictures.Slice
	if s.Width != 367 || s.Height != 3 || s.Original[0] != 2*3*1100 || s.Original[367] != 2*3*1100+1100 || s.Original[1] != 2*3*1100+3 {
		t.Errorf("%dx%d: %v", s.Width, s.Height, s.Original[:3])
	}
}

func TestHistogram(t *testing.T) {
	x := &array.Array[float64]{Shape: []int{4}, Data: []float64{0, 0, 0, 0}}
	y := &array.Array[float64]{Shape: []int{4}, Data: []float64{-2, 0, 0.01, 2}}
	h := compare(t, x, y, nil).Pictures.Histogram
	if h.Limit != 2 || h.Counts[0] != 1 || h.Counts[bins/2] != 2 || h.Counts[bins-1] != 1 {
		t.Errorf("%+v", h)
	}
}
