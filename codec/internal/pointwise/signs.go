package pointwise

import (
	"math"

	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
	"github.com/morselcodec/morsel/formats/array"
)

// signCoder codes the signs of values whose magnitudes are known. Where a field is
// smooth, a value is likely to have the sign that bends it less at its neighbours.
// The cost of a value is how much more a negative sign would bend it than a
// positive one.
type signCoder[T array.Float] struct {
	grid     *grid.Grid
	values   []T    // of those not coded yet, magnitudes
	known    []bool // whose signs are not coded; nil for none
	counters []mixing.Counter
}

// The excess is the cost in units of the magnitude, in levels; and each axis has a
// state, the sign of the value one step before.
const (
	excessLevels = 15
	signStates   = 3
)

func newSignCoder[T array.Float](g *grid.Grid, values []T, known []bool) *signCoder[T] {
	c := &signCoder[T]{grid: g, values: values, known: known}
	contexts := excessLevels
	for range g.Rank {
		contexts *= signStates
	}
	c.counters = make([]mixing.Counter, contexts)
	for i := range c.counters {
		c.counters[i] = mixing.NewCounter(1 << 15)
	}
	return c
}

// code codes which values are negative, as the function says, or decodes it where
// that is nil, and gives the values their signs.
func (c *signCoder[T]) code(rc *rangecoder.Coder, negative func(i int) bool) {
	var coord [grid.MaxRank]int
	for i := range c.values {
		c.grid.Watch.After(1)
		if c.known == nil || !c.known[i] {
			counter := &c.counters[c.context(i, &coord)]
			bit := 0
			if negative != nil {
				bit = bitio.Bit(negative(i))
			}
			bit = rc.Code(bit, counter.P())
			counter.Update(bit)
			if rc.Ended() {
				return
			}
			if bit == 1 {
				c.values[i] = -c.values[i]
			}
		}
		for a := c.grid.Rank - 1; a >= 0; a-- {
			if coord[a]++; coord[a] < c.grid.Shape[a] {
				break
			}
			coord[a] = 0
		}
	}
}

// context returns the number of the counter for value i, whose coordinates are given.
func (c *signCoder[T]) context(i int, coord *[grid.MaxRank]int) int {
	v := math.Abs(float64(c.values[i]))
	cost, states := 0.0, 0
	for a := range c.grid.Rank {
		stride := c.grid.Stride[a]
		state := 0
		if coord[a] > 0 {
			before := float64(c.values[i-stride])
			switch {
			case before > 0:
				state = 1
			case before < 0:
				state = 2
			}
			if state != 0 {
				cost += c.costAlong(i, stride, v, before, coord[a] > 1, coord[a]+1 < c.grid.Shape[a])
			}
		}
		states = states*signStates + state
	}
	return states*excessLevels + excess(cost, v)
}

// costAlong returns the cost along an axis of a value of magnitude v.
func (c *signCoder[T]) costAlong(i, stride int, v, before float64, hasBefore2, hasAfter bool) float64 {
	bend := func(x, y, z float64) float64 { return math.Abs(x + z - float64(2*y)) }
	cost := 0.0
	if hasBefore2 {
		before2 := float64(c.values[i-2*stride])
		cost += bend(before2, before, -v) - bend(before2, before, v)
	}
	if hasAfter {
		after := math.Abs(float64(c.values[i+stride]))
		cost += min(bend(before, -v, after), bend(before, -v, -after)) - min(bend(before, v, after), bend(before, v, -after))
	}
	return cost
}

// excess returns the level of a cost, for magnitude v.
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
