package special

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/morselcodec/morsel/formats"
)

// MaxFills is how many fill values an archive can declare.
const MaxFills = 255

// CheckFills reports an error unless list may be declared as fill.
func CheckFills(d formats.DType, list []formats.Element) error {
	if len(list) > MaxFills {
		return fmt.Errorf("%d fill values (want %d at most)", len(list), MaxFills)
	}
	for i, e := range list {
		if err := formats.CheckFill(d, e); err != nil {
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
type Fills[T formats.Float] []T

// FillsAs returns the declared fill values but for integers that T cannot hold,
// for which promote puts NaN.
func FillsAs[T formats.Float](d formats.DType, fills []formats.Element) Fills[T] {
	var list Fills[T]
	for _, e := range fills {
		var v [1]T
		if formats.Promote(v[:], e.Append(nil), d) == nil {
			list = append(list, v[0])
		}
	}
	return list
}

func (f Fills[T]) Has(v T) bool {
	for _, fill := range f {
		if v == fill {
			return true
		}
	}
	return false
}

// Promote is formats.Promote, except that integers which T cannot hold become
// NaN where they are fill.
func Promote[T formats.Float](dst []T, src []byte, d formats.DType, fills []formats.Element) error {
	return promoteBut(dst, src, d, func(e formats.Element) bool { return slices.Contains(fills, e) })
}

// PromoteAny is promote for values of which the others are known to be no
// data.
func PromoteAny[T formats.Float](dst []T, src []byte, d formats.DType) error {
	return promoteBut(dst, src, d, func(formats.Element) bool { return true })
}

func promoteBut[T formats.Float](dst []T, src []byte, d formats.DType, noData func(formats.Element) bool) error {
	err := formats.Promote(dst, src, d)
	if !errors.Is(err, formats.ErrInexact) {
		return err
	}
	for i := range dst {
		b := src[i*d.Size() : (i+1)*d.Size()]
		if formats.Promote(dst[i:i+1], b, d) == nil {
			continue
		}
		if !noData(formats.ElementAt(d, b)) {
			return err
		}
		dst[i] = T(math.NaN())
	}
	return nil
}
