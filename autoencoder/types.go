package autoencoder

import (
	"github.com/morselcodec/morsel/autoencoder/internal/dataset"
	"github.com/morselcodec/morsel/autoencoder/internal/layers"
	"github.com/morselcodec/morsel/autoencoder/internal/scaling"
	"github.com/morselcodec/morsel/autoencoder/internal/training"
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
// are PyTorch's; FORMAT.md has them.
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

// Schedule is how the learning rate changes over a training run, after a
// linear warm-up.
type Schedule = training.Schedule

const (
	// Cosine falls to 0.5 % of the rate along half a cosine.
	Cosine = training.Cosine
	// Constant keeps the rate.
	Constant = training.Constant
	// Plateau halves the rate when the validation loss has not improved for
	// 20 evaluations.
	Plateau = training.Plateau
	// Restarts is three cosines, each twice as long as the one before, every
	// one from the full rate (warm restarts; Loshchilov and Hutter, 2017).
	Restarts = training.Restarts
)

// ParseSchedule returns the schedule of a name: cosine, constant, plateau or
// restarts. Other names are an error matching [ErrOptions].
func ParseSchedule(name string) (Schedule, error) { return training.ParseSchedule(name) }

// Quantisation is what stands for rounding the latents while training. The
// step of a channel follows its spread, so a network gains nothing from
// scaling its latents up.
type Quantisation = training.Quantisation

const (
	// UniformNoise adds noise as wide as a step (Ballé et al., 2017).
	UniformNoise = training.UniformNoise
	// StraightThrough rounds, and lets gradients pass as if it had not.
	StraightThrough = training.StraightThrough
	// NoQuantisation trains on exact latents, which are quantised afterwards.
	NoQuantisation = training.NoQuantisation
)

// DefaultResolution is the number of quantisation steps in a latent channel's
// standard deviation: about seven bits per latent.
const DefaultResolution = training.DefaultResolution

// Progress is the state of a running training:
//
//	Step, Steps         steps done, and of the whole run; 0 when it is trained by time
//	Loss                training loss, averaged over the last steps
//	Validation, Best    loss of the last evaluation, and the lowest; NaN before the first
//	Evaluated           whether this call reports a new evaluation
//	Rate                learning rate
//	WindowsPerSecond
//	Elapsed, Remaining  time; the latter is an estimate
type Progress = training.Progress

// Validation is the loss over held-out windows, with quantised latents: Loss, as it
// was trained for; MSE, in normalised units; and DSL, the exact share of signs that
// differ, 0 to 1.
type Validation = training.Validation

// Normalisation maps a field's values to those a network works on,
// (value − Mean) / Scale, Mean and Scale in field units. With PerWindow the mean of
// each window is taken off instead, in steps of Scale/64, and its number of steps
// from Mean is stored as one more latent.
type Normalisation = scaling.Normalisation

// DataRecord sums up training data. Values are usable unless they are NaN, infinite
// or fill.
//
//	Arrays, Unusable  arrays with usable values, and without
//	Values, HeldOut   usable values in training, and held out
//	Missing           values that are not usable
//	Fills             what stood for missing data, a [FillRecord] each
//	Min, Max          of the values in training, in field units
//
// Its method Usable returns the share of the values that could be used, 0 to 1.
type DataRecord = dataset.Record

// FillRecord is a Value that stood for missing data in arrays of one element type,
// DType, both as text, and the Count of how often it occurred.
type FillRecord = dataset.FillRecord
