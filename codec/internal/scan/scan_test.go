package scan

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Whatever the parameters and the indices, what was encoded is decoded.
func TestRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for trial := range 300 {
		shape, n := []int{}, 1
		for range 1 + rng.IntN(maxRank) {
			d := 1 + rng.IntN(12)
			if rng.IntN(4) == 0 {
				d = 1
			}
			shape, n = append(shape, d), n*d
		}
		for n > 4000 {
			n, shape = n/shape[0], shape[1:]
		}
		p := Params{
			Taps: 1 + rng.IntN(MaxTaps), Memory: MinMemory + rng.IntN(MaxMemory-MinMemory+1),
			LowBits: rng.IntN(MaxLowBits + 1), Matches: rng.IntN(1 << candidates), Mirror: rng.IntN(len(shape) + 1), Opposite: rng.IntN(2) == 0,
		}
		p.Lattice.Kind = uint8(rng.IntN(len(maxUnit)))
		p.Lattice.Unit = uint8(rng.IntN(int(MaxUnit(p.Lattice.Kind)) + 1))
		if rng.IntN(2) == 0 {
			p.Lattice.Origin = int64(rng.Uint64())
		}
		if p.Matches&MatchCommon != 0 {
			p.Common = int64(rng.IntN(3))
		}
		indices, uncoded := randomIndices(rng, n), []bool(nil)
		if rng.IntN(3) == 0 {
			uncoded = make([]bool, n)
			for i := range uncoded {
				uncoded[i] = rng.IntN(5) == 0
			}
		}
		name := fmt.Sprintf("trial %d: %v %+v", trial, shape, p)
		coded := Encode(nil, p, shape, slices.Clone(indices), uncoded, nil)
		back := make([]int64, n)
		l, err := Decode(coded, shape, back, uncoded, nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if l != p.Lattice {
			t.Fatalf("%s: lattice %v", name, l)
		}
		for i, u := range indices {
			if back[i] != u && (uncoded == nil || !uncoded[i]) {
				t.Fatalf("%s: index %d is %d, decoded as %d", name, i, u, back[i])
			}
		}
	}
}

// randomIndices returns indices of some kind: smooth, repeating, wild, or all of
// these in turn.
func randomIndices(rng *rand.Rand, n int) []int64 {
	indices := make([]int64, n)
	kind := rng.IntN(5)
	shift := rng.IntN(50)
	u := int64(0)
	for i := range indices {
		switch k := kind; {
		case k == 0 || k == 4 && rng.IntN(4) == 0:
			u = int64(rng.Uint64())
		case k == 1:
			u = int64(rng.IntN(3)) - 1
		case k == 2:
			u += (int64(rng.IntN(5)) - 2) << shift
		default:
			u = int64(math.Sin(float64(i)/7)*1e4) << shift >> 10
		}
		indices[i] = u
	}
	return indices
}

// Indices are in the order of the numbers, and name them exactly.
func TestLattices(t *testing.T) {
	for _, c := range []struct {
		l      Lattice
		values []float64 // ascending
	}{
		{Lattice{Kind: Floats, Unit: 0}, []float64{math.Inf(-1), -math.MaxFloat64, -1, -5e-324, math.Copysign(0, -1), 0, 5e-324, 1, 1 + 0x1p-52, math.Inf(1)}},
		{Lattice{Kind: Floats, Unit: 29}, []float64{-math.MaxFloat32, -1, math.Copysign(0, -1), 0, 0x1p-149, 0x1p-148, 1, 1 + 0x1p-23}},
		{Lattice{Kind: Decimals, Unit: 0}, []float64{-1 << 53, -1, 0, 1, 2, 1 << 53}},
		{Lattice{Kind: Decimals, Unit: 2}, []float64{-0.3, -0.01, 0, 0.1, 0.29, 0.57, 100.05}},
		{Lattice{Kind: Binaries, Unit: 63}, []float64{-0x1p-63, 0, 0x1p-63, 0x1p-40}},
	} {
		last := int64(math.MinInt64)
		for i, v := range c.values {
			u := c.l.Index(v)
			if c.l.Kind != Floats && math.Abs(v) >= 1<<53 {
				continue // too far for an index
			}
			if got := c.l.Value(u); math.Float64bits(got) != math.Float64bits(v) {
				t.Errorf("%v: %v comes back as %v", c.l, v, got)
			}
			if i > 0 && u <= last {
				t.Errorf("%v: %v has index %d, not above %d", c.l, v, u, last)
			}
			if r, _, _ := c.l.nearest(c.l.Scaled(u)); r != u && !math.IsInf(v, 0) {
				t.Errorf("%v: index %d is rounded to %d", c.l, u, r)
			}
			last = u
		}
	}
}

