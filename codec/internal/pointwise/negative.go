package pointwise

import (
	"math"

	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
	"github.com/morselcodec/morsel/formats/array"
)

// signCoder codes the signs of values whose magnitudes are known. Where a field
// is smooth, the sign that a value has is the one that lets it lie in line with
// its neighbours.
type signCoder[T array.Float] struct {
	grid     *grid.Grid
	values   []T    // magnitudes of those not coded yet, else with their sign
	skip     []bool // whose sign is known already; nil for none
	counters []mixing.Counter
}

// excessLevels is the number of levels of how much the neighbours speak for one
// sign, and signStates what the nearest one before along an axis can be.
const (
	excessLevels = 15
	signStates   = 3
)

func newSignCoder[T array.Float](g *grid.Grid, values []T, skip []bool) *signCoder[T] {
	n := &signCoder[T]{grid: g, values: values, skip: skip}
	contexts := excessLevels
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
func (n *signCoder[T]) code(rc *rangecoder.Coder, negative func(i int) bool) {
	var coord [grid.MaxRank]int
	for i := range n.values {
		n.grid.Watch.After(1)
		if n.skip == nil || !n.skip[i] {
			c := &n.counters[n.context(i, &coord)]
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
			if coord[a]++; coord[a] < n.grid.Shape[a] {
				break
			}
			coord[a] = 0
		}
	}
}

// context returns the number of the counter for value i, at the given place.
func (n *signCoder[T]) context(i int, coord *[grid.MaxRank]int) int {
	v := math.Abs(float64(n.values[i]))
	cost, states := 0.0, 0
	for a := range n.grid.Rank {
		s := n.grid.Stride[a]
		state := 0
		if coord[a] > 0 {
			before := float64(n.values[i-s])
			switch {
			case before > 0:
				state = 1
			case before < 0:
				state = 2
			}
			if state != 0 {
				cost += n.costAlong(i, s, v, before, coord[a] > 1, coord[a]+1 < n.grid.Shape[a])
			}
		}
		states = states*signStates + state
	}
	return states*excessLevels + excess(cost, v)
}

// costAlong returns how much further from its neighbours along an axis v would
// be as a negative number.
func (n *signCoder[T]) costAlong(i, s int, v, before float64, hasBefore2, hasAfter bool) float64 {
	bend := func(x, y, z float64) float64 { return math.Abs(x + z - float64(2*y)) }
	cost := 0.0
	if hasBefore2 {
		before2 := float64(n.values[i-2*s])
		cost += bend(before2, before, -v) - bend(before2, before, v)
	}
	if hasAfter {
		after := math.Abs(float64(n.values[i+s]))
		cost += min(bend(before, -v, after), bend(before, -v, -after)) - min(bend(before, v, after), bend(before, v, -after))
	}
	return cost
}

// excess buckets lean in units of v.
func excess(cost, v float64) int {
	e := excessLevels / 2
	for _, t := range [excessLevels / 2]float64{0, 0.25, 0.5, 1, 2, 4, 8} {
		switch {
		case cost > float64(t*v):
			e++
		case cost < -float64(t*v):
			e--
		}
	}
	return e
}
