package kernel

// RationalTanh replaces every value by its hyperbolic tangent, within 4e-7
// relatively too, never beyond ±1, odd, and NaN for NaN. Unlike [Tanh] its bits
// depend on the tier.
//
// It is x·P(x²)/Q(x²) with the minimax P and Q of degree 4 on [0, 9.02], where
// their own relative error is 2.1e-8; beyond, tanh is 1 in float32.
func RationalTanh(x []float32) {
	if len(x) == 0 || vectorTanh(x) {
		return
	}
	for i, v := range x {
		x[i] = rationalTanh(v)
	}
}

func rationalTanh(x float32) float32 {
	const limit = 9.02
	if x > limit { // false for NaN
		x = limit
	} else if x < -limit {
		x = -limit
	}
	z := float32(x * x)
	p := float32(1.33190747e-8*z) + 2.05834833e-5
	p = float32(p*z) + 3.49403469e-3
	p = float32(p*z) + 1.33797181e-1
	p = float32(p*z) + 1
	q := float32(7.76202059e-7*z) + 3.28309305e-4
	q = float32(q*z) + 2.58710737e-2
	q = float32(q*z) + 4.67130333e-1
	q = float32(q*z) + 1
	t := float32(x*p) / q
	if t > 1 {
		return 1
	} else if t < -1 {
		return -1
	}
	return t
}
