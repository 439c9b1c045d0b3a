package chunk

import (
	"slices"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/keep"
	"github.com/morselcodec/morsel/formats/array"
)

// What a chunk decodes to is compared with the bound and with what it is to
// keep, at every level.
func TestCheckFindsBreaches(t *testing.T) {
	x := []float32{1, 2, 5, 3, 3, 8, 1, 4}
	raw := make([]byte, 4*len(x))
	array.Demote(raw, x, array.Float32)
	g := grid.New([]int{len(x)})
	c := &Codec{Params: Params{DType: array.Float32, Eps: 1.5}, Level: 1}
	for _, c.Keep = range []keep.Set{keep.Extrema, keep.Signs, keep.Order} {
		for breach, last := range map[string][2]float32{"bound": {1, 9}, "order": {2.5, 2.5}} {
			in := newInput(c, &g, x, raw)
			e := Encoded{Chunk: Chunk{Mode: Residual}, values: slices.Clone(x)}
			k, err := newKeeper(in, &e)
			if err == nil {
				err = k.Enforce(nil)
			}
			if err != nil {
				t.Fatal(err)
			}
			decoded := k.Elements()
			if err := k.check(&e, decoded); err != nil {
				t.Errorf("keep %v: %v", c.Keep, err)
			}
			array.Demote(decoded[4*6:], last[:], array.Float32)
			if err := k.check(&e, decoded); err == nil {
				t.Errorf("keep %v: the %s is broken without an error", c.Keep, breach)
			}
		}
	}
}
