package scaling

import "github.com/morselcodec/morsel/internal/kernel"

// Quantiser maps each channel of the latents to integers: value = Centre +
// code·Step. Both have one number for each channel, and steps are positive.
type Quantiser struct{ Centre, Step []float32 }

// NewQuantiser returns one whose centres and steps are to be set.
func NewQuantiser(channels int) Quantiser {
	return Quantiser{make([]float32, channels), make([]float32, channels)}
}

// Round replaces z, [rows, channels], by what its codes stand for.
func (q Quantiser) Round(z []float32, codes []int32) {
	kernel.Quantize(codes, z, q.Centre, q.Step)
	kernel.Dequantize(z, codes, q.Centre, q.Step)
}
