package kernel

import "math"

// The constants of exp's range reduction: ln2Hi has trailing zeros, so that
// n*ln2Hi is exact for the n that occur.
const (
	log2E = 1.4426950408889634
	ln2Hi = 0.693359375
	ln2Lo = -2.12194440e-4
)

// Exp returns e^x with a relative error below 2e-7, from + − × ÷ alone, so
// that it has the same bits on every machine. It is 0 below −87 and +Inf above
// 88.72; NaN passes through.
func Exp(x float32) float32 {
	switch {
	case x != x:
		return x
	case x > 88.72:
		return float32(math.Inf(1))
	case x < -87:
		return 0
	}
	// x = n ln 2 + r with |r| <= ln(2)/2, and e^r by its Taylor polynomial.
	n := float32(math.Floor(float64(float32(x*log2E) + 0.5)))
	r := x - float32(n*ln2Hi)
	r -= float32(n * ln2Lo)
	s := float32(1.0 / 5040)
	s = float32(s*r) + 1.0/720
	s = float32(s*r) + 1.0/120
	s = float32(s*r) + 1.0/24
	s = float32(s*r) + 1.0/6
	s = float32(s*r) + 0.5
	s = float32(s*r) + 1
	s = float32(s*r) + 1
	if n > 127 { // 2^128 is not a float32
		return float32(float32(s*0x1p127) * 2)
	}
	return float32(s * math.Float32frombits(uint32(int32(n)+127)<<23))
}

// Tanh returns the hyperbolic tangent of x with an absolute error below 2e-7,
// with the same bits on every machine. NaN passes through.
func Tanh(x float32) float32 {
	a := x
	if a < 0 {
		a = -a
	}
	switch {
	case a > 10: // within 5e-9 of 1
		if x < 0 {
			return -1
		}
		return 1
	case a < 0.25: // the odd Taylor polynomial: no cancellation near 0
		q := float32(x * x)
		s := float32(62.0/2835*q) - 17.0/315
		s = float32(s*q) + 2.0/15
		s = float32(s*q) - 1.0/3
		return x + float32(float32(s*q)*x)
	}
	t := 1 - float32(2/(Exp(float32(2*a))+1))
	if x < 0 {
		return -t
	}
	return t
}
