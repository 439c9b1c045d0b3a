package coder

import (
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/keep/constraint"
)

// meanSign holds, for each position along all axes but the first, the running mean of
// the signs of one direction's edges there: where the first axis is time, what does
// not move gives each position a sign of its own.
type meanSign struct {
	mean  []int16 // by position, from −meanUnit, all falling, to meanUnit, all rising
	plane int     // values at one coordinate along the first axis
	rate  int     // of change in the row, in 1/65536
}

const (
	meanUnit = 1 << 12
	// meanSpan is how many signs the mean is of, once there are so many.
	meanSpan = 16

	meanBuckets    = 11
	meanWidth      = 800
	meanStates     = 3
	meanStateWidth = 2560
)

func newMeanSign(g *grid.Grid) *meanSign {
	return &meanSign{plane: g.Size / g.Shape[0]}
}

// start begins a direction, all means 0. It reports false for those along the first
// axis, which have no mean sign.
func (m *meanSign) start(d *constraint.Direction) bool {
	if d.Offset[0] != 0 {
		return false
	}
	if m.mean == nil {
		m.mean = make([]int16, m.plane)
	}
	clear(m.mean)
	return true
}

// row returns the means of the n positions of the row from index from on, whose coordinate
// along the first axis is t.
func (m *meanSign) row(from, n, t int) []int16 {
	m.rate = 65536 / min(t+1, meanSpan)
	return m.mean[from%m.plane:][:n]
}

// update moves a mean of the last row towards a sign.
func (m *meanSign) update(mean *int16, sign uint8) {
	*mean += int16(((int(sign)-constraint.Tied)*meanUnit - int(*mean)) * m.rate >> 16)
}
