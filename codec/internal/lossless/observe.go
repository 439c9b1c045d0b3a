package lossless

import (
	"math"
	"math/bits"
	"slices"

	"github.com/morselcodec/morsel/codec/internal/detmath"
	"github.com/morselcodec/morsel/codec/internal/scan"
)

// observe finds out which repetitions, patterns and symmetries the places have.
func (s *scanInput) observe() {
	s.Grid.Watch.Check()
	s.params.Repeats, s.params.Common = s.repeats()
	s.Grid.Watch.Check()
	s.params.Low = s.low()
	s.params.Twin, s.params.Odd = s.twin()
}

// A repetition is worth its decisions if one value in so many repeats.
const (
	axisRepeats   = 128
	commonRepeats = 1024
)

// repeats returns the ways of scan.Params in which places often repeat others,
// and the common place.
func (s *scanInput) repeats() (ways int, common int64) {
	common = s.mode()
	axes, others := 0, 0
	for i, u := range s.places {
		if s.skips(i) {
			continue
		}
		stride := 1
		repeats := false
		for a := len(s.shape) - 1; a >= 0 && !repeats; a-- {
			repeats = i/stride%s.shape[a] > 0 && s.places[i-stride] == u
			stride *= s.shape[a]
		}
		switch {
		case repeats:
			axes++
		case u == common:
			others++
		}
	}
	if axes > len(s.places)/axisRepeats {
		ways = scan.RepeatAxes
	}
	if others > len(s.places)/commonRepeats {
		return ways | scan.RepeatCommon, common
	}
	return ways, 0
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
	if s.Level < 7 {
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
	h := -(float64(p*detmath.Log2(p)) + float64((1-p)*detmath.Log2(1-p)))
	return max(float64(n*(1-h))-detmath.Log2(n+1), 0)
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
