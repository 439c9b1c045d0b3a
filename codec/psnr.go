package codec

import (
	"math"

	"github.com/morselcodec/morsel/codec/internal/chunk"
	"github.com/morselcodec/morsel/codec/internal/detmath"
)

// squaredErrors adds up those of chunks.
type squaredErrors struct {
	squares  float64 // in units of ε²
	ordinary int64
}

func (n *squaredErrors) add(e *chunk.Encoded) {
	n.squares += e.Squares
	n.ordinary += int64(e.Ordinary)
}

// psnr returns decibels, +Inf where there is no error.
func (n *squaredErrors) psnr(width, eps float64) float64 {
	if n.squares == 0 {
		return math.Inf(1)
	}
	return float64(20*(detmath.Log10(width)-detmath.Log10(eps))) - float64(10*detmath.Log10(n.squares/float64(n.ordinary)))
}

func finiteOrNil(v float64) *float64 {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return nil
	}
	return &v
}
