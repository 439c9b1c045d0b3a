// Package kernel holds the numeric loops that networks spend their time in.
//
// Arrays are float32, row-major, slowest dimension first; images and volumes
// are NDHWC, with absent leading dimensions of size 1. Every kernel's doc
// comment gives its loop, and that loop is the definition: the order of its
// operations is fixed, products are rounded before they are added, and the
// result depends neither on the number of workers nor on the machine. A model
// therefore decodes to the same bits everywhere. Vector versions belong behind
// these same functions.
//
// Kernels panic when a slice is too short for its shape, which is a mistake of
// the caller; NaN and infinities pass through.
package kernel
