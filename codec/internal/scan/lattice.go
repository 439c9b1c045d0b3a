package scan

import "math"

// A Lattice says which numbers an array's values are multiples of, so that
// values become integers, their places.
type Lattice struct {
	Kind uint8
	Unit uint8 // Floats: low bits of a binary64 that are always 0; Decimals: digits after the point
}

// Kinds of lattices.
const (
	Floats   = 0 // binary64 numbers in their order, −0 just below +0
	Decimals = 1 // i/10^Unit, the quotient rounded; Unit 0: integers
)

// MaxUnit is the largest Unit of each kind of lattice.
var MaxUnit = [...]uint8{Floats: 60, Decimals: 22}

const signBit = 1 << 63

// Place returns the place of v.
func (l Lattice) Place(v float64) int64 {
	if l.Kind == Decimals {
		return int64(math.RoundToEven(v * pow10[l.Unit]))
	}
	bits := math.Float64bits(v)
	u := int64(bits &^ signBit >> l.Unit)
	if bits&signBit != 0 {
		u = ^u
	}
	return u
}

// Value returns the number at place u.
func (l Lattice) Value(u int64) float64 {
	if l.Kind == Decimals {
		return float64(u) / pow10[l.Unit]
	}
	if u < 0 {
		return math.Float64frombits(uint64(^u)<<l.Unit | signBit)
	}
	return math.Float64frombits(uint64(u) << l.Unit &^ signBit)
}

// number returns what predictions are made of: the value in units in which
// places are evenly spaced, at least nearby.
func (l Lattice) number(u int64) float64 {
	if l.Kind == Decimals {
		return float64(u)
	}
	return l.Value(u)
}

// round returns the place nearest to the prediction p, which quarter of the
// way around that place p lies in, and the distance of places there as an
// exponent of 2.
func (l Lattice) round(p float64) (u int64, quarter, exponent int) {
	if l.Kind == Decimals {
		r := math.RoundToEven(p)
		if !(math.Abs(r) < 1<<62) {
			return 0, 0, 0
		}
		return int64(r), min(int((p-r+0.5)*4), 3), 0
	}
	bits := math.Float64bits(p)
	m := bits &^ signBit
	exponent = max(int(m>>52), 1) - 1075 + int(l.Unit)
	if l.Unit < 2 {
		u = int64(m >> l.Unit)
		quarter = 2
	} else {
		m += 1 << l.Unit >> 1
		u = int64(m >> l.Unit)
		quarter = int(m >> (l.Unit - 2) & 3)
	}
	if bits&signBit != 0 {
		u, quarter = ^u, 3-quarter
	}
	return u, quarter, exponent
}

var pow10 = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}
