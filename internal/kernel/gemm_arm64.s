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

// R1 and R2 are a place and a step in Init and C. R3 to R6 are places in rows of A,
// R7 in B; R8 and R9 the steps along them, R10 the pieces left, R11 and R12 the
// steps to the next one.

// BEGIN1 loads the sums from Init, the first values of A and the steps.
#define BEGIN1 \
	MOVD 16(R0), R1 \
	MOVD 24(R0), R2 \
	VLD1 (R1), [V0.S4, V1.S4, V2.S4, V3.S4] \
	MOVD 32(R0), R3 \
	MOVD 48(R0), R7 \
	MOVD 64(R0), R8 \
	MOVD 72(R0), R9 \
	MOVD 80(R0), R10 \
	MOVD 88(R0), R11 \
	MOVD 96(R0), R12

// NEXT1 loads a row of B and the values of A beside it.
#define NEXT1 \
	VLD1 (R7), [V16.S4, V17.S4, V18.S4, V19.S4] \
	ADD R9, R7 \
	VLD1R (R3), [V20.S4] \
	ADD R8, R3

// SKIP1 moves on to the next piece.
#define SKIP1 \
	ADD R11, R3 \
	ADD R12, R7

// END1 stores the sums to C.
#define END1 \
	MOVD 0(R0), R1 \
	MOVD 8(R0), R2 \
	VST1 [V0.S4, V1.S4, V2.S4, V3.S4], (R1)

// BEGIN4 does so for four rows.
#define BEGIN4 \
	MOVD 16(R0), R1 \
	MOVD 24(R0), R2 \
	VLD1 (R1), [V0.S4, V1.S4, V2.S4, V3.S4] \
	ADD R2, R1 \
	VLD1 (R1), [V4.S4, V5.S4, V6.S4, V7.S4] \
	ADD R2, R1 \
	VLD1 (R1), [V8.S4, V9.S4, V10.S4, V11.S4] \
	ADD R2, R1 \
	VLD1 (R1), [V12.S4, V13.S4, V14.S4, V15.S4] \
	MOVD 32(R0), R3 \
	MOVD 40(R0), R2 \
	ADD R2, R3, R4 \
	ADD R2, R4, R5 \
	ADD R2, R5, R6 \
	MOVD 48(R0), R7 \
	MOVD 64(R0), R8 \
	MOVD 72(R0), R9 \
	MOVD 80(R0), R10 \
	MOVD 88(R0), R11 \
	MOVD 96(R0), R12

// NEXT4 loads a row of B and the values of A beside it.
#define NEXT4 \
	VLD1 (R7), [V16.S4, V17.S4, V18.S4, V19.S4] \
	ADD R9, R7 \
	VLD1R (R3), [V20.S4] \
	VLD1R (R4), [V21.S4] \
	VLD1R (R5), [V22.S4] \
	VLD1R (R6), [V23.S4] \
	ADD R8, R3 \
	ADD R8, R4 \
	ADD R8, R5 \
	ADD R8, R6

// SKIP4 moves on to the next piece.
#define SKIP4 \
	ADD R11, R3 \
	ADD R11, R4 \
	ADD R11, R5 \
	ADD R11, R6 \
	ADD R12, R7

// END4 stores the sums to C.
#define END4 \
	MOVD 0(R0), R1 \
	MOVD 8(R0), R2 \
	VST1 [V0.S4, V1.S4, V2.S4, V3.S4], (R1) \
	ADD R2, R1 \
	VST1 [V4.S4, V5.S4, V6.S4, V7.S4], (R1) \
	ADD R2, R1 \
	VST1 [V8.S4, V9.S4, V10.S4, V11.S4], (R1) \
	ADD R2, R1 \
	VST1 [V12.S4, V13.S4, V14.S4, V15.S4], (R1)

// Adding a row's products, rounded once or twice.
#define FUSEDROW(a, c0, c1, c2, c3) \
	VFMLA V16.S4, a, c0 \
	VFMLA V17.S4, a, c1 \
	VFMLA V18.S4, a, c2 \
	VFMLA V19.S4, a, c3

#define EXACTROW(a, c0, c1, c2, c3) \
	EXACT(16, a, c0) \
	EXACT(17, a, c1) \
	EXACT(18, a, c2) \
	EXACT(19, a, c3)

// func fused1x128(t *byte)
TEXT ·fused1x128(SB), NOSPLIT, $0-8
	MOVD t+0(FP), R0
	BEGIN1

outer:
	MOVD 56(R0), R13 // N

inner:
	NEXT1
	FUSEDROW(V20.S4, V0.S4, V1.S4, V2.S4, V3.S4)
	SUBS $1, R13
	BNE  inner
	SKIP1
	SUBS $1, R10
	BNE  outer
	END1
	RET

// func fused4x128(t *byte)
TEXT ·fused4x128(SB), NOSPLIT, $0-8
	MOVD t+0(FP), R0
	BEGIN4

outer:
	MOVD 56(R0), R13 // N

inner:
	NEXT4
	FUSEDROW(V20.S4, V0.S4, V1.S4, V2.S4, V3.S4)
	FUSEDROW(V21.S4, V4.S4, V5.S4, V6.S4, V7.S4)
	FUSEDROW(V22.S4, V8.S4, V9.S4, V10.S4, V11.S4)
	FUSEDROW(V23.S4, V12.S4, V13.S4, V14.S4, V15.S4)
	SUBS $1, R13
	BNE  inner
	SKIP4
	SUBS $1, R10
	BNE  outer
	END4
	RET

// func exact1x128(t *byte)
TEXT ·exact1x128(SB), NOSPLIT, $0-8
	MOVD t+0(FP), R0
	BEGIN1

outer:
	MOVD 56(R0), R13 // N

inner:
	NEXT1
	EXACTROW(20, 0, 1, 2, 3)
	SUBS $1, R13
	BNE  inner
	SKIP1
	SUBS $1, R10
	BNE  outer
	END1
	RET

// func exact4x128(t *byte)
TEXT ·exact4x128(SB), NOSPLIT, $0-8
	MOVD t+0(FP), R0
	BEGIN4

outer:
	MOVD 56(R0), R13 // N

inner:
	NEXT4
	EXACTROW(20, 0, 1, 2, 3)
	EXACTROW(21, 4, 5, 6, 7)
	EXACTROW(22, 8, 9, 10, 11)
	EXACTROW(23, 12, 13, 14, 15)
	SUBS $1, R13
	BNE  inner
	SKIP4
	SUBS $1, R10
	BNE  outer
	END4
	RET
