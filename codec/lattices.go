package codec

import (
	"math"
	"math/bits"
	"slices"

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

// observe finds out which repetitions, patterns and symmetries the places have.
func (s *scanInput) observe() {
	s.params.Repeats, s.params.Common = s.repeats()
	s.params.Low = s.low()
	s.params.Twin, s.params.Odd = s.twin()
}

// skips reports whether place i is not coded.
func (s *scanInput) skips(i int) bool { return s.special != nil && s.special[i] }

// frequent is the share of places from which on a repetition is worth a
// decision for each.
const frequent = 128

// repeats returns the ways of scan.Params in which places often repeat others,
// and the common place.
func (s *scanInput) repeats() (ways int, common int64) {
	stride, n := 1, len(s.places)
	explained := make([]bool, n)
	way := func(bit int, repeats func(i int) bool) {
		var list []int
		for i := range s.places {
			if !s.skips(i) && !explained[i] && repeats(i) {
				list = append(list, i)
			}
		}
		if len(list) > n/frequent {
			ways |= bit
			for _, i := range list {
				explained[i] = true
			}
		}
	}
	bit := 1
	for a := len(s.shape) - 1; a >= 0 && bit < scan.RepeatCommon; a-- {
		if s.shape[a] > 1 {
			d, extent := stride, s.shape[a]
			way(bit, func(i int) bool { return i/d%extent > 0 && s.places[i] == s.places[i-d] })
			bit <<= 1
		}
		stride *= s.shape[a]
	}
	common = s.mode()
	way(scan.RepeatCommon, func(i int) bool { return s.places[i] == common })
	if ways&scan.RepeatCommon == 0 {
		common = 0
	}
	return ways, common
}

// mode returns the most frequent place, or one that is nearly so.
func (s *scanInput) mode() int64 {
	step := len(s.places)/4096 + 1
	var sample []int64
	for i := 0; i < len(s.places); i += step {
		if !s.skips(i) {
			sample = append(sample, s.places[i])
		}
	}
	slices.Sort(sample)
	best, most, run := int64(0), 0, 0
	for i, u := range sample {
		if i == 0 || u != sample[i-1] {
			run = 0
		}
		if run++; run > most {
			best, most = u, run
		}
	}
	return best
}

// low returns how many low bits of places follow a pattern of their own: that
// of the place before, or one in which they depend on the bits below them.
func (s *scanInput) low() int {
	// How often bit k is that of the place before where the bits below agree,
	// and how often it is set by the bits below.
	var agree, differ [scan.MaxLow]int
	set := make([][2]int, 1<<scan.MaxLow)
	n := 0
	var before int64
	for i, u := range s.places {
		if s.skips(i) || u == before {
			continue
		}
		n++
		for k := range scan.MaxLow {
			set[1<<k|int(u)&(1<<k-1)][u>>k&1]++
		}
		if k := bits.TrailingZeros64(uint64(u ^ before)); k < scan.MaxLow {
			differ[k]++
			for j := range k {
				agree[j]++
			}
		} else {
			for j := range scan.MaxLow {
				agree[j]++
			}
		}
		before = u
	}
	least := 0.05
	if s.level < 7 {
		least = 0.2
	}
	low := 0
	for k := range scan.MaxLow {
		saved := binarySaving(agree[k], differ[k])
		pattern := 0.0
		for _, c := range set[1<<k : 2<<k] {
			pattern += binarySaving(c[0], c[1])
		}
		if max(saved, pattern) > least*float64(n) {
			low = k + 1
		}
	}
	return low
}

// binarySaving returns how many bits less than one each a and b decisions of
// either kind take, and what it takes to learn that.
func binarySaving(a, b int) float64 {
	if a == 0 && b == 0 {
		return 0
	}
	n := float64(a + b)
	p := (float64(a) + 0.5) / (n + 1)
	h := -(p*math.Log2(p) + (1-p)*math.Log2(1-p))
	return max(n*(1-h)-math.Log2(n+1), 0)
}

// twin returns 1 + the axis along which the places are their own mirror image,
// and whether that has the opposite sign; 0 if there is none.
func (s *scanInput) twin() (axis int, odd bool) {
	stride := len(s.places)
	for a, extent := range s.shape {
		stride /= extent
		if extent < 8 {
			continue
		}
		var better [2]int
		tried := 0
		step := len(s.places)/8192 + 1
		for i := 1; i < len(s.places); i += step {
			image := i + (extent-1-2*(i/stride%extent))*stride
			if image >= i || s.skips(i) || s.skips(i-1) || s.skips(image) || s.places[i] == s.places[i-1] {
				continue
			}
			tried++
			l := s.params.Lattice
			v, u, m := l.Number(s.places[i]), l.Number(s.places[i-1]), l.Number(s.places[image])
			near := math.Abs(v-u) / 16
			if math.Abs(v-m) < near {
				better[0]++
			}
			if math.Abs(v+m) < near {
				better[1]++
			}
		}
		for k, n := range better {
			if tried >= 16 && n > tried/2 {
				return a + 1, k == 1
			}
		}
	}
	return 0, false
}
