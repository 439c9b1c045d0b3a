package layers

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Init is how weights start.
type Init uint8

const (
	// KaimingUniform is PyTorch's default: weights and biases uniform within
	// ±1/sqrt(fan in). It is what reproduces the DSL paper's table 1.
	KaimingUniform Init = iota
	// He draws weights from a normal distribution of variance 2/fan in (He et
	// al., 2015); biases start at zero.
	He
)

// String returns the name that model files use.
func (i Init) String() string {
	switch i {
	case KaimingUniform:
		return "kaiming-uniform"
	case He:
		return "he"
	}
	return fmt.Sprintf("init(%d)", uint8(i))
}

// fill draws a layer's weights and biases; fan is its number of inputs.
func (i Init) fill(rng *rand.Rand, weights, biases []float32, fan int) {
	if i == He {
		scale := math.Sqrt(2 / float64(fan))
		for k := range weights {
			weights[k] = float32(scale * rng.NormFloat64())
		}
		clear(biases)
		return
	}
	limit := 1 / math.Sqrt(float64(fan))
	for k := range weights {
		weights[k] = float32(limit * (2*rng.Float64() - 1))
	}
	for k := range biases {
		biases[k] = float32(limit * (2*rng.Float64() - 1))
	}
}
