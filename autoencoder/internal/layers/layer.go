// Package layers has the layers of networks, and the networks that they form: how
// they are described in model files, run, and differentiated. The arithmetic is
// that of internal/kernel; FORMAT.md has the layers' shapes, parameters and limits,
// and their order of operations.
//
// Arrays are row-major with the slowest axis first and channels last (NDHWC), a
// batch of examples one after the other. An example is one input of a network, its
// shape without the batch. The parameters of all layers lie in one vector, which
// package layers calls weights, biases included.
//
// A layer of another kind is a file here and a row of layerKinds.
package layers

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/morselcodec/morsel/internal/kernel"
)

// layer is one step of a network. Slices hold a whole batch, examples one after
// the other; w and gw are the layer's own weights and their gradient.
type layer interface {
	shape() []int // of one example's output, channels last
	weights() int
	macs() int64 // multiplications for one example
	initialise(rng *rand.Rand, method Init, w []float32)
	// inPlace says that y may be x in forward, and gx may be gy in backward,
	// which is then given that output for x.
	inPlace() bool
	forward(p Pass, y, x, w []float32)
	// backward sets gx, unless it is nil, and adds to gw.
	backward(p Pass, gx, gw, gy, x, w []float32)
}

// Pass is what the layers share during one run through a network.
type Pass struct {
	Pool  *kernel.Pool
	N     int    // examples
	Train bool   // whether dropout drops
	Key   uint64 // of this step's random numbers
}

// weightless is embedded by layers without weights.
type weightless struct{ out []int }

func (l weightless) shape() []int                               { return l.out }
func (l weightless) weights() int                               { return 0 }
func (l weightless) macs() int64                                { return 0 }
func (l weightless) inPlace() bool                              { return false }
func (l weightless) initialise(*rand.Rand, Init, []float32)     {}
func (l weightless) forward(_ Pass, y, x, _ []float32)          { copy(y, x) }
func (l weightless) backward(_ Pass, gx, _, gy, _, _ []float32) { copy(gx, gy) }

// spatial returns the values of option, one per spatial axis of in, with
// leading ones up to three axes; absent means all have the given value.
func spatial(name string, option, in []int, absent, lead, low int) ([3]int, error) {
	v := [3]int{lead, lead, lead}
	rank := len(in) - 1
	if rank < 1 {
		return v, fmt.Errorf("needs spatial axes, the input has shape %v", in)
	}
	if option != nil && len(option) != rank {
		return v, fmt.Errorf("%s has %d numbers for %d spatial axes", name, len(option), rank)
	}
	for i := range rank {
		n := absent
		if option != nil {
			n = option[i]
		}
		if n < low || n > maxActivations {
			return v, fmt.Errorf("%s %v (want at least %d)", name, option, low)
		}
		v[3-rank+i] = n
	}
	return v, nil
}

// volume3 returns the spatial sizes of in with leading ones, and its channels.
func volume3(in []int) ([3]int, int) {
	v := [3]int{1, 1, 1}
	rank := len(in) - 1
	copy(v[3-rank:], in[:rank])
	return v, in[rank]
}

// shape3 is the inverse of volume3 for the given spatial rank.
func shape3(v [3]int, rank, channels int) []int {
	return append(slices.Clone(v[3-rank:]), channels)
}
