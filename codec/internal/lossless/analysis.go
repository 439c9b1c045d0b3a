package lossless

import (
	"math"
	"math/bits"
	"slices"

	"github.com/morselcodec/morsel/codec/internal/detmath"
	"github.com/morselcodec/morsel/codec/internal/scan"
)

// analyse finds out which matches, patterns of low bits and mirror images the
// indices have, and sets the parameters that tell the scan.
func (s *scanInput) analyse() {
	s.Grid.Watch.Check()
	s.params.Matches, s.params.Common = s.matches()
	s.Grid.Watch.Check()
	s.params.LowBits = s.lowBits()
	s.params.Mirror, s.params.Opposite = s.mirror()
}

// Looking for matches is worth its decisions if one value in so many matches.
const (
	previousShare = 128
	commonShare   = 1024
)

// matches returns which candidates (scan.Params.Matches) indices often match, and
// the common index.
func (s *scanInput) matches() (candidates int, common int64) {
	common = s.mode()
	previous, others := 0, 0
	for i, u := range s.indices {
		if s.skips(i) {
			continue
		}
		stride := 1
		match := false
		for a := len(s.shape) - 1; a >= 0 && !match; a-- {
			match = i/stride%s.shape[a] > 0 && s.indices[i-stride] == u
			stride *= s.shape[a]
		}
		switch {
		case match:
			previous++
		case u == common:
			others++
		}
	}
	if previous > len(s.indices)/previousShare {
		candidates = scan.MatchPrevious
	}
	if others > len(s.indices)/commonShare {
		return candidates | scan.MatchCommon, common
	}
	return candidates, 0
}

// mode returns the most frequent index, or one that is nearly so.
func (s *scanInput) mode() int64 {
	step := len(s.indices)/4096 + 1
	var sample []int64
	for i := 0; i < len(s.indices); i += step {
		if !s.skips(i) {
			sample = append(sample, s.indices[i])
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

// lowBits returns how many low bits of indices follow a pattern of their own: that
// of the index before, or one in which they depend on the bits below them.
func (s *scanInput) lowBits() int {
	// How often bit k is that of the index before where the bits below agree,
	// and how often it is set by the bits below.
	var same, differ [scan.MaxLowBits]int
	set := make([][2]int, 1<<scan.MaxLowBits)
	n := 0
	var before int64
	for i, u := range s.indices {
		if s.skips(i) || u == before {
			continue
		}
		n++
		for k := range scan.MaxLowBits {
			set[1<<k|int(u)&(1<<k-1)][u>>k&1]++
		}
		if k := bits.TrailingZeros64(uint64(u ^ before)); k < scan.MaxLowBits {
			differ[k]++
			for j := range k {
				same[j]++
			}
		} else {
			for j := range scan.MaxLowBits {
				same[j]++
			}
		}
		before = u
	}
	least := 0.05
	if s.Level < 7 {
		least = 0.2
	}
	low := 0
	for k := range scan.MaxLowBits {
		saved := binarySaving(same[k], differ[k])
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

// mirror returns 1 + the axis along which the values are their own mirror image,
// and whether that has the opposite sign; 0 if there is none.
func (s *scanInput) mirror() (axis int, opposite bool) {
	stride := len(s.indices)
	for a, extent := range s.shape {
		stride /= extent
		if extent < 8 {
			continue
		}
		var better [2]int
		tried := 0
		step := len(s.indices)/8192 + 1
		for i := 1; i < len(s.indices); i += step {
			j := i + (extent-1-2*(i/stride%extent))*stride
			if j >= i || s.skips(i) || s.skips(i-1) || s.skips(j) || s.indices[i] == s.indices[i-1] {
				continue
			}
			tried++
			l := s.params.Lattice
			x, before, mirrored := l.Scaled(s.indices[i]), l.Scaled(s.indices[i-1]), l.Scaled(s.indices[j])
			near := math.Abs(x-before) / 16
			if math.Abs(x-mirrored) < near {
				better[0]++
			}
			if math.Abs(x+mirrored) < near {
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
