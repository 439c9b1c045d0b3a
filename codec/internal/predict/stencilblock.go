package predict

import (
	"slices"

	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

// AddBlock implements Predictor.
func (s *stencils[T]) AddBlock(b *block.List) {
	if slices.ContainsFunc(s.byPass, func(s stencil) bool { return s.precision > 0 }) {
		rc := rangecoder.NewEncoder(nil)
		codeStencils(rc, s.Grid, s.Passes, s.byPass)
		b[block.Stencils] = rc.Finish()
	}
}

// codeStencils codes or decodes the stencils of passes: for each its precision, 0
// without, then its weights.
func codeStencils(rc *rangecoder.Coder, g *grid.Grid, passes []grid.Pass, list []stencil) {
	used, precision := mixing.NewCounter(1<<15), mixing.NewGamma()
	var weights [8]mixing.Gamma // of the first weights, and of all others
	for i := range weights {
		weights[i] = mixing.NewGamma()
	}
	last := 0
	for i := range passes {
		s := &list[i]
		bit := rc.Code(bitio.Bit(s.precision > 0), used.P())
		used.Update(bit)
		if bit == 0 {
			s.precision = 0
			continue
		}
		last += int(precision.Code(rc, int64(s.precision)-int64(last)))
		s.precision = uint8(min(max(last, 1), maxPrecision))
		n := len(tapsOf(g, &passes[i]))
		if hasRunningMean(g, &passes[i]) {
			n++
		}
		if s.weights == nil {
			s.weights = make([]int32, n)
		}
		for k := range n {
			s.weights[k] = int32(weights[min(k, len(weights)-1)].Code(rc, int64(s.weights[k])))
		}
	}
}
