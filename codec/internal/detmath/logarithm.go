// Package detmath computes logarithms and powers to the same bits on every machine:
// these functions fix every rounding, where package math's may differ. Decoders of
// a pointwise relative bound need them, and encoders, so that they decide alike
// everywhere.
//
// See section 11.1 of FORMAT.md, "Logarithm and power".
package detmath

import "math"

// logTerms is the number of terms of the series of a logarithm, expTerms that of a
// power: what is left out is below a tenth of a unit in the last place.
const (
	logTerms = 10
	expTerms = 13
)

// logSeries holds 2/((2k+1)·ln 2), and expSeries (ln 2)^k/k!.
var (
	logSeries = [logTerms]float64{
		2 / math.Ln2, 2 / (3 * math.Ln2), 2 / (5 * math.Ln2), 2 / (7 * math.Ln2), 2 / (9 * math.Ln2),
		2 / (11 * math.Ln2), 2 / (13 * math.Ln2), 2 / (15 * math.Ln2), 2 / (17 * math.Ln2), 2 / (19 * math.Ln2),
	}
	expSeries = [expTerms]float64{
		1, ln2, ln2p2 / 2, ln2p3 / 6, ln2p4 / 24, ln2p4 * ln2 / 120, ln2p4 * ln2p2 / 720, ln2p4 * ln2p3 / 5040,
		ln2p8 / 40320, ln2p8 * ln2 / 362880, ln2p8 * ln2p2 / 3628800, ln2p8 * ln2p3 / 39916800, ln2p8 * ln2p4 / 479001600,
	}
)

const (
	ln2   = math.Ln2
	ln2p2 = ln2 * ln2
	ln2p3 = ln2p2 * ln2
	ln2p4 = ln2p2 * ln2p2
	ln2p8 = ln2p4 * ln2p4
)

// Log2 returns log₂ x; −Inf for 0, NaN for negative x. With x = m·2^e, √½ ≤ m < √2,
// it is e + log₂ m, and log₂ m = 2/ln 2 · artanh s, s = (m−1)/(m+1).
func Log2(x float64) float64 {
	if !(x > 0 && x <= math.MaxFloat64) {
		return math.Log2(x) // −Inf, +Inf or NaN
	}
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m *= 2
		e--
	}
	s := (m - 1) / (m + 1)
	z := float64(s * s)
	sum := logSeries[logTerms-1]
	for k := logTerms - 2; k >= 0; k-- {
		sum = float64(sum*z) + logSeries[k]
	}
	return float64(e) + float64(s*sum)
}

// Exp2 returns scale·2^y, rounded once more where that is subnormal, for any y but NaN.
func Exp2(y, scale float64) float64 {
	y = math.Min(math.Max(y, -1200), 1200)
	n := math.RoundToEven(y)
	f := y - n
	sum := expSeries[expTerms-1]
	for k := expTerms - 2; k >= 0; k-- {
		sum = float64(sum*f) + expSeries[k]
	}
	return math.Ldexp(float64(sum*scale), int(n))
}

// Log10 returns log₁₀ x.
func Log10(x float64) float64 { return float64(Log2(x) * (math.Ln2 / math.Ln10)) }

// Exp10 returns scale·10^y.
func Exp10(y, scale float64) float64 { return Exp2(float64(y*(math.Ln10/math.Ln2)), scale) }
