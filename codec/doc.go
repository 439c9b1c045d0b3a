// Package codec writes and reads morsel archives: arrays compressed with an
// error bound that holds for every value.
//
// [Encode] and [Decode] work on arrays in memory. [NewWriter] and [NewReader]
// do the same on streams of little-endian values, so that an array never has
// to be in memory whole; [Open] gives random access to regions of an archive.
// FORMAT.md beside this file is the normative description of the bytes.
//
// Arrays are row-major with the slowest dimension first. The bound ε is
// absolute and in the array's own unit; |x−x̂| ≤ ε holds for every finite
// value in the array's own element type, evaluated in float64, and the encoder
// has checked it on what a decoder reconstructs. NaN, ±Inf and declared fill
// values come back bit for bit, and no other value becomes one of them. With
// [Bound].PointwiseRel the bound is relative to each value instead. Decoding gives
// the same bits on every machine.
//
// What looks like fill but was not declared, and decides a bound relative to the
// range, is a [FillError]; see [FillPolicy].
//
// [Options].Keep asks for more than the bound: that strict extrema, the signs
// of differences along axes, or the order of all neighbours survive exactly.
// GUARANTEES.md beside this file states what that means as theorems.
//
// Archives are the same bytes on every machine, too. A call ends soon after its
// context is done, with the context's error, and nothing of it runs on. Calls
// may share options, models and the arrays that they read; an [Archive] is for
// any number of goroutines, a [Writer] or a [Reader] for one at a time.
package codec
