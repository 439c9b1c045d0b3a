// Package autoencoder trains and runs the networks that turn windows of a
// field into a few small integers, the latents, and back.
//
// [Train] makes a [Model] from the arrays of a set, of any element type and
// magnitude; nil options choose everything. A model knows the shape of its
// window, which tiles the fastest axes of an array while leading axes are a
// batch. [Model.Encode] and [Model.Decode] work in the field's own units, and so
// do [Model.Encode64] and [Model.Decode64] for fields that float32 does not
// resolve. [Model.Write] and [Read] store a model as a .mrsm file, whose bytes
// FORMAT.md lays out; [Model.ID] is the SHA-256 of that content. Models may be
// used, and trained, by many goroutines at once.
//
// Layers follow the conventions of the field: arrays are row-major with the
// slowest dimension first and channels last (NDHWC), convolutions are
// cross-correlations. The models of the paper "Directional Sign Loss"
// (arXiv 2504.04202, table 4), its image model excepted, are presets beside
// small ones that train in seconds; see [Presets].
//
// Two promises hold for every model. Decode gives the same bits on every
// machine and for any number of workers. Train with a fixed number of steps and
// a fixed seed gives the same model bytes for any number of workers, also when
// it was interrupted and resumed, as long as the machine has the same vector
// instructions: training uses fused multiplications where they exist. [Kernel] says
// which these are.
package autoencoder
