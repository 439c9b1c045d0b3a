// Package keep makes decoded chunks keep the order of their originals: the signs of
// differences between neighbours, and extrema.
//
// What is to hold is stated as constraints between values (package constraint),
// which a keep block holds beside the residual (package coder codes them).
// [Restore], the decoder, moves the values that the residual left into an order
// that meets the constraints, by the projection. On the encoder's side a [Keeper]
// runs the same projection, and bisects intervals and adds witnesses until its
// result is right: for a chunk by itself and, with a [Halo], across the seams
// between chunks.
//
// Values are given as a residual decodes them, special values (package special)
// beside them. A value is ordinary if it is finite and not fill; only ordinary
// values are compared. It is fixed if its decoded value is known to be the
// original. The keep level is the number of a set of guarantees in the format.
//
// See section 9 of FORMAT.md, "Keep", and the theorems of GUARANTEES.md.
package keep
