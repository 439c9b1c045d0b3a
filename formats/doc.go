// Package formats holds arrays and reads and writes the files they live in.
//
// An array is row-major with the slowest dimension first, of rank 1 to 5. Its
// values are worked on as float32 or float64; the element type of the file
// (half floats and integers too) is kept beside them and restored on output.
//
// Most callers need two calls: [Open] lists the arrays of a file as [Source]
// values, whatever its format, and [Read] loads one of them as an [Array].
// A Source streams its values as little-endian bytes, so a file larger than
// memory can be compressed without loading it. [Write] is the way back, and
// [FromArray] makes a Source of an array in memory.
//
// # Formats
//
//   - Raw values, with shape and type from [OpenOptions] or from a name in the
//     manner of SDRBench (u_25x125x125.f64, u_25_125_125.f32) or of Open SciVis,
//     whose first axis is the fastest: a_4x5x6_float32.raw has the shape 6x5x4.
//   - NPY versions 1 to 3 and NPZ, as numpy.lib.format defines them. Scalars are
//     read with shape 1, booleans as u8, Fortran order in C order.
//   - Arrow IPC files and streams: columns of arrow.fixed_shape_tensor
//     ([TensorType]), fixed-size lists, and plain numbers with their shape in the
//     metadata key "shape"; tensor messages too. Nulls are NaN in floats, and in
//     integers a value that the column lacks, see [OpenOptions] and [Source].
//   - CSV: numeric columns as 1-D arrays, or together as one; see [text].
//   - PNG and PGM: images as integers, [H,W] or [H,W,C].
//   - IDX, the format of the MNIST files, for reading.
//
// Files of any of these may be compressed with gzip, in one member or several,
// and zeros may pad them. What a file begins with decides over its extension, and
// what the caller says over both. Entries that are no array, such as text, objects
// and complex values, are passed over and listed in [File] with the reason; files of
// other kinds are errors that match [ErrUnsupported], and say what they are and how
// to get an array out of them.
//
// # Rooms
//
// Arrays are those of [array], whose names stand here too, and what knows a format's
// bytes is a package below this one: [arrow], [idx], [npy], [raster], [raw] and
// [text]. They read from an [input], a file that may be packed. Kinds of files that
// are not read, and the way out of them, are those of [foreign]. This package tells
// them apart, by a table that has a row for each format, and finds arrays by name: a
// new format is a package, or a file in one, and a row.
//
// Readers trust nothing: shapes that overflow, impossible headers, missing and
// trailing bytes are errors that say what was expected and what was found, and
// match [ErrFormat] with errors.Is. What a header claims is checked against the
// file's size before memory is taken, and [OpenOptions] limits the rest.
package formats
