package residual

import (
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

// coder codes the bins of the lines of a walk, in either direction: encoding
// it reads q, decoding it fills q in. Points where skip is set are not coded;
// skip may be nil. features holds what the reconstructed values around each
// point tell about how large its bin will be.
type coder interface {
	line(l *grid.Line, q []int64, skip []bool, f *features)
	needs() needs
	// err is not nil where decoding has left what an encoder can have written.
	err() error
}

// encoder is a coder that encodes.
type encoder interface {
	coder
	// finish returns the block: what it began with, and the codes.
	finish() []byte
}

// needs says which features a coder looks at.
type needs int

const (
	needsNothing needs = iota
	needsSize          // how large differences are
	needsLean          // and which way they lean
)

// The residual's coders, by the number that the format gives them.
const (
	coderStatic = iota
	coderLight
	coderFull
)

// kind is a coder of the table.
type kind struct {
	work    float64 // nanoseconds that decoding a value takes, roughly
	encoder func(g *grid.Grid, head []byte) encoder
	decoder func(g *grid.Grid, codes []byte) (coder, error)
}

var coders = [...]kind{
	coderStatic: {
		work:    15,
		encoder: func(g *grid.Grid, head []byte) encoder { return newStaticEncoder(g, head) },
		decoder: func(g *grid.Grid, codes []byte) (coder, error) { return newStaticDecoder(g, codes) },
	},
	coderLight: mixingKind(45, false),
	coderFull:  mixingKind(90, true),
}

// Coders is how many coders there are.
const Coders = len(coders)

func mixingKind(work float64, full bool) kind {
	return kind{
		work:    work,
		encoder: func(g *grid.Grid, head []byte) encoder { return newMixingCoder(rangecoder.NewEncoder(head), g, full) },
		decoder: func(g *grid.Grid, codes []byte) (coder, error) {
			return newMixingCoder(rangecoder.NewDecoder(codes), g, full), nil
		},
	}
}
