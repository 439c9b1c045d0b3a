package special

import (
	"math"

	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/formats/array"
)

// Parse reads which values of a chunk are special from its blocks, nil
// for those that it does not have: m is nil if there is no mask, the list may be
// empty.
func Parse(g *grid.Grid, size int, maskBlock, exactBlock []byte) (m *Mask, list *Exact, err error) {
	list = &Exact{}
	if maskBlock != nil {
		if m, err = parseMask(maskBlock, g, size); err != nil {
			return nil, nil, fault.InBlock("mask", err)
		}
	}
	if exactBlock != nil {
		if list, err = ParseExact(exactBlock, g.Size, size); err != nil {
			return nil, nil, fault.InBlock("exact", err)
		}
	}
	return m, list, nil
}

// Restore puts the special elements in place.
func Restore(dst []byte, m *Mask, list *Exact, size int) {
	if m != nil {
		for i, k := range m.Class {
			if k > 0 {
				copy(dst[i*size:], m.Classes[k-1])
			}
		}
	}
	for k, i := range list.Index {
		copy(dst[i*size:], list.Elements[k*size:(k+1)*size])
	}
}

// Preset returns which values the residual does not code, nil for
// none, and puts in place those that take part in prediction; NaN stands for
// those that do not.
func Preset[T array.Float](values []T, m *Mask, list *Exact, d array.DType) ([]bool, error) {
	if m == nil && len(list.Index) == 0 {
		return nil, nil
	}
	skip := make([]bool, len(values))
	if m != nil {
		for i, k := range m.Class {
			if k > 0 {
				skip[i], values[i] = true, T(math.NaN())
			}
		}
	}
	v := make([]T, len(list.Index))
	if err := PromoteAny(v, list.Elements, d); err != nil {
		return nil, err
	}
	for k, i := range list.Index {
		skip[i], values[i] = true, v[k]
		if v[k]-v[k] != 0 {
			values[i] = T(math.NaN())
		}
	}
	return skip, nil
}

// Skipped returns which of n values a mask or a list names, nil for none.
func Skipped(n int, m *Mask, list *Exact) []bool {
	if m == nil && len(list.Index) == 0 {
		return nil
	}
	special := make([]bool, n)
	if m != nil {
		for i, k := range m.Class {
			special[i] = k > 0
		}
	}
	for _, i := range list.Index {
		special[i] = true
	}
	return special
}
