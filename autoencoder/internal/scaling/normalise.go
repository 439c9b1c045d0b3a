// Package scaling maps the values of a field to the numbers that a network works
// on, and the latents that it makes of them to integers, and back: by a
// [Normalisation] and by a [Quantiser]. FORMAT.md has the way back to the bit.
package scaling

import (
	"math"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/kernel"
)

// Normalisation maps a field's values to those a network works on,
// (value − Mean) / Scale. With PerWindow the mean of each window is taken off
// instead, in steps of Scale/64, and its number of steps from Mean is stored as
// one more latent.
type Normalisation struct {
	Mean      float64 `json:"mean"`
	Scale     float64 `json:"scale"`
	PerWindow bool    `json:"per_window,omitempty"`
}

const shiftsPerScale = 64

// Valid reports whether mean and scale are finite and the scale is positive.
func (n Normalisation) Valid() bool {
	return !math.IsNaN(n.Mean) && !math.IsInf(n.Mean, 0) && n.Scale > 0 && !math.IsInf(n.Scale, 0)
}

// Extra is the number of latents that normalising adds, 0 or 1.
func (n Normalisation) Extra() int {
	if n.PerWindow {
		return 1
	}
	return 0
}

// Shift returns the steps of Scale/64 between the window's mean and n.Mean.
func Shift[T array.Float](n Normalisation, window []T) int32 {
	var sum float64
	for _, v := range window { // scaled before they are added up: large ones may overflow
		sum += (float64(v) - n.Mean) / n.Scale
	}
	t := math.RoundToEven(sum / float64(len(window)) * shiftsPerScale)
	if t != t {
		return 0
	}
	return int32(min(max(t, -kernel.MaxCode), kernel.MaxCode))
}

// Offset is the value, in field units, that becomes zero, given the window's shift.
func (n Normalisation) Offset(shift int32) float64 {
	if !n.PerWindow {
		return n.Mean
	}
	shift = min(max(shift, -kernel.MaxCode), kernel.MaxCode)
	return n.Mean + float64(float64(shift)*(n.Scale/shiftsPerScale))
}

// Apply normalises a window. The offset is taken off in float64, so that
// small differences between large values are not lost.
func Apply[T array.Float](n Normalisation, dst []float32, window []T, offset float64) {
	dst = dst[:len(window)]
	for i, v := range window {
		dst[i] = float32((float64(v) - offset) / n.Scale)
	}
}

// Invert returns to field units. What is not finite then, which only hostile
// latents or weights bring about, becomes the offset, since a NaN's bits differ
// between machines.
func Invert[T array.Float](n Normalisation, dst []T, values []float32, offset float64) {
	fallback := T(offset)
	if IsSpecial(fallback) {
		fallback = 0
	}
	for i, v := range values {
		x := T(offset + float64(float64(v)*n.Scale))
		if IsSpecial(x) {
			x = fallback
		}
		dst[i] = x
	}
}

// IsSpecial reports whether v is NaN or infinite.
func IsSpecial[T array.Float](v T) bool { return v-v != 0 }
