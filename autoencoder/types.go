package autoencoder

import (
	"github.com/morselcodec/morsel/autoencoder/internal/dataset"
	"github.com/morselcodec/morsel/autoencoder/internal/layers"
	"github.com/morselcodec/morsel/autoencoder/internal/scaling"
)

// Spec is an architecture: the shape of a window, rank 1 to 3, slowest axis first,
// and the layers of encoder and decoder in order. The encoder starts from one window
// with one channel, [Window..., 1], the decoder from the latents as the encoder
// leaves them, and ends with as many values as the window has. Its method Check
// reports an error matching [ErrSpec] unless the layers fit together and stay within
// the limits of FORMAT.md.
type Spec = layers.Spec

// Layer describes one layer. Kind says which fields it reads:
//
//	dense            Out                          needs a flat input
//	conv             Out, Kernel, Stride, Pad     one number per spatial axis
//	transposed-conv  Out, Kernel, Stride, Pad, OutputPad
//	upsample         Factor                       nearest neighbour
//	relu, gelu, silu                              gelu in its tanh form
//	dropout          Rate                         while training only
//	flatten
//	reshape          Shape                        of one example, channels last
//
// Out is a number of values or channels, Rate the share of values that are dropped,
// 0 or more and below 1. Stride defaults to ones, Pad and OutputPad to zeros. Sizes
// are PyTorch's.
type Layer = layers.Layer

// Init is how weights start.
type Init = layers.Init

const (
	// KaimingUniform is PyTorch's default: weights and biases uniform within
	// ±1/sqrt(fan in). It is what reproduces the DSL paper's table 1.
	KaimingUniform = layers.KaimingUniform
	// He draws weights from a normal distribution of variance 2/fan in (He et
	// al., 2015); biases start at zero.
	He = layers.He
)

// Normalisation maps a field's values to those a network works on,
// (value − Mean) / Scale. With PerWindow the mean of each window is taken off
// instead, in steps of Scale/64, and its number of steps from Mean is stored as
// one more latent.
type Normalisation = scaling.Normalisation

// DataRecord sums up training data: how many arrays and values there were, how many
// of them could be used, and the range of those in training, in field units. Values
// are usable unless they are NaN, infinite or fill. Its method Usable returns the
// share of the values that could be used, 0 to 1.
type DataRecord = dataset.Record

// FillRecord is a value that stood for missing data in arrays of one element type,
// both as text, and how often it occurred.
type FillRecord = dataset.FillRecord
