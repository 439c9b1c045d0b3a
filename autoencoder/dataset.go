package autoencoder

import (
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/morselcodec/morsel/formats"
)

// dataset is what a training draws its windows from.
type dataset struct {
	window       []int
	fill         *float64
	train, valid []region
	record       DataRecord
	norm         Normalisation
}

// region is a part of an array: lead examples, and of their trailing axes a box.
type region struct {
	data  []float32
	array []int // trailing axes of the array, as many as the window has
	start []int // where the box begins
	dims  []int // its sides
	lead  int
}

func (r region) values() int { return r.lead * length(r.dims) }

// loadArrays reads the whole set; the arrays are kept, not copied.
func loadArrays(set iter.Seq2[*formats.Array[float32], error]) ([]*formats.Array[float32], error) {
	var arrays []*formats.Array[float32]
	for a, err := range set {
		if err != nil {
			return nil, err
		}
		if err := a.Check(); err != nil {
			return nil, err
		}
		if len(a.Data) > 0 {
			arrays = append(arrays, a)
		}
	}
	if len(arrays) == 0 {
		return nil, fmt.Errorf("%w: no data to train on", ErrOptions)
	}
	return arrays, nil
}

// From this many arrays on, whole arrays are held out for validation; below,
// the end of each.
const splitByArray = 8

func newDataset(arrays []*formats.Array[float32], window []int, s *settings) (*dataset, error) {
	d := &dataset{window: window, fill: s.Fill}
	d.record.Arrays = len(arrays)
	held := map[int]bool{}
	if s.HoldOut > 0 && len(arrays) >= splitByArray {
		count := max(1, int(math.Round(s.HoldOut*float64(len(arrays)))))
		order := rand.New(rand.NewPCG(s.Seed, 0)).Perm(len(arrays))
		for _, i := range order[:min(count, len(arrays)-1)] {
			held[i] = true
		}
	}
	for i, a := range arrays {
		r, err := wholeArray(a, len(window))
		if err != nil {
			return nil, err
		}
		switch {
		case held[i]:
			d.valid = append(d.valid, r)
		case s.HoldOut > 0 && len(arrays) < splitByArray:
			train, valid, ok := r.split(s.HoldOut, window)
			d.train = append(d.train, train)
			if ok {
				d.valid = append(d.valid, valid)
			}
		default:
			d.train = append(d.train, r)
		}
	}
	d.normalise(s.PerWindow)
	return d, nil
}

func wholeArray(a *formats.Array[float32], rank int) (region, error) {
	lead := len(a.Shape) - rank
	if lead < 0 {
		return region{}, fmt.Errorf("%w: %w: array %q of shape %s has fewer axes than the window, which has %d",
			ErrOptions, formats.ErrShape, a.Name, formats.FormatShape(a.Shape), rank)
	}
	dims := a.Shape[lead:]
	return region{data: a.Data, array: dims, start: make([]int, rank), dims: dims, lead: length(a.Shape[:lead])}, nil
}

// split cuts off the last part: of the leading examples if there are several,
// otherwise along the axis that comes closest to that part when both sides keep
// a window.
func (r region) split(part float64, window []int) (train, valid region, ok bool) {
	train, valid = r, r
	if r.lead > 1 {
		valid.lead = min(max(1, int(math.Round(part*float64(r.lead)))), r.lead-1)
		train.lead = r.lead - valid.lead
		valid.data = r.data[train.lead*length(r.array):]
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

// normalise sets normalisation and summary from the training regions.
func (d *dataset) normalise(perWindow bool) {
	d.norm = Normalisation{Scale: 1, PerWindow: perWindow}
	low, high := math.Inf(1), math.Inf(-1)
	var n int64
	var sum float64
	d.each(func(v float64) {
		n++
		sum += v
		low, high = min(low, v), max(high, v)
	})
	for _, r := range d.valid {
		d.record.HeldOut += int64(r.values())
	}
	d.record.Values = n
	if n == 0 {
		return
	}
	d.record.Min, d.record.Max = low, high
	d.norm.Mean = sum / float64(n)
	var square float64
	if perWindow {
		square = d.windowVariance()
	} else {
		d.each(func(v float64) {
			square += float64((v - d.norm.Mean) * (v - d.norm.Mean))
		})
		square /= float64(n)
	}
	// A constant field has no scale of its own.
	if scale := math.Sqrt(square); scale > 1e-12*max(math.Abs(low), math.Abs(high)) {
		d.norm.Scale = scale
	}
}

// windowVariance estimates the variance about each window's own mean.
func (d *dataset) windowVariance() float64 {
	const windows = 1024
	x := make([]float32, length(d.window))
	rng := rand.New(rand.NewPCG(0, 1))
	var square float64
	for range windows {
		d.draw(x, d.train, rng)
		var mean float64
		for _, v := range x {
			mean += float64(v) / float64(len(x))
		}
		for _, v := range x {
			square += float64((float64(v) - mean) * (float64(v) - mean))
		}
	}
	return square / float64(windows*len(x))
}

// each visits the valid values of the training regions in order.
func (d *dataset) each(visit func(v float64)) {
	for _, r := range d.train {
		line := r.dims[len(r.dims)-1]
		for row := range r.lead * length(r.dims[:len(r.dims)-1]) {
			for _, v := range r.data[r.line(row):][:line] {
				if !d.missing(v) {
					visit(float64(v))
				}
			}
		}
	}
}

// line returns where the row-th line along the fastest axis begins.
func (r region) line(row int) int {
	last := len(r.dims) - 1
	at, stride := r.start[last], r.array[last]
	for a := last - 1; a >= 0; a-- {
		at += (r.start[a] + row%r.dims[a]) * stride
		row /= r.dims[a]
		stride *= r.array[a]
	}
	return at + row*stride
}

// missing reports whether v is special or fill.
func (d *dataset) missing(v float32) bool {
	return isSpecial(v) || d.fill != nil && v == float32(*d.fill)
}

// A window of which more than half is missing is drawn again, this often.
const redraws = 16

// draw copies a random window of one of the regions into dst, field units.
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
		lead := at / length(r.dims)
		origin := make([]int, len(d.window))
		for a, w := range d.window {
			if free := r.dims[a] - w; free > 0 {
				origin[a] = rng.IntN(free + 1)
			}
		}
		r.cut(dst, d.window, lead, origin)
		if d.mend(dst) <= len(dst)/2 {
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
	for i := range length(window[:last]) {
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
func (d *dataset) mend(x []float32) int {
	if d.fill == nil && !anySpecial(x) {
		return 0
	}
	last, missing := float32(d.norm.Mean), 0
	for i := len(x) - 1; i >= 0; i-- {
		if !d.missing(x[i]) {
			last = x[i]
		}
	}
	for i, v := range x {
		if d.missing(v) {
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
	return isSpecial(s[0] + s[1] + s[2] + s[3])
}
