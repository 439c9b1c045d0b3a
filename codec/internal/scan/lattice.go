package scan

import "math"

// A Lattice says which numbers an array's values are, so that they can be
// counted: its places are the integers.
type Lattice struct {
	Kind   uint8
	Unit   uint8
	Origin int64 // the place whose number is 0, unless places are floats
}

// Kinds of lattices.
const (
	Floats   = 0 // binary64 numbers whose lowest Unit bits are 0, in their order, −0 just below 0
	Decimals = 1 // i/10^Unit, for integers i; for Unit 0 these themselves
	Binaries = 2 // i/2^Unit
)

var maxUnit = [...]uint8{Floats: 60, Decimals: uint8(len(pow10) - 1), Binaries: 63}

func (l Lattice) valid() bool { return int(l.Kind) < len(maxUnit) && l.Unit <= maxUnit[l.Kind] }

// MaxUnit returns the largest Unit of a kind of lattice.
func MaxUnit(kind uint8) uint8 { return maxUnit[kind] }

// inverse returns how many places there are from 0 to 1, unless those are floats.
func (l Lattice) inverse() float64 {
	if l.Kind == Decimals {
		return pow10[l.Unit]
	}
	return float64(uint64(1) << l.Unit)
}

const signBit = 1 << 63

// Place returns the place of v, or one nearby if it has none.
func (l Lattice) Index(v float64) int64 {
	if l.Kind != Floats {
		v = math.RoundToEven(v * l.inverse())
		if math.Abs(v) < 1<<53 {
			return int64(v)
		}
		return 0
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
	if l.Kind != Floats {
		return float64(u) / l.inverse()
	}
	if u < 0 {
		return math.Float64frombits(uint64(^u)<<l.Unit | signBit)
	}
	return math.Float64frombits(uint64(u) << l.Unit &^ signBit)
}

// Number returns what predictions are made of: the value, in a unit in which
// places are evenly spaced, as far as they are.
func (l Lattice) Scaled(u int64) float64 {
	if l.Kind != Floats {
		return float64(u - l.Origin)
	}
	return l.Value(u)
}

// round returns the place nearest to the prediction p, the quarter of the way
// around that place in which p lies, and the distance of places there as an
// exponent of 2.
func (l Lattice) round(p float64) (u int64, quarter, exponent int) {
	if l.Kind != Floats {
		r := math.RoundToEven(p)
		if !(math.Abs(r) < 1<<62) {
			return l.Origin, 0, 0
		}
		return l.Origin + int64(r), min(int((p-r+0.5)*4), 3), 0
	}
	bits := math.Float64bits(p)
	m := bits &^ signBit
	exponent = max(int(m>>52), 1) - 1075 + int(l.Unit)
	if l.Unit < 2 {
		u, quarter = int64(m>>l.Unit), 2
	} else {
		m += 1 << l.Unit >> 1
		u, quarter = int64(m>>l.Unit), int(m>>(l.Unit-2)&3)
	}
	if bits&signBit != 0 {
		u, quarter = ^u, 3-quarter
	}
	return u, quarter, exponent
}

var pow10 = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}
