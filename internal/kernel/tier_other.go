//go:build noasm || !(amd64 || arm64)

package kernel

// tables returns the tables of the tiers that the machine has, best last.
func tables() []*table { return []*table{&portable} }

// vectorTanh is RationalTanh by vectors, where there are any.
func vectorTanh([]float32) bool { return false }
