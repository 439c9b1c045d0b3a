package codec

import (
	"math"

	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/formats"
)

// parseSpecials reads which values of a chunk are special from its blocks, nil
// for those that it does not have: m is nil if there is no mask, the list may be
// empty.
func parseSpecials(g *grid.Grid, size int, maskBlock, exactBlock []byte) (m *mask, list *exact, err error) {
	list = &exact{}
	if maskBlock != nil {
		if m, err = parseMask(maskBlock, g, size); err != nil {
			return nil, nil, fault.InBlock("mask", err)
		}
	}
	if exactBlock != nil {
		if list, err = parseExact(exactBlock, g.Size, size); err != nil {
			return nil, nil, fault.InBlock("exact", err)
		}
	}
	return m, list, nil
}

// restoreSpecials puts the special elements in place.
func restoreSpecials(dst []byte, m *mask, list *exact, size int) {
	if m != nil {
		for i, k := range m.class {
			if k > 0 {
				copy(dst[i*size:], m.classes[k-1])
			}
		}
	}
	for k, i := range list.at {
		copy(dst[i*size:], list.elements[k*size:(k+1)*size])
	}
}

// presetSpecials returns which values the residual does not code, nil for
// none, and puts in place those that take part in prediction; NaN stands for
// those that do not.
func presetSpecials[T formats.Float](values []T, m *mask, list *exact, d formats.DType) ([]bool, error) {
	if m == nil && len(list.at) == 0 {
		return nil, nil
	}
	skip := make([]bool, len(values))
	if m != nil {
		for i, k := range m.class {
			if k > 0 {
				skip[i], values[i] = true, T(math.NaN())
			}
		}
	}
	v := make([]T, len(list.at))
	if err := promoteSpecial(v, list.elements, d); err != nil {
		return nil, err
	}
	for k, i := range list.at {
		skip[i], values[i] = true, v[k]
		if v[k]-v[k] != 0 {
			values[i] = T(math.NaN())
		}
	}
	return skip, nil
}

// specialPlaces returns which of n values a mask or a list names, nil for none.
func specialPlaces(n int, m *mask, list *exact) []bool {
	if m == nil && len(list.at) == 0 {
		return nil
	}
	special := make([]bool, n)
	if m != nil {
		for i, k := range m.class {
			special[i] = k > 0
		}
	}
	for _, i := range list.at {
		special[i] = true
	}
	return special
}
