// Package kernel holds the numeric loops that networks spend their time in.
//
// Arrays are float32, row-major, slowest dimension first; images and volumes
// are NDHWC, with absent leading dimensions of size 1. Every kernel's doc
// comment gives its loop, and that loop is the definition.
//
// A kernel runs on the goroutines of a [Pool], and its result never depends on
// their number. The pool also chooses the arithmetic. With [NewPool] the order
// of operations is the loop's and products are rounded before they are added:
// the bits are the same on every machine, which is what decoding needs. With
// [NewFusedPool], for training, matrix products and convolutions may round less
// often and add in another order; their bits then depend on the tier.
//
// A [Tier] is a set of vector instructions: AVX-512, AVX2 with FMA, NEON, or
// none. The best that the machine has is used, or the one that the environment
// variable MORSEL_KERNEL names; see [Active] and [CheckChoice]. The assembly for
// amd64 is written by the generator in _generate, the one for arm64 by hand; the
// build tag noasm leaves all of it out. Vectors run across outputs, never across a
// sum, in everything that must be exact.
//
// Kernels panic when a slice is too short for its shape, which is a mistake of
// the caller; NaN and infinities pass through.
package kernel
