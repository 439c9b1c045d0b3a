package keep

import (
	"fmt"

	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/keep/constraint"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/formats/array"
)

// Input is a chunk as its residual decodes to.
type Input[T array.Float] struct {
	Grid   *grid.Grid
	DType  array.DType
	Fills  special.Fills[T]
	Eps    float64 // the absolute bound ε, above 0 and finite
	Values []T     // as decoded, row-major; what special values hold does not matter
}

// Restore decodes the keep block b: it moves in.Values to where they meet its
// constraints. m and list are the masked and unpredictable values of the chunk.
// What is damaged is an error, ErrVersion for a keep level that is not known.
func Restore[T array.Float](in *Input[T], m *special.Mask, list *special.Unpredictable, b []byte) error {
	g, values := in.Grid, in.Values
	h, err := parseHead(b, g, in.Eps)
	if err != nil {
		return err
	}
	state, err := statesOf(in.DType, in.Fills, values, m, list)
	if err != nil {
		return err
	}
	for i, v := range values {
		if v-v != 0 && (state == nil || state[i]&constraint.Ordinary != 0) {
			return fmt.Errorf("value %d is %v", i, v)
		}
	}
	c := newChunk(g, in.DType, h.keep, values, state, in.Eps)
	c.axes, c.depth = h.axes, h.depth
	rc := rangecoder.NewDecoder(h.codes)
	if c.code(rc, h.flags, nil, nil); rc.Ended() {
		return rc.Err()
	}
	c.projection.ReuseContexts(c.Graph)
	if err := c.project(); err != nil {
		return err
	}
	c.store(values)
	return nil
}
