package codec

import (
	"fmt"
	"math"

	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/chunk"
	"github.com/morselcodec/morsel/codec/internal/detmath"
)

// Bound says how far a decoded value may be from the original. At most one
// field may be set; the zero value means Rel 1e-3. Where the number is computed
// and may turn out to be 0, make the Bound with [AbsBound], [RelBound],
// [PointwiseRelBound] or [PSNRBound].
type Bound struct {
	Abs          float64 // absolute: |x−x̂| ≤ Abs
	Rel          float64 // relative to the range max−min of the finite values that are not fill
	PointwiseRel float64 // relative to each value: |x−x̂| ≤ PointwiseRel·|x|, below 1; zeros and signs survive
	// PSNR is in decibels, 20·log10(range/RMSE) over the finite values that are
	// not fill, and what the decoded array reaches at least. Encode and
	// EncodeSource search the widest bound that does; a Writer, which sees the
	// values once, takes one that surely does.
	PSNR     float64
	Lossless bool // every bit survives
	None     bool // no bound: only a model's latents are stored

	zeroPSNR bool // PSNR was given, as 0
}

// AbsBound returns the absolute bound e; 0 is lossless. An e that is negative or
// not finite is refused, with ErrOptions, where the bound is used; so it is for
// the others.
func AbsBound(e float64) Bound { return Bound{Abs: e, Lossless: e == 0} }

// RelBound returns the bound e relative to the range; 0 is lossless.
func RelBound(e float64) Bound { return Bound{Rel: e, Lossless: e == 0} }

// PointwiseRelBound returns the bound e relative to each value, which must be
// below 1; 0 is lossless.
func PointwiseRelBound(e float64) Bound { return Bound{PointwiseRel: e, Lossless: e == 0} }

// PSNRBound returns the bound of so many decibels, which must be above 0.
func PSNRBound(decibels float64) Bound { return Bound{PSNR: decibels, zeroPSNR: decibels == 0} }

// DefaultRel is the value-range-relative bound used when none is given.
const DefaultRel = 1e-3

// NeedsRange reports whether the bound depends on the range of the values.
func (b Bound) NeedsRange() bool {
	kind, _ := b.kind()
	return kind == chunk.BoundRel || kind == chunk.BoundPSNR
}

// kind returns how the bound was given, and its number.
func (b Bound) kind() (chunk.BoundKind, float64) {
	switch {
	case b.Lossless:
		return chunk.BoundLossless, 0
	case b.None:
		return chunk.BoundNone, 0
	case b.Abs != 0:
		return chunk.BoundAbs, b.Abs
	case b.PointwiseRel != 0:
		return chunk.BoundPointwise, b.PointwiseRel
	case b.PSNR != 0 || b.zeroPSNR:
		return chunk.BoundPSNR, b.PSNR
	case b.Rel != 0:
		return chunk.BoundRel, b.Rel
	}
	return chunk.BoundRel, DefaultRel
}

// check refuses what is no bound, or more than one.
func (b Bound) check() error {
	given := 0
	for _, set := range []bool{b.Abs != 0, b.Rel != 0, b.PointwiseRel != 0, b.PSNR != 0 || b.zeroPSNR, b.Lossless, b.None} {
		given += bitio.Bit(set)
	}
	if given > 1 {
		return fmt.Errorf("%w: give one bound, not %d", ErrOptions, given)
	}
	for _, v := range []struct {
		name  string
		value float64
	}{{"absolute bound", b.Abs}, {"relative bound", b.Rel}, {"pointwise relative bound", b.PointwiseRel}, {"PSNR", b.PSNR}} {
		if v.value < 0 || math.IsNaN(v.value) || math.IsInf(v.value, 0) || v.name == "PSNR" && b.zeroPSNR {
			return fmt.Errorf("%w: %s %v (want a positive number)", ErrOptions, v.name, v.value)
		}
	}
	if b.PointwiseRel >= 1 {
		return fmt.Errorf("%w: pointwise relative bound %v (want a number below 1)", ErrOptions, b.PointwiseRel)
	}
	return nil
}

// resolve returns the absolute bound: +Inf for None, 0 for Lossless, and for
// PointwiseRel, where it does not matter.
func (b Bound) resolve(r *Range) (float64, error) {
	if err := b.check(); err != nil {
		return 0, err
	}
	switch {
	case b.Lossless, b.PointwiseRel != 0:
		return 0, nil
	case b.None:
		return math.Inf(1), nil
	case b.Abs != 0:
		return b.Abs, nil
	}
	if r == nil {
		return 0, fmt.Errorf("%w: a relative bound needs Options.Range; see Scan", ErrOptions)
	}
	width := r.Width()
	if math.IsInf(width, 0) || math.IsNaN(width) {
		return 0, fmt.Errorf("%w: max−min is not finite (%g to %g); give an absolute bound (--abs)", ErrOptions, r.Min, r.Max)
	}
	eps := DefaultRel * width
	switch {
	case b.PSNR != 0: // RMSE ≤ ε, so PSNR ≥ 20·log10(width/ε)
		eps = detmath.Exp10(-b.PSNR/20, width)
	case b.Rel != 0:
		eps = b.Rel * width
	}
	switch {
	case math.IsInf(eps, 0):
		return 0, fmt.Errorf("%w: a relative bound of %g is beyond the largest number for the range %g to %g", ErrOptions, b.Rel, r.Min, r.Max)
	case eps == 0 && width > 0:
		kind, asked := b.kind()
		return 0, fmt.Errorf("%w: %v %g is below the smallest number for the range %g to %g; ask for lossless", ErrOptions, kind, asked, r.Min, r.Max)
	}
	return eps, nil
}
