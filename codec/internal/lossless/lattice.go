package lossless

import (
	"math"
	"math/bits"

	"github.com/morselcodec/morsel/codec/internal/interrupt"
	"github.com/morselcodec/morsel/codec/internal/scan"
	"github.com/morselcodec/morsel/formats/array"
)

// rareShare says how many values may be off a lattice: one in so many. They are
// unpredictable then.
const rareShare = 256

// findLattice returns the coarsest lattice that holds the values
// that are not special, but for a few, which it names.
func findLattice(x []float64, special []bool, d array.DType, watch *interrupt.Watch) (best scan.Lattice, off []int) {
	ordinary := x
	if special != nil {
		ordinary = nil
		for i, v := range x {
			if !special[i] {
				ordinary = append(ordinary, v)
			}
		}
	}
	var trailing [65]int    // how many values have so many low bits that are 0
	var finest [1 << 12]int // and how many are odd multiples of what power of 2, from 2⁻¹⁰⁷⁵ on
	exponents, nonzero := 0, 0
	for _, v := range ordinary {
		b := math.Float64bits(v) << 1
		if b == 0 {
			continue
		}
		exponent := max(int(b>>53), 1)
		trailing[bits.TrailingZeros64(b)-1]++
		finest[exponent+bits.TrailingZeros64(b>>1|1<<52)]++
		exponents += exponent - 1075
		nonzero++
	}
	rare := len(x) / rareShare
	best = scan.Lattice{Unit: uint8(min(firstAbove(trailing[:], rare), int(scan.MaxUnit(scan.Floats))))}
	if nonzero == 0 {
		return best, nil
	}
	off, _ = offLattice(x, special, d, best)
	// How far apart, in octaves, neighbouring floats of the lattice are on average; other
	// lattices have to gain something over that.
	spacing := float64(exponents)/float64(nonzero) + float64(best.Unit) + 0.5
	step := min(firstAbove(finest[:], rare)-1075, 0)
	if -step <= int(scan.MaxUnit(scan.Binaries)) && float64(step) > spacing {
		l := scan.Lattice{Kind: scan.Binaries, Unit: uint8(-step)}
		if o, ok := offLattice(x, special, d, l); ok {
			best, off, spacing = l, o, float64(step)+1
		}
	}
	for unit := range scan.MaxUnit(scan.Decimals) + 1 {
		watch.Check()
		apart := -float64(unit) * (math.Ln10 / math.Ln2)
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

// firstAbove returns the first index up to which counts add up to more than rare.
func firstAbove(counts []int, rare int) int {
	sum := 0
	for i, n := range counts {
		if sum += n; sum > rare {
			return i
		}
	}
	return len(counts)
}

// offLattice returns which values are not on a lattice; ok is false if they are
// too many.
func offLattice(x []float64, special []bool, d array.DType, l scan.Lattice) (off []int, ok bool) {
	for i, v := range x {
		if special != nil && special[i] {
			continue
		}
		y := l.Value(l.Index(v))
		switch d {
		case array.Float32:
			y = float64(float32(y))
		case array.Float16:
			y = float64(array.Float16To32(array.Float32To16(float32(y))))
		}
		if math.Float64bits(y) != math.Float64bits(v) {
			if off = append(off, i); len(off) > len(x)/rareShare {
				return nil, false
			}
		}
	}
	return off, true
}
