package training

import (
	"io"
	"time"

	"github.com/morselcodec/morsel/autoencoder/internal/layers"
)

// Settings say how to train, with no default left open.
type Settings struct {
	Preset string // the name of the architecture, for messages
	Spec   layers.Spec
	Nets   *layers.Halves // as Spec says

	MSE, DSL   float64 // weights of the losses
	Sharpness  float64 // of the DSL; 0 is found from the data
	Balance    float64 // of the gradients of DSL and MSE; 0: DSL is what it is
	PaperUnits bool    // MSE summed over points, DSL not halved

	Steps    int           // optimisation steps, unless
	Time     time.Duration // is positive
	Batch    int           // windows per step
	Rate     float64       // largest learning rate
	Schedule Schedule
	WarmUp   int     // steps
	Clip     float64 // largest norm of the gradient
	Patience int     // evaluations; 0: without limit
	Init     layers.Init
	InitOnly bool

	Quantisation Quantisation
	Resolution   float64 // steps in a latent channel's standard deviation

	Seed    uint64
	Workers int // 0: one per available processor

	EvaluateEvery   int            // steps
	Progress        func(Progress) // may be nil
	CheckpointEvery int            // steps
	CheckpointAfter time.Duration  // or this long
	Checkpoint      func(c io.WriterTo) error
	Resume          io.Reader
}
