//go:build noasm || !(amd64 || arm64)

package kernel

import "math"

// tables returns the tables of the tiers that the machine has, best last.
func tables() []*table { return []*table{&portable} }

// vectorTanh is RationalTanh by vectors, where there are any.
func vectorTanh([]float32) bool { return false }

// run returns NaN: there is no kernel.
func (w *sweep) run() float64 { return math.NaN() }
