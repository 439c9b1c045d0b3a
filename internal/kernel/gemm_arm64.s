//go:build !noasm

#include "textflag.h"

// What the assembler lacks, on vectors of four float32: d = n*m, and so on.
#define FMUL4(m, n, d) WORD $(0x6e20dc00 | (m)<<16 | (n)<<5 | (d))
#define FADD4(m, n, d) WORD $(0x4e20d400 | (m)<<16 | (n)<<5 | (d))

// The micro-kernels; see tile for the fields of their argument. A tile has four
// vectors of columns. V16 to V19 hold a row of B, V20 to V23 a value of A each.

// EXACT adds n*m to c, rounding the product first.
#define EXACT(m, n, c) \
	FMUL4(m, n, 24) \
	FADD4(24, c, c)

// func fused1x128(t *byte)
TEXT ·fused1x128(SB), NOSPLIT, $0-8
	MOVD t+0(FP), R0
	MOVD 16(R0), R1 // Init
	MOVD 24(R0), R2
	VLD1 (R1), [V0.S4, V1.S4, V2.S4, V3.S4]
	MOVD 32(R0), R3 // A
	MOVD 48(R0), R7 // B
	MOVD 64(R0), R8 // AStep
	MOVD 72(R0), R9 // BStep
	MOVD 80(R0), R10 // Outer
	MOVD 88(R0), R11 // ANext
	MOVD 96(R0), R12 // BNext

outer:
	MOVD 56(R0), R13 // N

inner:
	VLD1 (R7), [V16.S4, V17.S4, V18.S4, V19.S4]
	ADD  R9, R7
	VLD1R (R3), [V20.S4]
	ADD  R8, R3
	VFMLA V16.S4, V20.S4, V0.S4
	VFMLA V17.S4, V20.S4, V1.S4
	VFMLA V18.S4, V20.S4, V2.S4
	VFMLA V19.S4, V20.S4, V3.S4
	SUBS $1, R13
	BNE  inner
	ADD  R11, R3
	ADD  R12, R7
	SUBS $1, R10
	BNE  outer
	MOVD 0(R0), R1 // C
	MOVD 8(R0), R2
	VST1 [V0.S4, V1.S4, V2.S4, V3.S4], (R1)
	RET

// func fused4x128(t *byte)
TEXT ·fused4x128(SB), NOSPLIT, $0-8
	MOVD t+0(FP), R0
	MOVD 16(R0), R1 // Init
	MOVD 24(R0), R2
	VLD1 (R1), [V0.S4, V1.S4, V2.S4, V3.S4]
	ADD  R2, R1
	VLD1 (R1), [V4.S4, V5.S4, V6.S4, V7.S4]
	ADD  R2, R1
	VLD1 (R1), [V8.S4, V9.S4, V10.S4, V11.S4]
	ADD  R2, R1
	VLD1 (R1), [V12.S4, V13.S4, V14.S4, V15.S4]
	MOVD 32(R0), R3 // A
	MOVD 40(R0), R2
	ADD  R2, R3, R4
	ADD  R2, R4, R5
	ADD  R2, R5, R6
	MOVD 48(R0), R7 // B
	MOVD 64(R0), R8 // AStep
	MOVD 72(R0), R9 // BStep
	MOVD 80(R0), R10 // Outer
	MOVD 88(R0), R11 // ANext
	MOVD 96(R0), R12 // BNext

outer:
	MOVD 56(R0), R13 // N

inner:
	VLD1 (R7), [V16.S4, V17.S4, V18.S4, V19.S4]
	ADD  R9, R7
	VLD1R (R3), [V20.S4]
	VLD1R (R4), [V21.S4]
	VLD1R (R5), [V22.S4]
	VLD1R (R6), [V23.S4]
	ADD  R8, R3
	ADD  R8, R4
	ADD  R8, R5
	ADD  R8, R6
	VFMLA V16.S4, V20.S4, V0.S4
	VFMLA V17.S4, V20.S4, V1.S4
	VFMLA V18.S4, V20.S4, V2.S4
	VFMLA V19.S4, V20.S4, V3.S4
	VFMLA V16.S4, V21.S4, V4.S4
	VFMLA V17.S4, V21.S4, V5.S4
	VFMLA V18.S4, V21.S4, V6.S4
	VFMLA V19.S4, V21.S4, V7.S4
	VFMLA V16.S4, V22.S4, V8.S4
	VFMLA V17.S4, V22.S4, V9.S4
	VFMLA V18.S4, V22.S4, V10.S4
	VFMLA V19.S4, V22.S4, V11.S4
	VFMLA V16.S4, V23.S4, V12.S4
	VFMLA V17.S4, V23.S4, V13.S4
	VFMLA V18.S4, V23.S4, V14.S4
	VFMLA V19.S4, V23.S4, V15.S4
	SUBS $1, R13
	BNE  inner
	ADD  R11, R3
	ADD  R11, R4
	ADD  R11, R5
	ADD  R11, R6
	ADD  R12, R7
	SUBS $1, R10
	BNE  outer
	MOVD 0(R0), R1 // C
	MOVD 8(R0), R2
	VST1 [V0.S4, V1.S4, V2.S4, V3.S4], (R1)
	ADD  R2, R1
	VST1 [V4.S4, V5.S4, V6.S4, V7.S4], (R1)
	ADD  R2, R1
	VST1 [V8.S4, V9.S4, V10.S4, V11.S4], (R1)
	ADD  R2, R1
	VST1 [V12.S4, V13.S4, V14.S4, V15.S4], (R1)
	RET

