//go:build !noasm

package kernel

import (
	"math"
	"unsafe"
)

// tables returns the tables of the tiers that the machine has, best last:
// every arm64 has NEON.
func tables() []*table { return []*table{&portable, &neon} }

var neon = table{
	tier:    NEON,
	columns: 16,
	fused:   []func(*byte){fused1x128, fused2x128, fused3x128, fused4x128},
	exact:   []func(*byte){exact1x128, exact2x128, exact3x128, exact4x128},
	add:     add128,
	scale:   scale128,
	relu:    relu128, reluGrad: reluGrad128,
	adam: adam128, sumRows: sumRows128,
}

//go:noescape
func fused1x128(t *byte)

//go:noescape
func fused4x128(t *byte)

//go:noescape
func exact1x128(t *byte)

//go:noescape
func exact4x128(t *byte)

// Lower tiles are so many of one row.
func fused2x128(t *byte) { rowByRow(t, 2, fused1x128) }
func fused3x128(t *byte) { rowByRow(t, 3, fused1x128) }
func exact2x128(t *byte) { rowByRow(t, 2, exact1x128) }
func exact3x128(t *byte) { rowByRow(t, 3, exact1x128) }

func rowByRow(t *byte, rows int, kernel func(t *byte)) {
	row := *(*tile)(unsafe.Pointer(t))
	for range rows {
		kernel((*byte)(unsafe.Pointer(&row)))
		row.C = (*float32)(unsafe.Add(unsafe.Pointer(row.C), row.CRow))
		row.Init = (*float32)(unsafe.Add(unsafe.Pointer(row.Init), row.InitRow))
		row.A = (*float32)(unsafe.Add(unsafe.Pointer(row.A), row.ARow))
	}
}

// vectorTanh is RationalTanh by vectors, where there are any. It is called
// directly, not through the table, so that x may lie on the stack.
func vectorTanh(x []float32) bool {
	if active.tier != NEON {
		return false
	}
	whole := len(x) &^ 3
	if whole > 0 {
		tanhFours(&x[0], whole)
	}
	for i := whole; i < len(x); i++ {
		x[i] = rationalTanh(x[i])
	}
	return true
}

// run returns NaN: there is no kernel.
func (w *sweep) run() float64 { return math.NaN() }
