// Package array holds arrays of numbers, and what every reader, writer and codec
// of them has to know; it builds on the standard library alone.
//
// An [Array] is row-major with the slowest dimension first, of rank 1 to 5, and
// its values are worked on as float32 or float64. The element type of its file,
// a [DType], is kept beside them and restored on output: [Promote] converts the
// file's elements to floats and [Demote] back. A single value, bit for bit, is
// an [Element].
//
// A [Source] is an array that is not loaded: a [Header] and a stream of
// little-endian elements, which can be opened many times. [Read] loads one, and
// [FromArray] makes one of an array in memory.
//
// A fill value stands for missing data. A [Census] finds in one pass the range of
// the others, how often each declared fill value occurs, and which values look
// like fill though nobody declared them, its candidates; a [FillPolicy] says what
// becomes of those.
package array