// What is predicted between two indices is put in the right quarter around one.
func TestNearestQuarters(t *testing.T) {
	for _, c := range []struct {
		l       Lattice
		p       float64
		index   int64
		quarter int
	}{
		{Lattice{Kind: Decimals, Unit: 0}, 6.6, 7, 0},
		{Lattice{Kind: Decimals, Unit: 0}, 7.1, 7, 2},
		{Lattice{Kind: Decimals, Unit: 0}, -6.6, -7, 3},
		{Lattice{Kind: Floats, Unit: 50}, 1.1, 0x3ff << 2, 3},     // values 1, 1.25, ...
		{Lattice{Kind: Floats, Unit: 50}, 1.15, 0x3ff<<2 + 1, 0},  // nearer to 1.25
		{Lattice{Kind: Floats, Unit: 50}, -1.1, -1 - 0x3ff<<2, 0}, // below −1
	} {
		index, quarter, _ := c.l.nearest(c.p)
		if index != c.index || quarter != c.quarter {
			t.Errorf("%v: %v is in quarter %d around index %d, want %d around %d", c.l, c.p, quarter, index, c.quarter, c.index)
		}
	}
}

func TestCausalOffsets(t *testing.T) {
	for _, c := range []struct {
		rank int
		want []offset
	}{
		{1, []offset{{-1}, {-2}, {-3}, {-4}}},
		{2, []offset{{0, -1}, {-1, 0}, {-1, -1}, {-1, 1}, {0, -2}, {-2, 0}}},
		{3, []offset{{0, 0, -1}, {0, -1, 0}, {-1, 0, 0}, {0, -1, -1}, {0, -1, 1}, {-1, 0, -1}, {-1, 0, 1}}},
	} {
		if got := causalOffsets(c.rank, len(c.want)); !slices.Equal(got, c.want) {
			t.Errorf("rank %d: %v, want %v", c.rank, got, c.want)
		}
	}
}

// The weights of a linear relation are found, and found anew when it changes;
// a feature that is a copy of another does no harm.
func TestLeastSquaresLearns(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	s := newLeastSquares(4, 8)
	for _, w := range [][]float64{{1, -2, 0.5}, {-3, 0, 7}} {
		worst := 0.0
		for i := range 4000 {
			f := []float64{rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64(), 0}
			f[3] = f[1]
			y := w[0]*f[0] + w[1]*f[1] + w[2]*f[2]
			if i > 3000 {
				worst = max(worst, math.Abs(s.predict(f)-y))
			}
			s.learn(f, y, 1)
		}
		if worst > 1e-4 {
			t.Errorf("weights %v: off by %v", w, worst)
		}
	}
	s.learn([]float64{math.Inf(1), math.NaN(), 1e300, 0}, 1, 1)
	for range 4000 {
		f := []float64{rng.NormFloat64(), rng.NormFloat64(), 0, 0}
		s.learn(f, f[0], 1)
	}
	if got := s.predict([]float64{1, 0, 0, 0}); math.Abs(got-1) > 1e-6 {
		t.Errorf("after an overflow 1 is predicted as %v", got)
	}
}

