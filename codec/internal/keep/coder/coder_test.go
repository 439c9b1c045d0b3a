package coder

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/keep/constraint"
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
	"github.com/morselcodec/morsel/formats/array"
)

const eps = 3

// trial is a random chunk: its original as lattice indices, and decoded values.
type trial struct {
	grid      grid.Grid
	diagonals bool
	missing   int // a value that is not ordinary
	original  []int64
	decoded   []float64
}

func newTrial(rng *rand.Rand) *trial {
	shape := make([]int, 1+rng.IntN(3))
	for a := range shape {
		shape[a] = 1 + rng.IntN(12)
	}
	t := &trial{grid: grid.New(shape), diagonals: rng.IntN(2) == 0}
	t.missing = rng.IntN(t.grid.Size)
	for range t.grid.Size {
		v := int64(rng.IntN(12))
		t.original, t.decoded = append(t.original, v), append(t.decoded, float64(v+int64(rng.IntN(2*eps+1)-eps)))
	}
	return t
}

// graph returns the graph of the chunk as either side starts with it.
func (t *trial) graph() *constraint.Graph {
	state := slices.Repeat([]uint8{constraint.Ordinary}, t.grid.Size)
	state[t.missing] = 0
	gr := constraint.NewGraph(&t.grid, t.diagonals, state)
	l := quant.NewLattice[float64](array.Int16)
	constraint.SetIntervals(gr, &l, t.decoded, eps)
	constraint.SetField(gr, t.decoded, eps)
	gr.SetSmoothed()
	gr.CompareIntervals()
	return gr
}

// code codes bisections, signs and extrema: those of want, or what rc holds.
func (t *trial) code(rc *rangecoder.Coder, gr *constraint.Graph, original []int64, want []uint8) *constraint.Extrema {
	Bisections(rc, gr, original)
	gr.CompareIntervals()
	axes := grid.AxisOrder(gr.Grid.Rank, 0)
	Signs(rc, gr, true, 8, original, axes)
	x := constraint.NewExtrema(gr, true)
	Extrema(rc, x, true, want, original)
	return x
}

// What is coded comes back, and of what is cut off as much as there is.
func TestRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 40 {
		c := newTrial(rng)
		gr := c.graph()
		gr.Bisections = make([]uint8, c.grid.Size)
		for p := range gr.Bisections {
			gr.Bisections[p] = uint8(max(rng.IntN(8)-5, 0))
		}
		marks := constraint.NewExtrema(gr, false)
		marks.MarkExtrema(c.original)
		rc := rangecoder.NewEncoder(nil)
		x := c.code(rc, gr, c.original, marks.Mark)
		b := rc.Finish()
		if !slices.Equal(x.Mark, marks.Mark) {
			t.Fatalf("%v: marks %v, want %v", c.grid.Shape, x.Mark, marks.Mark)
		}
		again := c.graph()
		rc = rangecoder.NewDecoder(b)
		y := c.code(rc, again, nil, nil)
		if rc.Ended() || !slices.Equal(x.Mark, y.Mark) || !slices.EqualFunc(gr.Signs, again.Signs, slices.Equal) ||
			!slices.Equal(gr.Lo, again.Lo) || !slices.Equal(gr.Hi, again.Hi) || !slices.Equal(gr.State, again.State) {
			t.Fatalf("%v: other intervals, signs or marks", c.grid.Shape)
		}
		for _, cut := range []int{0, len(b) / 3, len(b) / 2} {
			c.code(rangecoder.NewDecoder(b[:cut]), c.graph(), nil, nil) // must end
		}
	}
}