// func exact1x128(t *byte)
TEXT ·exact1x128(SB), NOSPLIT, $0-8
	MOVD t+0(FP), R0
	MOVD 16(R0), R1 // Init
	MOVD 24(R0), R2
	VLD1 (R1), [V0.S4, V1.S4, V2.S4, V3.S4]
	MOVD 32(R0), R3 // A
	MOVD 48(R0), R7 // B
	MOVD 64(R0), R8 // AStep
	MOVD 72(R0), R9 // BStep
	MOVD 80(R0), R10 // Outer
	MOVD 88(R0), R11 // ANext
	MOVD 96(R0), R12 // BNext

outer:
	MOVD 56(R0), R13 // N

inner:
	VLD1 (R7), [V16.S4, V17.S4, V18.S4, V19.S4]
	ADD  R9, R7
	VLD1R (R3), [V20.S4]
	ADD  R8, R3
	EXACT(16, 20, 0)
	EXACT(17, 20, 1)
	EXACT(18, 20, 2)
	EXACT(19, 20, 3)
	SUBS $1, R13
	BNE  inner
	ADD  R11, R3
	ADD  R12, R7
	SUBS $1, R10
	BNE  outer
	MOVD 0(R0), R1 // C
	MOVD 8(R0), R2
	VST1 [V0.S4, V1.S4, V2.S4, V3.S4], (R1)
	RET

// func exact4x128(t *byte)
TEXT ·exact4x128(SB), NOSPLIT, $0-8
	MOVD t+0(FP), R0
	MOVD 16(R0), R1 // Init
	MOVD 24(R0), R2
	VLD1 (R1), [V0.S4, V1.S4, V2.S4, V3.S4]
	ADD  R2, R1
	VLD1 (R1), [V4.S4, V5.S4, V6.S4, V7.S4]
	ADD  R2, R1
	VLD1 (R1), [V8.S4, V9.S4, V10.S4, V11.S4]
	ADD  R2, R1
	VLD1 (R1), [V12.S4, V13.S4, V14.S4, V15.S4]
	MOVD 32(R0), R3 // A
	MOVD 40(R0), R2
	ADD  R2, R3, R4
	ADD  R2, R4, R5
	ADD  R2, R5, R6
	MOVD 48(R0), R7 // B
	MOVD 64(R0), R8 // AStep
	MOVD 72(R0), R9 // BStep
	MOVD 80(R0), R10 // Outer
	MOVD 88(R0), R11 // ANext
	MOVD 96(R0), R12 // BNext

outer:
	MOVD 56(R0), R13 // N

inner:
	VLD1 (R7), [V16.S4, V17.S4, V18.S4, V19.S4]
	ADD  R9, R7
	VLD1R (R3), [V20.S4]
	VLD1R (R4), [V21.S4]
	VLD1R (R5), [V22.S4]
	VLD1R (R6), [V23.S4]
	ADD  R8, R3
	ADD  R8, R4
	ADD  R8, R5
	ADD  R8, R6
	EXACT(16, 20, 0)
	EXACT(17, 20, 1)
	EXACT(18, 20, 2)
	EXACT(19, 20, 3)
	EXACT(16, 21, 4)
	EXACT(17, 21, 5)
	EXACT(18, 21, 6)
	EXACT(19, 21, 7)
	EXACT(16, 22, 8)
	EXACT(17, 22, 9)
	EXACT(18, 22, 10)
	EXACT(19, 22, 11)
	EXACT(16, 23, 12)
	EXACT(17, 23, 13)
	EXACT(18, 23, 14)
	EXACT(19, 23, 15)
	SUBS $1, R13
	BNE  inner
	ADD  R11, R3
	ADD  R11, R4
	ADD  R11, R5
	ADD  R11, R6
	ADD  R12, R7
	SUBS $1, R10
	BNE  outer
	MOVD 0(R0), R1 // C
	MOVD 8(R0), R2
	VST1 [V0.S4, V1.S4, V2.S4, V3.S4], (R1)
	ADD  R2, R1
	VST1 [V4.S4, V5.S4, V6.S4, V7.S4], (R1)
	ADD  R2, R1
	VST1 [V8.S4, V9.S4, V10.S4, V11.S4], (R1)
	ADD  R2, R1
	VST1 [V12.S4, V13.S4, V14.S4, V15.S4], (R1)
	RET
