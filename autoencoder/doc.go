// Package autoencoder trains and runs the networks that turn windows of a
// field into a few small integers, the latents, and back.
//
// A window is a block of neighbouring values, of the one shape that a model was
// made for; windows tile the fastest axes of an array, while leading axes are a
// batch. The encoder makes latents of a window, the decoder a window of latents.
//
// # Which call
//
// [Train] makes a [Model] from the arrays of a set, of any element type and
// magnitude; nil options choose everything. [Presets] lists architectures to
// choose from, and [TrainOptions] takes one's own, a [Spec]. [Model.Encode] and
// [Model.Decode] work in the field's own units, and so do [Model.Encode64] and
// [Model.Decode64] for fields that float32 does not resolve. [Model.Write] and
// [Read] store a model as a .mrsm file, whose bytes FORMAT.md lays out; who reads
// files of others bounds their memory by [ReadWithin]. [Model.ID] is the SHA-256 by
// which archives name a model. Package codec uses models to compress arrays.
//
// Layers follow the conventions of the field: arrays are row-major with the
// slowest dimension first and channels last (NDHWC), convolutions are
// cross-correlations. The models of the paper "Directional Sign Loss"
// (arXiv 2504.04202, table 4), its image model excepted, are presets beside
// small ones that train in seconds.
//
// # Promises
//
// Decode gives the same bits on every machine and for any number of workers.
// Train with a fixed number of steps and a fixed seed gives the same model bytes
// for any number of workers, also when it was interrupted and resumed, as long as
// the machine has the same vector instructions: training uses fused
// multiplications where they exist. [Kernel] says which these are.
//
// From the first release on, every later one reads every model file. Until then
// the format may change. A checkpoint of an interrupted training is for the
// version that wrote it.
//
// Models may be used, and trained, by many goroutines at once. Train ends soon
// after its context does; Encode and Decode take what one batch of windows takes.
//
// # Where things are
//
//	to add                     change
//	a kind of layer            a file in internal/layers, a row of its layerKinds, FORMAT.md
//	what a model file holds    a row of sectionKinds in internal/modelfile, a field of its Contents, FORMAT.md
//	a preset                   a row of recipes in presets.go
//	a schedule of the rate     internal/training/schedule.go, types.go
//	a quantisation             internal/training/quantisation.go, types.go
//	an optimiser               a file beside internal/training/adam.go, trainer.go
//
// The rooms, from the ground up: internal/container has the build of files,
// internal/scaling normalisation and quantiser, internal/layers the networks,
// internal/dataset the arrays that a training draws from, internal/training the
// training, internal/modelfile what model files hold; this package puts them
// together.
package autoencoder
