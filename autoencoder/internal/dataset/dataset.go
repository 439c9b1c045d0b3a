// Package dataset reads the arrays that a model is trained on, and draws windows
// from them.
//
// A set of arrays is gone through twice. The survey finds the range, the centre and
// the missing values (NaN, infinite or fill), and divides what is there into what is
// trained on and what is held out; the second reading takes the centre off in
// float64, scales, and keeps float32, so that fields of any magnitude keep their
// shape. A region is a part of an array of which windows are cut.
package dataset

import (
	"math/rand/v2"

	"github.com/morselcodec/morsel/autoencoder/internal/scaling"
	"github.com/morselcodec/morsel/formats/array"
)

// Set is what a training draws its windows from. Values are kept as float32, of
// which the centre has been taken off and which are at most about 1; those that are
// missing as NaN.
type Set struct {
	Window       []int    // shape of one example, slowest axis first
	Train, Valid []Region // to train on, and held out; Valid may be empty
	Record       Record
	Norm         scaling.Normalisation // of the field
	Kept         scaling.Normalisation // of the values as they are kept
	span         float64               // the farthest of them from the centre, which is kept as 1
}

// A window of which more than half is missing is drawn again, this often.
const redraws = 16

// Draw copies a random window of one of the regions into dst.
func (d *Set) Draw(dst []float32, from []Region, rng *rand.Rand) {
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
		lead := at / array.Product(r.dims)
		origin := make([]int, len(d.Window))
		for a, w := range d.Window {
			if free := r.dims[a] - w; free > 0 {
				origin[a] = rng.IntN(free + 1)
			}
		}
		r.cut(dst, d.Window, lead, origin)
		if impute(dst) <= len(dst)/2 {
			return
		}
	}
}

// impute replaces missing values by the valid one before them, or the first
// valid one, or the mean, and returns their number.
func impute(x []float32) int {
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
