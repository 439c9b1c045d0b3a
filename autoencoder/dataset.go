package autoencoder

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/morselcodec/morsel/autoencoder/internal/fail"
	"github.com/morselcodec/morsel/autoencoder/internal/layers"
	"github.com/morselcodec/morsel/autoencoder/internal/scaling"
	"github.com/morselcodec/morsel/formats/array"
)

// dataset is what a training draws its windows from. Values are kept as
// float32, of which the centre has been taken off and which are at most about 1;
// those that are missing as NaN.
type dataset struct {
	window       []int
	train, valid []region
	record       DataRecord
	norm         scaling.Normalisation // of the field
	kept         scaling.Normalisation // of the values as they are kept
	span         float64               // the farthest of them from the centre, which is kept as 1
}

// region is a part of an array: lead examples, and of their trailing axes a box.
type region struct {
	data   []float32
	source int   // which array of the set
	array  []int // trailing axes of the array, as many as the window has
	start  []int // where the box begins
	dims   []int // its sides
	first  int   // the example it begins with
	lead   int
}

func (r region) values() int { return r.lead * layers.Length(r.dims) }

func wholeArray(h array.Header, window []int) (region, error) {
	rank := len(window)
	lead := len(h.Shape) - rank
	if lead < 0 {
		return region{}, fail.Misfit(fmt.Sprintf("an array of shape %s has fewer axes than the window %s; choose a window of fewer axes, or leave the array out",
			array.FormatShape(h.Shape), array.FormatShape(window)))
	}
	dims := slices.Clone(h.Shape[lead:])
	return region{array: dims, start: make([]int, rank), dims: dims, lead: layers.Length(h.Shape[:lead])}, nil
}

// period says which values of a whole array are in its first part: of every
// period of them the first ones.
func (r region) period(part region) (period, first int64) {
	if part.lead != r.lead {
		return int64(r.values()), int64(part.values())
	}
	for a, n := range part.dims {
		if n != r.dims[a] {
			rest := int64(layers.Length(r.dims[a+1:]))
			return int64(r.dims[a]) * rest, int64(n) * rest
		}
	}
	return int64(r.values()), int64(r.values())
}

// split cuts off the last part: of the leading examples if there are several,
// otherwise along the axis that comes closest to that part when both sides keep
// a window.
func (r region) split(part float64, window []int) (train, valid region, ok bool) {
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
		return r, region{}, false
	}
	train.dims, valid.dims, valid.start = slices.Clone(r.dims), slices.Clone(r.dims), slices.Clone(r.start)
	train.dims[axis] -= rows
	valid.dims[axis] = rows
	valid.start[axis] += train.dims[axis]
	return train, valid, true
}

// windowVariance estimates the variance about each window's own mean.
func (d *dataset) windowVariance(ctx context.Context) (float64, error) {
	const windows = 1024
	x := make([]float32, layers.Length(d.window))
	rng := rand.New(rand.NewPCG(0, 1))
	var square float64
	for range windows {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		d.draw(x, d.train, rng)
		var mean float64
		for _, v := range x {
			mean += float64(v) / float64(len(x))
		}
		for _, v := range x {
			square += float64((float64(v) - mean) * (float64(v) - mean))
		}
	}
	return square / float64(windows*len(x)), nil
}

// each visits the valid values of the training regions in order, until ctx is
// done.
func (d *dataset) each(ctx context.Context, visit func(v float64)) error {
	for _, r := range d.train {
		width := r.dims[len(r.dims)-1]
		for row := range r.lead * layers.Length(r.dims[:len(r.dims)-1]) {
			for part := range slices.Chunk(r.data[r.line(row):][:width], pieceValues) {
				if err := ctx.Err(); err != nil {
					return err
				}
				for _, v := range part {
					if !scaling.IsSpecial(v) {
						visit(float64(v))
					}
				}
			}
		}
	}
	return nil
}

// line returns where the row-th line along the fastest axis begins.
func (r region) line(row int) int {
	last := len(r.dims) - 1
	at, stride := r.start[last]+r.first*layers.Length(r.array), r.array[last]
	for a := last - 1; a >= 0; a-- {
		at += (r.start[a] + row%r.dims[a]) * stride
		row /= r.dims[a]
		stride *= r.array[a]
	}
	return at + row*stride
}

// A window of which more than half is missing is drawn again, this often.
const redraws = 16

// draw copies a random window of one of the regions into dst.
func (d *dataset) draw(dst []float32, from []region, rng *rand.Rand) {
	var total int
	for _, r := range from {
		total += r.values()
	}
	for range redraws {
		at := rng.IntN(total)
		i := 0
		for at >= from[i].values() {
			at -= from[i].values()
			i++
		}
		r := from[i]
		lead := at / layers.Length(r.dims)
		origin := make([]int, len(d.window))
		for a, w := range d.window {
			if free := r.dims[a] - w; free > 0 {
				origin[a] = rng.IntN(free + 1)
			}
		}
		r.cut(dst, d.window, lead, origin)
		if mend(dst) <= len(dst)/2 {
			return
		}
	}
}

// cut copies the window at origin, counted from the box, of example lead;
// where it sticks out, the box's edge is repeated.
func (r region) cut(dst []float32, window []int, lead int, origin []int) {
	last := len(window) - 1
	width := window[last]
	n := min(width, r.dims[last]-origin[last])
	for i := range layers.Length(window[:last]) {
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

// mend replaces missing values by the valid one before them, or the first
// valid one, or the mean, and returns their number.
func mend(x []float32) int {
	if !anySpecial(x) {
		return 0
	}
	last, missing := float32(0), 0
	for i := len(x) - 1; i >= 0; i-- {
		if !scaling.IsSpecial(x[i]) {
			last = x[i]
		}
	}
	for i, v := range x {
		if scaling.IsSpecial(v) {
			x[i] = last
			missing++
		} else {
			last = v
		}
	}
	return missing
}

// anySpecial reports whether a value is NaN or infinite. Sums of v−v tell, and
// four of them do not wait for each other.
func anySpecial(x []float32) bool {
	var s [4]float32
	for ; len(x) >= 4; x = x[4:] {
		s[0] += x[0] - x[0]
		s[1] += x[1] - x[1]
		s[2] += x[2] - x[2]
		s[3] += x[3] - x[3]
	}
	for _, v := range x {
		s[0] += v - v
	}
	return scaling.IsSpecial(s[0] + s[1] + s[2] + s[3])
}
