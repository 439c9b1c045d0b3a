package autoencoder

import "github.com/morselcodec/morsel/internal/kernel"

// quantiser maps each channel of the latents to integers: value = centre +
// code·step.
type quantiser struct{ centre, step []float32 }

// newQuantiser returns one whose centres and steps are to be set.
func newQuantiser(channels int) quantiser {
	return quantiser{make([]float32, channels), make([]float32, channels)}
}

// round replaces z, [rows, channels], by what its codes stand for.
func (q quantiser) round(z []float32, codes []int32) {
	kernel.Quantize(codes, z, q.centre, q.step)
	kernel.Dequantize(z, codes, q.centre, q.step)
}
