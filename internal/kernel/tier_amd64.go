//go:build !noasm

package kernel

import (
	"math"
	"unsafe"

	"golang.org/x/sys/cpu"
)

//go:generate sh -c "cd _generate && for k in gemm transpose activation dsl mse adam vector quantize dropout gram stencil; do go run . -kernel $DOLLAR{k} -pkg kernel -out ../$DOLLAR{k}_amd64.s -stubs ../$DOLLAR{k}_stub_amd64.go; done"

// tables returns the tables of the tiers that the machine has, best last.
func tables() []*table {
	list := []*table{&portable}
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		list = append(list, &avx2)
	}
	if cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512VL && cpu.X86.HasBMI2 && cpu.X86.HasFMA {
		list = append(list, &avx512)
	}
	return list
}

var avx2 = table{
	tier:    AVX2,
	columns: 16,
	fused:   []func(*byte){fused1x256, fused2x256, fused3x256, fused4x256, fused5x256, fused6x256},
	exact:   []func(*byte){exact1x256, exact2x256, exact3x256, exact4x256, exact5x256, exact6x256},

	transpose8: transpose8x256,
	relu:       relu256, gelu: gelu256, silu: silu256,
	reluGrad: reluGrad256, geluGrad: geluGrad256, siluGrad: siluGrad256,
	squaredErrors: squaredErrors256, squaredErrorsGrad: squaredErrorsGrad256, squaredErrorsAdd: squaredErrorsAdd256,
	adam: adam256, add: add256, scale: scale256, sumRows: sumRows256, sumSquares: sumSquares256,
	quantize: quantize256, dequantize: dequantize256, dropout: dropout256,
	gramLanes: 4, gramBlock: gramBlock256,
	stencilPoints: 8, stencil: [2]func(*float64, *float64, *float32, *float64, *int, int, int){stencil256, stencilEven256},
}

var avx512 = table{
	tier:    AVX512,
	columns: 32,
	fused:   []func(*byte){fused1x512, fused2x512, fused3x512, fused4x512, fused5x512, fused6x512, fused7x512, fused8x512},
	exact:   []func(*byte){exact1x512, exact2x512, exact3x512, exact4x512, exact5x512, exact6x512, exact7x512, exact8x512},

	transpose8: transpose8x256,
	relu:       relu512, gelu: gelu512, silu: silu512,
	reluGrad: reluGrad512, geluGrad: geluGrad512, siluGrad: siluGrad512,
	squaredErrors: squaredErrors512, squaredErrorsGrad: squaredErrorsGrad512, squaredErrorsAdd: squaredErrorsAdd512,
	adam: adam512, add: add512, scale: scale512, sumRows: sumRows512, sumSquares: sumSquares512,
	quantize: quantize512, dequantize: dequantize512, dropout: dropout512,
	gramLanes: 8, gramBlock: gramBlock512,
	stencilPoints: 16, stencil: [2]func(*float64, *float64, *float32, *float64, *int, int, int){stencil512, stencilEven512},
}

// vectorTanh is RationalTanh by vectors, where there are any. It is called
// directly, not through the table, so that x may lie on the stack.
func vectorTanh(x []float32) bool {
	switch active.tier {
	case AVX2:
		rationalTanh256(&x[0], &x[0], len(x))
	case AVX512:
		rationalTanh512(&x[0], &x[0], len(x))
	default:
		return false
	}
	return true
}

// run goes over the values of w, and returns NaN where there is no kernel for
// them. It calls directly, so that w may lie on the stack.
func (w *sweep) run() float64 {
	p := (*byte)(unsafe.Pointer(w))
	switch {
	case active.tier == AVX512 && w.grad != nil:
		return dslGrad512(p)
	case active.tier == AVX512:
		return dsl512(p)
	case active.tier == AVX2 && w.grad != nil:
		return dslGrad256(p)
	case active.tier == AVX2:
		return dsl256(p)
	}
	return math.NaN()
}
