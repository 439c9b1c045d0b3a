package codec

import (
	"math"
	"math/bits"

	"github.com/morselcodec/morsel/codec/internal/scan"
	"github.com/morselcodec/morsel/formats"
)

// rareShare is the share of values that may be off a lattice: they are stored
// exactly.
const rareShare = 256

// findLattice returns the lattice with the fewest places that holds the values
// that are not special, but for a few, which it names.
func findLattice(x []float64, special []bool, d formats.DType) (best scan.Lattice, off []int) {
	ordinary := x
	if special != nil {
		ordinary = nil
		for i, v := range x {
			if !special[i] {
				ordinary = append(ordinary, v)
			}
		}
	}
	used := uint64(0) // bits, less the sign
	finest := math.MaxInt
	largest := 0.0
	exponents, nonzero := 0, 0
	for _, v := range ordinary {
		b := math.Float64bits(v) << 1
		used |= b
		if b == 0 {
			continue
		}
		exponent := max(int(b>>53), 1) - 1075
		finest = min(finest, exponent+bits.TrailingZeros64(b>>1|1<<52))
		largest = max(largest, math.Abs(v))
		exponents += exponent
		nonzero++
	}
	best = scan.Lattice{Unit: uint8(min(max(bits.TrailingZeros64(used)-1, 0), int(scan.MaxUnit(scan.Floats))))}
	if nonzero == 0 {
		return best, nil
	}
	// How far apart, in octaves, the places of floats are on average; other
	// lattices have to gain something over that.
	spacing := float64(exponents)/float64(nonzero) + float64(best.Unit) + 0.5
	if finest <= 0 && -finest <= int(scan.MaxUnit(scan.Binaries)) && math.Ldexp(largest, -finest) < 1<<53 && float64(finest) > spacing {
		l := scan.Lattice{Kind: scan.Binaries, Unit: uint8(-finest)}
		if o, ok := offLattice(x, special, d, l); ok {
			best, off, spacing = l, o, float64(finest)+1
		}
	}
	for unit := range scan.MaxUnit(scan.Decimals) + 1 {
		apart := -float64(unit) * math.Log2(10)
		l := scan.Lattice{Kind: scan.Decimals, Unit: unit}
		if apart <= spacing {
			break
		}
		if o, ok := offLattice(x, special, d, l); ok {
			return l, o
		}
	}
	return best, off
}

// offLattice returns which values are not on a lattice; ok is false if they are
// too many.
func offLattice(x []float64, special []bool, d formats.DType, l scan.Lattice) (off []int, ok bool) {
	for i, v := range x {
		if special != nil && special[i] {
			continue
		}
		y := l.Value(l.Place(v))
		switch d {
		case formats.Float32:
			y = float64(float32(y))
		case formats.Float16:
			y = float64(formats.Float16To32(formats.Float32To16(float32(y))))
		}
		if math.Float64bits(y) != math.Float64bits(v) {
			if off = append(off, i); len(off) > len(x)/rareShare {
				return nil, false
			}
		}
	}
	return off, true
}
