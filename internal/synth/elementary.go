package synth

import (
	"math"
	"math/rand/v2"
)

// The functions below use + − × ÷ and square roots only, with every product
// rounded on its own, because those of package math are assembly, or are
// compiled to fused operations, on some machines.

// exp returns e^x to about 1e-15 relatively, for |x| up to 700.
func exp(x float64) float64 {
	// e^x = 2^k·e^r with |r| ≤ ln2/2; ln2 in two parts keeps r exact.
	const hi, lo = 6.93147180369123816490e-01, 1.90821492927058770002e-10
	k := math.RoundToEven(x / math.Ln2)
	r := x - float64(k*hi) - float64(k*lo)
	sum := 1.0
	for n := 14.0; n > 0; n-- { // Taylor by Horner: 0.35^15/15! is 1e-19
		sum = 1 + float64(r*sum)/n
	}
	return math.Ldexp(sum, int(k))
}

// sin returns the sine to about 1e-15, for |x| up to 1000.
func sin(x float64) float64 {
	// Off by n·π, whose sine differs by the sign (−1)^n; again in two parts.
	const hi, lo = 3.14159265346825122834, 1.21542010130123844986e-10
	n := math.RoundToEven(x / math.Pi)
	r := x - float64(n*hi) - float64(n*lo)
	sum, z := 1.0, float64(r*r)
	for k := 20.0; k > 0; k -= 2 { // (π/2)^23/23! is 1e-18
		sum = 1 - float64(z*sum)/float64(k*(k+1))
	}
	if int(n)%2 != 0 {
		r = -r
	}
	return float64(r * sum)
}

// log returns the natural logarithm of a positive normal x to about 1e-15.
func log(x float64) float64 {
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m *= 2
		e--
	}
	// ln m = 2·atanh(t), |t| ≤ 0.172.
	t := (m - 1) / (m + 1)
	sum, z := 0.0, float64(t*t)
	for k := 21.0; k > 0; k -= 2 { // 0.172^23 is 3e-18
		sum = float64(z*sum) + 1/k
	}
	return float64(float64(e)*math.Ln2) + float64(2*t*sum)
}

// symmetric returns a number from −1 to below 1, as 2·rng.Float64()−1 does where
// that is not fused.
func symmetric(rng *rand.Rand) float64 { return float64(float64(rng.Uint64()<<11>>11)*0x1p-52) - 1 }

// normal returns a standard normal number by Marsaglia's polar method.
func normal(rng *rand.Rand) float64 {
	for {
		u, v := symmetric(rng), symmetric(rng)
		s := float64(u*u) + float64(v*v)
		if s > 0 && s < 1 {
			return float64(u * math.Sqrt(-2*log(s)/s))
		}
	}
}
