//go:build !noasm

#include "textflag.h"

// What the assembler lacks, on vectors of four float32: d = n op m.
#define FADD4(m, n, d) WORD $(0x4e20d400 | (m)<<16 | (n)<<5 | (d))
#define FSUB4(m, n, d) WORD $(0x4ea0d400 | (m)<<16 | (n)<<5 | (d))
#define FMUL4(m, n, d) WORD $(0x6e20dc00 | (m)<<16 | (n)<<5 | (d))
#define FDIV4(m, n, d) WORD $(0x6e20fc00 | (m)<<16 | (n)<<5 | (d))
#define FMIN4(m, n, d) WORD $(0x4ea0f400 | (m)<<16 | (n)<<5 | (d))
#define FMAX4(m, n, d) WORD $(0x4e20f400 | (m)<<16 | (n)<<5 | (d))
#define FSQRT4(n, d) WORD $(0x6ea1f800 | (n)<<5 | (d))
#define BELOW0(n, d) WORD $(0x4ea0e800 | (n)<<5 | (d))             // ones where n < 0
#define ATMOST0(n, d) WORD $(0x6ea0d800 | (n)<<5 | (d))            // ones where n <= 0
#define CLEAR(m, n, d) WORD $(0x4e601c00 | (m)<<16 | (n)<<5 | (d)) // n and not m

// func addFours(y, x *float32, n int)
TEXT ·addFours(SB), NOSPLIT, $0-24
	MOVD y+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), R2

loop:
	VLD1   (R0), [V0.S4]
	VLD1.P 16(R1), [V1.S4]
	FADD4(1, 0, 0)
	VST1.P [V0.S4], 16(R0)
	SUBS   $4, R2
	BNE    loop
	RET

// func scaleFours(x *float32, n int, a float32)
TEXT ·scaleFours(SB), NOSPLIT, $0-20
	MOVD  x+0(FP), R0
	MOVD  n+8(FP), R2
	MOVWU a+16(FP), R3
	VDUP  R3, V1.S4

loop:
	VLD1   (R0), [V0.S4]
	FMUL4(1, 0, 0)
	VST1.P [V0.S4], 16(R0)
	SUBS   $4, R2
	BNE    loop
	RET

#define CONSTANT(bits, v) \
	MOVD $bits, R3 \
	VDUP R3, v.S4

// A step of Horner's rule: s*z + c, with one rounding, in t.
#define HORNER(c, z, s, t) \
	VMOV  c.B16, t.B16            \
	VFMLA s.S4, z.S4, t.S4

// func tanhFours(x *float32, n int)
//
// x·P(x²)/Q(x²); minima and maxima let NaN pass.
TEXT ·tanhFours(SB), NOSPLIT, $0-16
	MOVD x+0(FP), R0
	MOVD n+8(FP), R2
	CONSTANT(0x3264d1e9, V8)
	CONSTANT(0x37acaab2, V9)
	CONSTANT(0x3b64fc2d, V10)
	CONSTANT(0x3e090221, V11)
	CONSTANT(0x3f800000, V12)
	CONSTANT(0x35505c33, V16)
	CONSTANT(0x39ac20ee, V17)
	CONSTANT(0x3cd3ef93, V18)
	CONSTANT(0x3eef2bb5, V19)
	CONSTANT(0x411051ec, V20) // 9.02
	CONSTANT(0xc11051ec, V21)
	CONSTANT(0xbf800000, V22) // -1; 1 is V12

loop:
	VLD1 (R0), [V0.S4]
	FMIN4(20, 0, 0)
	FMAX4(21, 0, 0)
	FMUL4(0, 0, 1)
	HORNER(V9, V1, V8, V2)
	HORNER(V10, V1, V2, V3)
	HORNER(V11, V1, V3, V2)
	HORNER(V12, V1, V2, V3)
	FMUL4(0, 3, 3)
	HORNER(V17, V1, V16, V4)
	HORNER(V18, V1, V4, V5)
	HORNER(V19, V1, V5, V4)
	HORNER(V12, V1, V4, V5)
	FDIV4(5, 3, 0)
	FMIN4(12, 0, 0)
	FMAX4(22, 0, 0)
	VST1.P [V0.S4], 16(R0)
	SUBS   $4, R2
	BNE    loop
	RET

// func reluFours(y, x *float32, n int)
TEXT ·reluFours(SB), NOSPLIT, $0-24
	MOVD y+0(FP), R0
	MOVD x+8(FP), R1
	MOVD n+16(FP), R2

loop:
	VLD1.P 16(R1), [V0.S4]
	BELOW0(0, 1)
	CLEAR(1, 0, 0)
	VST1.P [V0.S4], 16(R0)
	SUBS   $4, R2
	BNE    loop
	RET

// func reluGradFours(gx, gy, x *float32, n int)
TEXT ·reluGradFours(SB), NOSPLIT, $0-32
	MOVD gx+0(FP), R0
	MOVD gy+8(FP), R1
	MOVD x+16(FP), R2
	MOVD n+24(FP), R3

loop:
	VLD1.P 16(R1), [V0.S4]
	VLD1.P 16(R2), [V1.S4]
	ATMOST0(1, 1)
	CLEAR(1, 0, 0)
	VST1.P [V0.S4], 16(R0)
	SUBS   $4, R3
	BNE    loop
	RET

// func adamFours(k *[7]float32, w, grad, m, v *float32, n int)
TEXT ·adamFours(SB), NOSPLIT, $0-48
	MOVD   k+0(FP), R0
	MOVD   w+8(FP), R1
	MOVD   grad+16(FP), R2
	MOVD   m+24(FP), R3
	MOVD   v+32(FP), R4
	MOVD   n+40(FP), R5
	VLD1R.P 4(R0), [V16.S4] // β1
	VLD1R.P 4(R0), [V17.S4] // 1-β1
	VLD1R.P 4(R0), [V18.S4] // β2
	VLD1R.P 4(R0), [V19.S4] // 1-β2
	VLD1R.P 4(R0), [V20.S4] // rate
	VLD1R.P 4(R0), [V21.S4] // root
	VLD1R.P 4(R0), [V22.S4] // ε

loop:
	VLD1.P 16(R2), [V0.S4]
	VLD1   (R3), [V1.S4]
	VLD1   (R4), [V2.S4]
	VLD1   (R1), [V3.S4]
	FMUL4(16, 1, 1)
	FMUL4(17, 0, 4)
	FADD4(4, 1, 1)
	VST1.P [V1.S4], 16(R3)
	FMUL4(0, 0, 0)
	FMUL4(19, 0, 0)
	FMUL4(18, 2, 2)
	FADD4(0, 2, 2)
	VST1.P [V2.S4], 16(R4)
	FSQRT4(2, 2)
	FMUL4(21, 2, 2)
	FADD4(22, 2, 2)
	FMUL4(20, 1, 1)
	FDIV4(2, 1, 1)
	FSUB4(1, 3, 3)
	VST1.P [V3.S4], 16(R1)
	SUBS   $4, R5
	BNE    loop
	RET
