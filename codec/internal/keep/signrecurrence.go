package keep

import "github.com/morselcodec/morsel/codec/internal/grid"

// signRecurrence follows, for every place along all axes but the first, the mean of
// the signs of one direction's edges there: where the first axis is time, what
// stands still gives each place a sign of its own.
type signRecurrence struct {
	mean  []int16 // by place, from −recurUnit for falling to recurUnit for rising
	plane int
	rate  int // of the row, in 1/65536
}

const (
	recurUnit = 1 << 12
	// recurSpan is the number of signs whose mean is followed.
	recurSpan = 16

	recurBuckets = 11
	recurWidth   = 800
	recurStates  = 3
	recurLimit   = 2560
)

func newSignRecurrence(g *grid.Grid) *signRecurrence {
	return &signRecurrence{plane: g.Size / g.Shape[0]}
}

// reset starts anew for a direction; it reports false where nothing can recur,
// for edges along the first axis.
func (r *signRecurrence) reset(d *direction) bool {
	if d.by[0] != 0 {
		return false
	}
	if r.mean == nil {
		r.mean = make([]int16, r.plane)
	}
	clear(r.mean)
	return true
}

// row returns the means of the row that starts at index from, at coordinate t
// of the first axis.
func (r *signRecurrence) row(from, n, t int) []int16 {
	r.rate = 65536 / min(t+1, recurSpan)
	return r.mean[from%r.plane:][:n]
}

// follow updates a mean.
func (r *signRecurrence) follow(mean *int16, sign uint8) {
	*mean += int16(((int(sign)-tied)*recurUnit - int(*mean)) * r.rate >> 16)
}