// Structure that the parameters name is not paid for.
func TestStructureIsFree(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	const rows, columns = 64, 50
	noise := func() int64 { return int64(rng.Uint64() >> 24) } // 40 bits
	base := Params{Lattice: Lattice{Kind: Decimals}, Taps: 4, Memory: 8}
	bits := func(p Params, at func(r, c int) int64) float64 {
		indices := make([]int64, rows*columns)
		for i := range indices {
			indices[i] = at(i/columns, i%columns)
		}
		return 8 * float64(len(Encode(nil, p, []int{rows, columns}, indices, nil, nil))) / float64(len(indices))
	}
	half := make([]int64, rows*columns/2)
	for i := range half {
		half[i] = noise()
	}
	opposite := base
	opposite.Mirror, opposite.Opposite = 1, true
	if got := bits(opposite, func(r, c int) int64 {
		if r < rows/2 {
			return half[r*columns+c]
		}
		return -half[(rows-1-r)*columns+c]
	}); got > 22 {
		t.Errorf("a mirror image of 40 bits of noise takes %v bits a value", got)
	}
	matches := base
	matches.Matches = MatchPrevious
	var last int64
	if got := bits(matches, func(_, c int) int64 {
		if c%5 == 0 {
			last = noise()
		}
		return last
	}); got > 9 {
		t.Errorf("40 bits of noise in runs of 5 take %v bits a value", got)
	}
	common := base
	common.Matches, common.Common = MatchCommon, 12345
	if got := bits(common, func(int, int) int64 {
		if rng.IntN(10) > 0 {
			return 12345
		}
		return noise()
	}); got > 5.5 {
		t.Errorf("a tenth of 40 bits of noise takes %v bits a value", got)
	}
	low := base
	low.LowBits = 8
	if got := bits(low, func(int, int) int64 { return noise()&^255 | 77 }); got > 34 {
		t.Errorf("32 bits of noise above 8 fixed ones take %v bits a value", got)
	}
}

// Damaged input is refused, or decodes to something.
func FuzzDecode(f *testing.F) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 20 {
		p := Params{
			Taps: 1 + rng.IntN(MaxTaps), Memory: 8, LowBits: rng.IntN(MaxLowBits + 1),
			Matches: rng.IntN(1 << candidates), Mirror: rng.IntN(3), Opposite: rng.IntN(2) == 0,
		}
		p.Lattice.Kind = uint8(rng.IntN(len(maxUnit)))
		p.Lattice.Unit = uint8(rng.IntN(20))
		f.Add(Encode(nil, p, []int{6, 7}, randomIndices(rng, 42), nil, nil), uint8(6), uint8(7), uint8(0))
	}
	f.Fuzz(func(t *testing.T, data []byte, rows, columns, every uint8) {
		shape := []int{int(rows%32) + 1, int(columns%32) + 1}
		indices := make([]int64, shape[0]*shape[1])
		var uncoded []bool
		if every > 0 {
			uncoded = make([]bool, len(indices))
			for i := range uncoded {
				uncoded[i] = i%int(every) == 0
			}
		}
		l, err := Decode(data, shape, indices, uncoded, nil)
		if err == nil && !l.valid() {
			t.Fatalf("decoded on lattice %v", l)
		}
	})
}

// rough returns indices of a smooth field with some noise.
func rough(rows, columns int) []int64 {
	rng := rand.New(rand.NewPCG(9, 10))
	indices := make([]int64, rows*columns)
	for i := range indices {
		v := math.Sin(float64(i/columns)/20) + math.Cos(float64(i%columns)/15) + 1e-3*rng.NormFloat64()
		indices[i] = Lattice{Unit: 29}.Index(float64(float32(v)))
	}
	return indices
}

func BenchmarkEncode(b *testing.B) {
	const n = 256
	indices := rough(n, n)
	p := Params{Lattice: Lattice{Unit: 29}, Taps: 24, Memory: 9}
	b.SetBytes(4 * n * n)
	var coded []byte
	for b.Loop() {
		coded = Encode(coded[:0], p, []int{n, n}, indices, nil, nil)
	}
	b.ReportMetric(8*float64(len(coded))/(n*n), "bits/value")
}

func BenchmarkDecode(b *testing.B) {
	const n = 256
	coded := Encode(nil, Params{Lattice: Lattice{Unit: 29}, Taps: 24, Memory: 9}, []int{n, n}, rough(n, n), nil, nil)
	indices := make([]int64, n*n)
	b.SetBytes(4 * n * n)
	for b.Loop() {
		if _, err := Decode(coded, []int{n, n}, indices, nil, nil); err != nil {
			b.Fatal(err)
		}
	}
}
