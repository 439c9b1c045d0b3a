// Package pipeline composes jobs over arrays from stages: read, compress,
// decompress, audit, write.
//
// A [Stage] turns one value into another; [Then] joins two, [Using] holds a
// resource open around one, [Measure] names and counts one, and [Map] runs one
// over a sequence with bounded concurrency. [ReadFile] begins a job with a file;
// the ready-made stages work on an [Item]:
//
//	Compress    Array → Archive, Stats
//	Decompress  Archive → Array
//	Audit       Array, Archive → Report
//	Write       Archive → a file
//
// [Encode] and [EncodeSmallest], [Decode] and [Compare] are the same work for
// callers who need no stages.
//
// Package pipeline builds on codec, formats and topo/audit. It opens no files by
// name except through an [fs.FS], draws nothing, and neither logs nor reads flags.
// Sizes are bytes, times are seconds, arrays are row-major with the slowest
// dimension first. Stages may run at once on different items; an item is not
// written to after it was passed on. Errors are those of the packages below,
// wrapped, and as an [*Error] where [Measure] named the stage; a done context ends
// a stage with its error.
package pipeline
