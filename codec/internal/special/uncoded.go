package special

import (
	"math"

	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/formats/array"
)

// Parse reads the mask and unpredictable blocks of a chunk of elements of size
// bytes, nil for those that it does not have: m is nil if there is no mask, the
// list may be empty. Errors name the block.
func Parse(g *grid.Grid, size int, maskBlock, unpredictableBlock []byte) (m *Mask, list *Unpredictable, err error) {
	list = &Unpredictable{}
	if maskBlock != nil {
		if m, err = parseMask(maskBlock, g, size); err != nil {
			return nil, nil, fault.InBlock("mask", err)
		}
	}
	if unpredictableBlock != nil {
		if list, err = ParseUnpredictable(unpredictableBlock, g.Size, size); err != nil {
			return nil, nil, fault.InBlock("unpredictable", err)
		}
	}
	return m, list, nil
}

// Restore puts the elements of masked and unpredictable values, of size bytes each,
// into dst.
func Restore(dst []byte, m *Mask, list *Unpredictable, size int) {
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

// PresetUncoded returns which values are not coded, nil for none, and sets those
// among values to what they take part in prediction with: NaN if they do not.
func PresetUncoded[T array.Float](values []T, m *Mask, list *Unpredictable, d array.DType) ([]bool, error) {
	if m == nil && len(list.Index) == 0 {
		return nil, nil
	}
	uncoded := make([]bool, len(values))
	if m != nil {
		for i, k := range m.Class {
			if k > 0 {
				uncoded[i], values[i] = true, T(math.NaN())
			}
		}
	}
	v := make([]T, len(list.Index))
	if err := PromoteAny(v, list.Elements, d); err != nil {
		return nil, err
	}
	for k, i := range list.Index {
		uncoded[i], values[i] = true, v[k]
		if v[k]-v[k] != 0 {
			values[i] = T(math.NaN())
		}
	}
	return uncoded, nil
}

// Uncoded returns which of n values are masked or unpredictable, nil for none.
func Uncoded(n int, m *Mask, list *Unpredictable) []bool {
	if m == nil && len(list.Index) == 0 {
		return nil
	}
	uncoded := make([]bool, n)
	if m != nil {
		for i, k := range m.Class {
			uncoded[i] = k > 0
		}
	}
	for _, i := range list.Index {
		uncoded[i] = true
	}
	return uncoded
}

// Each calls f with the value of each masked and of each unpredictable element, of
// type d; integers that T cannot hold are NaN.
func Each[T array.Float](m *Mask, list *Unpredictable, d array.DType, f func(i int, v T)) error {
	if m != nil {
		v := make([]T, len(m.Classes))
		for k, e := range m.Classes {
			if err := PromoteAny(v[k:k+1], e, d); err != nil {
				return err
			}
		}
		for i, k := range m.Class {
			if k > 0 {
				f(i, v[k-1])
			}
		}
	}
	v := make([]T, len(list.Index))
	if err := PromoteAny(v, list.Elements, d); err != nil {
		return err
	}
	for k, i := range list.Index {
		f(i, v[k])
	}
	return nil
}
