// Package formats holds arrays and reads and writes the files they live in.
//
// An array is row-major with the slowest dimension first, of rank 1 to 5. Its
// values are worked on as float32 or float64; the element type of the file
// (half floats and integers too) is kept beside them and restored on output.
//
// Most callers need two calls: [Open] lists the arrays of a file as [Source]
// values, whatever its format, and [Read] loads one of them as an [Array].
// A Source streams its values as little-endian bytes, so a file larger than
// memory can be compressed without loading it. [Write] is the way back.
//
// Readers trust nothing: shapes that overflow, impossible headers, missing and
// trailing bytes are errors that say what was expected and what was found, and
// match [ErrFormat] with errors.Is.
package formats
