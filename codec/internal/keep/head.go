package keep

import (
	"errors"
	"fmt"
	"math"

	"github.com/morselcodec/morsel/codec/internal/container"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/keep/coder"
	"github.com/morselcodec/morsel/codec/internal/keep/constraint"
	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/internal/wire"
)

// Flags in the first byte of a keep block, beside the keep level.
const (
	FlagTies       = 1 << 3 // some open edge may be a tie
	FlagBisections = 1 << 4 // intervals are bisected
	FlagWitnesses  = 1 << 5 // there are witnesses
)

// maxDepth is the greatest depth of hashed tables.
const maxDepth = 18

// head is what a keep block starts with.
type head struct {
	flags uint8
	keep  Set
	axes  int   // number of the axis order in which signs are coded
	depth uint8 // of the hashed tables of signs
	codes []byte
}

// parseHead takes the payload of a chunk's keep block apart and checks the head.
func parseHead(b []byte, g *grid.Grid, eps float64) (head, error) {
	f := wire.Fields{B: b}
	h := head{flags: f.U8(), axes: int(f.U8()), depth: f.U8()}
	h.codes = f.B
	level := int(h.flags&7 | h.flags>>6<<3)
	if level > 0 && level < len(levels) {
		h.keep = levels[level]
	}
	rank := len(constraint.Squeeze(g.Shape[:g.Rank]))
	switch {
	case f.Err != nil:
		return h, f.Err
	case !(eps > 0 && eps < math.Inf(1)):
		return h, errors.New("an archive without a bound keeps nothing")
	case h.keep == 0:
		return h, fmt.Errorf("%w: unknown keep level %d in an archive of version %d", fault.ErrVersion, level, container.Version)
	case h.keep&Order != 0 && g.Rank > MaxOrderRank:
		return h, fmt.Errorf("it keeps %v, which does not go with rank %d", h.keep, g.Rank)
	case h.axes >= grid.AxisOrders(rank):
		return h, fmt.Errorf("axis order %d of %d", h.axes, grid.AxisOrders(rank))
	case h.depth > maxDepth:
		return h, fmt.Errorf("tables of depth %d, at most %d expected", h.depth, maxDepth)
	}
	return h, nil
}

// Cost checks the head of a keep block, of a chunk with grid g and the absolute
// bound eps, and returns what decoding it takes: bytes of memory, and about as many
// nanoseconds.
func Cost(b []byte, g *grid.Grid, eps float64) (memory, work int64, err error) {
	h, err := parseHead(b, g, eps)
	if err != nil {
		return 0, 0, err
	}
	directions, neighbours := 0, 1
	for range g.Rank {
		neighbours *= 3
	}
	switch {
	case h.keep&Order != 0:
		directions = neighbours / 2
	case h.keep&Signs != 0:
		directions = g.Rank
	}
	// Indices, intervals and states; five arrays of 32 bits; signs; marks and
	// witnesses.
	perValue, nanoseconds := 25+20+directions, 150+100*directions
	if h.keep&Extrema != 0 {
		perValue += 4
		nanoseconds += 4 * neighbours
	}
	rows := coder.TableRows(g.Size*directions, h.depth)
	memory = int64(g.Size)*int64(perValue) + 3*int64(rows)*4*mixing.Nodes
	return memory, int64(g.Size) * int64(nanoseconds), nil
}
