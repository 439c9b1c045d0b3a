package coder

import (
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/keep/constraint"
)

// meanSign follows, for every place along all axes but the first, the mean of
// the signs of one direction's edges there: where the first axis is time, what
// stands still gives each place a sign of its own.
type meanSign struct {
	mean  []int16 // by place, from −meanUnit for falling to meanUnit for rising
	plane int
	rate  int // of the row, in 1/65536
}

const (
	meanUnit = 1 << 12
	// meanSpan is the number of signs whose mean is followed.
	meanSpan = 16

	meanBuckets    = 11
	meanWidth      = 800
	meanStates     = 3
	meanStateWidth = 2560
)

func newMeanSign(g *grid.Grid) *meanSign {
	return &meanSign{plane: g.Size / g.Shape[0]}
}

// start starts anew for a direction; it reports false where nothing can recur,
// for edges along the first axis.
func (r *meanSign) start(d *constraint.Direction) bool {
	if d.Offset[0] != 0 {
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
func (r *meanSign) row(from, n, t int) []int16 {
	r.rate = 65536 / min(t+1, meanSpan)
	return r.mean[from%r.plane:][:n]
}

// update updates a mean.
func (r *meanSign) update(mean *int16, sign uint8) {
	*mean += int16(((int(sign)-constraint.Tied)*meanUnit - int(*mean)) * r.rate >> 16)
}
