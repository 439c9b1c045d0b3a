package pointwise

import (
	"math"

	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
	"github.com/morselcodec/morsel/formats/array"
)

// negatives codes the signs of values whose magnitudes are known. Where a field
// is smooth, the sign that a value has is the one that lets it lie in line with
// its neighbours.
type negatives[T array.Float] struct {
	grid     *grid.Grid
	values   []T    // magnitudes of those not coded yet, else with their sign
	skip     []bool // whose sign is known already; nil for none
	counters []mixing.Counter
}

// leanLevels is the number of levels of how much the neighbours speak for one
// sign, and signStates what the nearest one before along an axis can be.
const (
	leanLevels = 15
	signStates = 3
)

func newNegatives[T array.Float](g *grid.Grid, values []T, skip []bool) *negatives[T] {
	n := &negatives[T]{grid: g, values: values, skip: skip}
	contexts := leanLevels
	for range g.Rank {
		contexts *= signStates
	}
	n.counters = make([]mixing.Counter, contexts)
	for i := range n.counters {
		n.counters[i] = mixing.NewCounter(1 << 15)
	}
	return n
}

// code codes whether each value is negative, as negative says, or decodes it
// where that is nil.
func (n *negatives[T]) code(rc *rangecoder.Coder, negative func(i int) bool) {
	var at [grid.MaxRank]int
	for i := range n.values {
		n.grid.Watch.After(1)
		if n.skip == nil || !n.skip[i] {
			c := &n.counters[n.context(i, &at)]
			bit := 0
			if negative != nil {
				bit = bitio.Bit(negative(i))
			}
			bit = rc.Code(bit, c.P())
			c.Update(bit)
			if rc.Ended() {
				return
			}
			if bit == 1 {
				n.values[i] = -n.values[i]
			}
		}
		for a := n.grid.Rank - 1; a >= 0; a-- {
			if at[a]++; at[a] < n.grid.Shape[a] {
				break
			}
			at[a] = 0
		}
	}
}

// context returns the number of the counter for value i, at the given place.
func (n *negatives[T]) context(i int, at *[grid.MaxRank]int) int {
	v := math.Abs(float64(n.values[i]))
	lean, states := 0.0, 0
	for a := range n.grid.Rank {
		s := n.grid.Stride[a]
		state := 0
		if at[a] > 0 {
			before := float64(n.values[i-s])
			switch {
			case before > 0:
				state = 1
			case before < 0:
				state = 2
			}
			if state != 0 {
				lean += n.leanAlong(i, s, v, before, at[a] > 1, at[a]+1 < n.grid.Shape[a])
			}
		}
		states = states*signStates + state
	}
	return states*leanLevels + leanLevel(lean, v)
}

// leanAlong returns how much further from its neighbours along an axis v would
// be as a negative number.
func (n *negatives[T]) leanAlong(i, s int, v, before float64, hasBefore2, hasAfter bool) float64 {
	bent := func(x, y, z float64) float64 { return math.Abs(x + z - float64(2*y)) }
	lean := 0.0
	if hasBefore2 {
		before2 := float64(n.values[i-2*s])
		lean += bent(before2, before, -v) - bent(before2, before, v)
	}
	if hasAfter {
		after := math.Abs(float64(n.values[i+s]))
		lean += min(bent(before, -v, after), bent(before, -v, -after)) - min(bent(before, v, after), bent(before, v, -after))
	}
	return lean
}

// leanLevel buckets lean in units of v.
func leanLevel(lean, v float64) int {
	level := leanLevels / 2
	for _, t := range [leanLevels / 2]float64{0, 0.25, 0.5, 1, 2, 4, 8} {
		switch {
		case lean > float64(t*v):
			level++
		case lean < -float64(t*v):
			level--
		}
	}
	return level
}
