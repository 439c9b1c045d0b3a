package residual

import (
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

// coder codes the bins of the lines of a traversal, in either direction.
type coder interface {
	// line codes the bins q of a line: encoding it reads them, decoding it sets
	// them. Points where uncoded is set are not coded; uncoded may be nil. f has
	// what the reconstructed values around tell of each bin.
	line(l *grid.Line, q []int64, uncoded []bool, f *features)
	// needs says which features line looks at.
	needs() needs
	// err is not nil where decoding has left what an encoder can have written.
	err() error
}

// encoder is a coder that encodes.
type encoder interface {
	coder
	// finish returns the block: the head that it began with, and the codes.
	finish() []byte
}

// needs says which features a coder looks at.
type needs int

const (
	needsNothing needs = iota
	needsSizes         // size classes
	needsSigns         // and signed classes
)

// The coders, by the number that the format gives them.
const (
	coderStatic = iota
	coderLight
	coderFull
)

// coderRow is a coder of the table.
type coderRow struct {
	work    float64 // nanoseconds that decoding a value takes, roughly
	encoder func(g *grid.Grid, head []byte) encoder
	decoder func(g *grid.Grid, codes []byte) (coder, error)
}

var coders = [...]coderRow{
	coderStatic: {
		work:    15,
		encoder: func(g *grid.Grid, head []byte) encoder { return newStaticEncoder(g, head) },
		decoder: func(g *grid.Grid, codes []byte) (coder, error) { return newStaticDecoder(g, codes) },
	},
	coderLight: mixingRow(45, false),
	coderFull:  mixingRow(90, true),
}

// Coders is how many coders there are; they are numbered from 0.
const Coders = len(coders)

func mixingRow(work float64, full bool) coderRow {
	return coderRow{
		work:    work,
		encoder: func(g *grid.Grid, head []byte) encoder { return newMixingCoder(rangecoder.NewEncoder(head), g, full) },
		decoder: func(g *grid.Grid, codes []byte) (coder, error) {
			return newMixingCoder(rangecoder.NewDecoder(codes), g, full), nil
		},
	}
}
