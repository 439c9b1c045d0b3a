package special

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/morselcodec/morsel/formats/array"
)

// MaxFills is how many fill values an archive can declare.
const MaxFills = 255

// CheckFills reports an error unless list may be declared as fill.
func CheckFills(d array.DType, list []array.Element) error {
	if len(list) > MaxFills {
		return fmt.Errorf("%d fill values (want %d at most)", len(list), MaxFills)
	}
	for i, e := range list {
		if err := array.CheckFill(d, e); err != nil {
			return err
		}
		if slices.Contains(list[:i], e) {
			return fmt.Errorf("fill value %v twice", e)
		}
	}
	return nil
}

// Fills are fill values as numbers: what is equal to one is fill, so that
// both zeros are where 0 was declared.
type Fills[T array.Float] []T

// FillsAs returns the declared fill values but for integers that T cannot hold,
// for which Promote puts NaN.
func FillsAs[T array.Float](d array.DType, fills []array.Element) Fills[T] {
	var list Fills[T]
	for _, e := range fills {
		var v [1]T
		if array.Promote(v[:], e.Append(nil), d) == nil {
			list = append(list, v[0])
		}
	}
	return list
}

// Has reports whether v is fill.
func (f Fills[T]) Has(v T) bool {
	for _, fill := range f {
		if v == fill {
			return true
		}
	}
	return false
}

// Promote is array.Promote, except that integers which T cannot hold become
// NaN where they are fill.
func Promote[T array.Float](dst []T, src []byte, d array.DType, fills []array.Element) error {
	return promoteBut(dst, src, d, func(e array.Element) bool { return slices.Contains(fills, e) })
}

// PromoteAny is Promote where integers that T cannot hold are known to be no data.
func PromoteAny[T array.Float](dst []T, src []byte, d array.DType) error {
	return promoteBut(dst, src, d, func(array.Element) bool { return true })
}

func promoteBut[T array.Float](dst []T, src []byte, d array.DType, noData func(array.Element) bool) error {
	err := array.Promote(dst, src, d)
	if !errors.Is(err, array.ErrInexact) {
		return err
	}
	for i := range dst {
		b := src[i*d.Size() : (i+1)*d.Size()]
		if array.Promote(dst[i:i+1], b, d) == nil {
			continue
		}
		if !noData(array.ElementAt(d, b)) {
			return err
		}
		dst[i] = T(math.NaN())
	}
	return nil
}
