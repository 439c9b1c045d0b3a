package kernel

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// Tier is a set of instructions that the kernels are written for.
type Tier uint8

const (
	// Portable is plain Go.
	Portable Tier = iota
	// NEON is arm64's vector extension.
	NEON
	// AVX2 is amd64 with AVX2 and FMA.
	AVX2
	// AVX512 is amd64 with AVX-512 F, BW, DQ and VL.
	AVX512
)

var tierNames = [...]string{"portable", "neon", "avx2", "avx512"}

// String returns the name that MORSEL_KERNEL uses.
func (t Tier) String() string {
	if int(t) < len(tierNames) {
		return tierNames[t]
	}
	return fmt.Sprintf("tier(%d)", uint8(t))
}

// Active returns the tier in use: the best that the machine has, or the one
// that the environment variable MORSEL_KERNEL names (portable, neon, avx2,
// avx512) if the machine has it.
func Active() Tier { return active.tier }

// Variable is the environment variable that chooses the tier.
const Variable = "MORSEL_KERNEL"

// CheckChoice returns an error that says what is allowed when a value of
// [Variable] names no tier, or one that the machine does not have; it is ignored
// then. The empty value chooses the best tier.
func CheckChoice(name string) error {
	var names []string
	for _, t := range tables() {
		names = append(names, t.tier.String())
	}
	if name == "" || slices.Contains(names, name) {
		return nil
	}
	what := "unknown"
	if slices.Contains(tierNames[:], name) {
		what = "not on this machine, or not in this build"
	}
	return fmt.Errorf("%s=%s: %s (want %s)", Variable, name, what, strings.Join(names, " or "))
}

// table holds one tier's vector kernels. Where one is nil, its Go loop runs.
type table struct {
	tier Tier

	// Micro-kernels of 1, 2, ... rows and the given number of columns.
	columns      int
	fused, exact []func(t *byte)
	transpose8   func(dst, src *float32, n, srcRow, dstRow int)

	relu, gelu, silu             func(y, x *float32, n int)
	reluGrad, geluGrad, siluGrad func(gx, gy, x *float32, n int)

	squaredErrors     func(pred, target *float32, n int) float64
	squaredErrorsGrad func(grad, pred, target *float32, n int, c float32) float64
	squaredErrorsAdd  func(grad, pred, target *float32, n int, c float32) float64

	adam       func(k *[7]float32, w, grad, m, v *float32, n int)
	add        func(y, x *float32, n int)
	scale      func(x *float32, n int, a float32)
	sumSquares func(x *float32, n int) float64
	sumRows    func(sum, x *float32, rows, cols int)
	quantize   func(q *int32, x, centre, step *float32, n int)
	dequantize func(x *float32, q *int32, centre, step *float32, n int)
	dropout    func(y, x *float32, blocks int, state uint64, limit uint32, scale float32)

	gramLanes int // columns of a block
	gramBlock func(dst, left, right, w *float64, rows, stride int)

	stencilPoints int // of a block
	stencil       [2]func(dst, base *float64, values *float32, weights *float64, offsets *int, blocks, taps int)
}

// rows is the largest height of a micro-kernel.
func (t *table) rows() int { return len(t.fused) }

var portable = table{tier: Portable}

// active is set once, and by tests.
var active = choose(os.Getenv(Variable))

// choose returns the table of the named tier, or the best one.
func choose(name string) *table {
	available := tables()
	for _, t := range available {
		if t.tier.String() == name {
			return t
		}
	}
	return available[len(available)-1]
}
