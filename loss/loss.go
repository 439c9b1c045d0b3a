package loss

import (
	"fmt"
	"math"
	"slices"

	"github.com/morselcodec/morsel/formats/array"
)

// Loss measures how far a batch of predictions is from its targets. Shape is
// that of both arrays, [batch, ...]; an array that it does not fit is an error
// matching [array.ErrShape].
type Loss[T array.Float] interface {
	// Value returns the loss.
	Value(pred, target []T, shape []int) (float64, error)
	// Gradient returns the loss and overwrites grad with its derivative in pred.
	Gradient(grad, pred, target []T, shape []int) (float64, error)
}

// Reduction says how the losses of a batch's examples become one number. To
// leave them apart, as frameworks do with "none", call PerExample; the
// gradients of that vector's sum are those of Sum.
type Reduction uint8

// The reductions.
const (
	Mean Reduction = iota // the average over the examples
	Sum                   // their sum
)

func (r Reduction) factor(examples int) float64 {
	if r == Mean && examples > 0 {
		return 1 / float64(examples)
	}
	return 1
}

func (r Reduction) check() error {
	if r > Sum {
		return fmt.Errorf("loss: unknown reduction %d (want Mean or Sum)", r)
	}
	return nil
}

// batch is a checked shape: examples of size values each, row-major over dims.
type batch struct {
	examples, size int
	dims           []int
}

// newBatch checks that each array has the length that shape asks for.
func newBatch(shape []int, lengths ...int) (batch, error) {
	if len(shape) == 0 {
		return batch{}, fmt.Errorf("%w: loss: no dimensions (want [batch, ...])", array.ErrShape)
	}
	size, empty := 1, slices.Contains(shape, 0)
	for i, n := range shape {
		if n < 0 || !empty && size > math.MaxInt/n {
			// Copied, so that the slice of a good shape need not be on the heap.
			return batch{}, fmt.Errorf("%w: loss: impossible dimension %d in %v", array.ErrShape, i, slices.Clone(shape))
		}
		size *= n
	}
	for _, n := range lengths {
		if n != size {
			return batch{}, fmt.Errorf("%w: loss: %v wants %d values, found %d", array.ErrShape, slices.Clone(shape), size, n)
		}
	}
	b := batch{examples: shape[0], dims: shape[1:]}
	if b.examples > 0 {
		b.size = size / b.examples
	}
	return b, nil
}

func checkWeight(name string, w float64) error {
	if !(w >= 0) || math.IsInf(w, 1) {
		return fmt.Errorf("loss: %s is %v (want a finite number, 0 or more)", name, w)
	}
	return nil
}
