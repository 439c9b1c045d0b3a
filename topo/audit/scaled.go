package audit

import "math"

// scaled is the number frac·2^exp: a range or an error for which float64 may be
// too narrow, or its square.
type scaled struct {
	frac float64
	exp  int
}

// between returns a − b.
func between(a, b float64) scaled {
	frac, exp := math.Frexp(a - b)
	if math.IsInf(frac, 0) {
		frac, exp = math.Frexp(a/2 - b/2)
		exp++
	}
	return scaled{frac, exp}
}

// number returns s, infinite where it overflows.
func (s scaled) number() Number { return Number(math.Ldexp(s.frac, s.exp)) }

// over returns s/t.
func (s scaled) over(t scaled) float64 { return math.Ldexp(s.frac/t.frac, s.exp-t.exp) }

// decibels returns 20·log10(s/t).
func (s scaled) decibels(t scaled) float64 {
	ratio, exp := s.frac/t.frac, s.exp-t.exp
	if -1000 < exp && exp < 1000 {
		return 20 * math.Log10(math.Ldexp(ratio, exp))
	}
	return 20 * (math.Log10(ratio) + float64(exp)*(math.Ln2/math.Ln10))
}
