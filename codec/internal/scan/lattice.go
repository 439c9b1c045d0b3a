package scan

import "math"

// A Lattice is a set of numbers that holds an array's values, counted by an
// index: a signed integer of 64 bits, arithmetic on which wraps.
type Lattice struct {
	Kind   uint8
	Unit   uint8 // 0 to MaxUnit(Kind)
	Origin int64 // the index whose scaled value is 0; not used for floats
}

// Kinds of lattices.
const (
	Floats   = 0 // binary64 numbers whose lowest Unit bits are 0, in their order, −0 just below 0
	Decimals = 1 // i/10^Unit for index i; for Unit 0 the integers
	Binaries = 2 // i/2^Unit
)

var maxUnit = [...]uint8{Floats: 60, Decimals: uint8(len(pow10) - 1), Binaries: 63}

func (l Lattice) valid() bool { return int(l.Kind) < len(maxUnit) && l.Unit <= maxUnit[l.Kind] }

// MaxUnit returns the largest Unit of a kind of lattice.
func MaxUnit(kind uint8) uint8 { return maxUnit[kind] }

// inverse returns how many indices there are from 0 to 1, of lattices other than floats.
func (l Lattice) inverse() float64 {
	if l.Kind == Decimals {
		return pow10[l.Unit]
	}
	return float64(uint64(1) << l.Unit)
}

const signBit = 1 << 63

// Index returns the index of v; that of a number nearby if v is not on the lattice, and
// 0 if it is 2^53 or more steps of decimals or binaries from 0.
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

// Value returns the number with index u.
func (l Lattice) Value(u int64) float64 {
	if l.Kind != Floats {
		return float64(u) / l.inverse()
	}
	if u < 0 {
		return math.Float64frombits(uint64(^u)<<l.Unit | signBit)
	}
	return math.Float64frombits(uint64(u) << l.Unit &^ signBit)
}

// Scaled returns what predictions are made of instead of the value with index u:
// its distance from the origin in steps of the lattice, or for floats the value.
func (l Lattice) Scaled(u int64) float64 {
	if l.Kind != Floats {
		return float64(u - l.Origin)
	}
	return l.Value(u)
}

// nearest returns the index nearest to the prediction p, a scaled value; in which
// quarter of the step around that index p lies; and the exponent of 2 of the
// distance of lattice points there.
func (l Lattice) nearest(p float64) (u int64, quarter, exponent int) {
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
