package dataset

import (
	"fmt"
	"math"
	"slices"

	"github.com/morselcodec/morsel/autoencoder/internal/fail"
	"github.com/morselcodec/morsel/formats/array"
)

// Region is a part of an array: lead examples, and of their trailing axes a box.
type Region struct {
	data   []float32
	source int   // which array of the set
	array  []int // trailing axes of the array, as many as the window has
	start  []int // where the box begins
	dims   []int // its sides
	first  int   // the example it begins with
	lead   int
}

func (r Region) values() int { return r.lead * array.Product(r.dims) }

func wholeArray(h array.Header, window []int) (Region, error) {
	rank := len(window)
	lead := len(h.Shape) - rank
	if lead < 0 {
		return Region{}, fail.Misfit(fmt.Sprintf("an array of shape %s has fewer axes than the window %s; choose a window of fewer axes, or leave the array out",
			array.FormatShape(h.Shape), array.FormatShape(window)))
	}
	dims := slices.Clone(h.Shape[lead:])
	return Region{array: dims, start: make([]int, rank), dims: dims, lead: array.Product(h.Shape[:lead])}, nil
}

// period says which values of a whole array are in its first part: of every
// period of them the first ones.
func (r Region) period(part Region) (period, first int64) {
	if part.lead != r.lead {
		return int64(r.values()), int64(part.values())
	}
	for a, n := range part.dims {
		if n != r.dims[a] {
			rest := int64(array.Product(r.dims[a+1:]))
			return int64(r.dims[a]) * rest, int64(n) * rest
		}
	}
	return int64(r.values()), int64(r.values())
}

// split cuts off the last part: of the leading examples if there are several,
// otherwise along the axis that comes closest to that part when both sides keep
// a window.
func (r Region) split(part float64, window []int) (train, valid Region, ok bool) {
	train, valid = r, r
	if r.lead > 1 {
		valid.lead = min(max(1, int(math.Round(part*float64(r.lead)))), r.lead-1)
		train.lead = r.lead - valid.lead
		valid.first = train.lead
		return train, valid, true
	}
	axis, rows := -1, 0
	for a, n := range r.dims {
		held := max(window[a], int(math.Round(part*float64(n))))
		if n-held >= window[a] && (axis < 0 || held*r.dims[axis] < rows*n) {
			axis, rows = a, held
		}
	}
	if axis < 0 {
		return r, Region{}, false
	}
	train.dims, valid.dims, valid.start = slices.Clone(r.dims), slices.Clone(r.dims), slices.Clone(r.start)
	train.dims[axis] -= rows
	valid.dims[axis] = rows
	valid.start[axis] += train.dims[axis]
	return train, valid, true
}

// line returns where the row-th line along the fastest axis begins.
func (r Region) line(row int) int {
	last := len(r.dims) - 1
	at, stride := r.start[last]+r.first*array.Product(r.array), r.array[last]
	for a := last - 1; a >= 0; a-- {
		at += (r.start[a] + row%r.dims[a]) * stride
		row /= r.dims[a]
		stride *= r.array[a]
	}
	return at + row*stride
}

// cut copies the window at origin, counted from the box, of example lead;
// where it sticks out, the box's edge is repeated.
func (r Region) cut(dst []float32, window []int, lead int, origin []int) {
	last := len(window) - 1
	width := window[last]
	n := min(width, r.dims[last]-origin[last])
	for i := range array.Product(window[:last]) {
		row, rest, stride := 0, i, 1
		for a := last - 1; a >= 0; a-- {
			row += min(origin[a]+rest%window[a], r.dims[a]-1) * stride
			rest /= window[a]
			stride *= r.dims[a]
		}
		src := r.data[r.line(row+lead*stride)+origin[last]:][:n]
		line := dst[i*width:][:width]
		copy(line, src)
		for k := n; k < width; k++ {
			line[k] = src[n-1]
		}
	}
}
