package coder

import (
	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/keep/constraint"
	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

// Bisections codes how often the interval of each value is bisected, and to which
// halves: gr.Bisections times, towards the lattice indices of original. Where
// original is nil it decodes. Either way it bisects the intervals of gr.
func Bisections(rc *rangecoder.Coder, gr *constraint.Graph, original []int64) {
	decide := func(bit int, c *mixing.Counter) int {
		bit = rc.Code(bit, c.P())
		c.Update(bit)
		return bit
	}
	var some [2 << grid.MaxRank]mixing.Counter
	for i := range some {
		some[i] = mixing.NewCounter(1 << 13)
	}
	var more [64]mixing.Counter
	for i := range more {
		more[i] = mixing.NewCounter(1 << 15)
	}
	inner := gr.Grid.Rank - 1
	gr.Grid.Rows(func(at, n int, coord *[grid.MaxRank]int) {
		edge := false
		for a := range inner {
			edge = edge || coord[a] == 0 || coord[a] == gr.Grid.Shape[a]-1
		}
		for i := range n {
			p := at + i
			if gr.State[p]&constraint.OfValues != constraint.Ordinary || gr.Lo[p] == gr.Hi[p] {
				continue
			}
			if rc.Ended() {
				return
			}
			context := bitio.Bit(edge || i == 0 || i == n-1)
			for a, s := range gr.Grid.Stride[:gr.Grid.Rank] {
				exists := coord[a] > 0
				if a == inner {
					exists = i > 0
				}
				context = context<<1 | bitio.Bit(exists && gr.State[p-s]&(constraint.Bisected|constraint.Fixed) != 0)
			}
			bisections := 0
			if original != nil {
				bisections = int(gr.Bisections[p])
			}
			if decide(bitio.Bit(bisections > 0), &some[context]) == 0 {
				continue
			}
			for k := 1; ; k++ {
				upper := original != nil && original[p] > gr.Middle(p)
				gr.Bisect(p, rc.CodeBits(uint64(bitio.Bit(upper)), 1) == 1)
				if gr.Lo[p] == gr.Hi[p] || decide(bitio.Bit(bisections > k), &more[min(k, len(more)-1)]) == 0 {
					break
				}
			}
		}
	})
}
