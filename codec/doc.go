// Package codec writes and reads morsel archives: arrays compressed with an
// error bound that holds for every value.
//
// # Which call to use when
//
//	an array in memory                          Encode, Decode
//	a file, or any array.Source                 EncodeSource
//	values that arrive bit by bit               NewWriter, after Scan or Prepare for
//	                                            a bound relative to the range
//	an archive that arrives bit by bit          NewReader
//	parts of an archive, or what it holds       Open, then Region or Info
//	several archives of one array               Prepare once, its options for all
//
// FORMAT.md beside this file is the normative description of the bytes,
// GUARANTEES.md states what [Options].Keep guarantees as theorems.
//
// # What is promised
//
// Arrays are row-major with the slowest dimension first. The bound ε is
// absolute and in the array's own unit; |x−x̂| ≤ ε holds for every finite
// value in the array's own element type, evaluated in float64, and the encoder
// has checked it on what a decoder reconstructs. NaN, ±Inf and declared fill
// values come back bit for bit, and no other value becomes one of them. With
// [Bound].PointwiseRel the bound is relative to each value instead.
//
// What looks like fill but was not declared, and decides a bound relative to the
// range, is a [FillError]; see [FillPolicy].
//
// Compatibility: archives name the version of their format, 1. Until the first
// tagged release the format may change; from that on, every later version of
// this package reads every archive of version 1, and an older one says
// [ErrVersion] of what it does not know. Encoding gives the same bytes on every
// machine and for any number of workers, decoding the same bits; the bytes may
// change from one version of this package to the next.
//
// Concurrency: calls may share options, models and the arrays that they read. An
// [Archive] is for any number of goroutines, a [Writer] or a [Reader] for one at
// a time. Encoding and decoding use [Options].Workers goroutines.
//
// Memory: encoding a stream holds a few chunks for each worker, not the array;
// with Keep and several chunks also what the seams between them reach. Decoding
// counts what it needs before it allocates, up to [DecodeOptions].MaxMemory.
//
// Cancellation: a call ends soon after its context is done, with the context's
// error, and nothing of it runs on. What was written until then is no archive.
//
// # Where things are
//
// An array takes one way to its archive, each step in a file of its own:
// [Prepare] looks at the values where the options need it (prepare.go), a plan
// says what holds for the whole archive (plan.go), a search finds the bound for a
// PSNR (search.go), chunks are cut out of what is in memory (encodearray.go) or
// arrives (writer.go), coded (encoder.go), made right across their seams
// (seams.go), and put into the container (output.go). Back it is reader.go,
// archive.go and region.go, which count what a chunk takes (decodebudget.go) before
// they decode it. Below are the rooms of internal, in floors that only look down:
//
//	chunk       a chunk: the table of modes, which way is the smallest, verification
//	pointwise   |x−x̂| ≤ E·|x| by logarithms
//	residual    multilevel prediction, quantisation and the coders of bins
//	lossless    every bit, by a scan
//	latent      estimates by a model
//	keep        signs, order and extrema that hold; below it constraint, which knows
//	            and enforces an order, and coder, which codes it
//	predict     the predictors: cubic interpolation, fitted stencils, running means
//	scan        the coder of lossless values, one by one
//	special     NaN, ±Inf, fill and unpredictable values
//	rans        entropy coding of many symbols, interleaved
//	container   the sections that internal/wire writes, index and footer
//	mixing      counters and their mixtures, the decisions about a bin
//	pack        bytes in zstd
//	quant       bins, and the order of an element type
//	grid        a chunk's shape, its traversal, and its borders
//	tiling      how chunks cut an array
//	rangecoder  binary decisions
//	block       the kinds of blocks
//	detmath     logarithms that are the same everywhere
//	fault       what can be wrong
//	interrupt   contexts in long loops
//	bitio       bits
//
// # To add something
//
// FORMAT.md comes first where bytes change. Then, beside the new file itself:
//
//	a residual coder   a file in internal/residual; its row in coders.go, and the
//	                   level that tries it in effort.go
//	a predictor        a file in internal/predict; its case in predictor.go
//	a chunk mode       a package in internal; its row in chunk/modes.go, and the choice
//	                   that leads to it in chunk/encodings.go
//	a guarantee        files in internal/keep; its name and level in keep/set.go, and
//	                   its constant in keep.go
//	a file format      a package in formats; its row in formats/format.go
//	a metric           a file in topo/audit; its figure and its words in report.go, and
//	                   where it is computed in audit.go
package codec
