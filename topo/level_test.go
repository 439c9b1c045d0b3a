package topo

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestLevelOf(t *testing.T) {
	ends := []uint64{0, 1, 1<<53 + 1, 1<<63 - 1, 1 << 63, 1<<63 + 1, math.MaxUint64 - 1, math.MaxUint64}
	for i, v := range ends {
		for j, w := range ends {
			if got, want := LevelOf(v).Compare(LevelOf(w)), compareInts(i, j); got != want {
				t.Errorf("%d against %d: %d", v, w, got)
			}
			if v >= w && LevelOf(v).Minus(LevelOf(w)) != float64(v-w) {
				t.Errorf("%d - %d: %v", v, w, LevelOf(v).Minus(LevelOf(w)))
			}
		}
	}
	if lo, hi := LevelOf(int64(math.MinInt64)), LevelOf(int64(math.MaxInt64)); lo != (Level{-0x1p63, 0}) || hi != (Level{0x1p63, -1}) || hi.Minus(lo) != 0x1p64 {
		t.Errorf("%v and %v", lo, hi)
	}
}

func compareInts(a, b int) int { return min(max(a-b, -1), 1) }

// A field of integers shifted far beyond 2^53 has the diagram of the field.
func TestLevels(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 24))
	shape := []int{9, 8}
	for _, origin := range []uint64{0, 1 << 62, math.MaxUint64 - 40} {
		var levels Levels
		for v := range uint64(41) {
			levels = append(levels, LevelOf(origin+v))
		}
		x := make([]float64, 72)
		for i := range x {
			x[i] = float64(r.IntN(41))
		}
		small := must(Sublevel(t.Context(), shape, x, nil))
		large := must(Sublevel(t.Context(), shape, x, &Options{Levels: levels}))
		if !slices.Equal(small.Pairs, large.Pairs) || small.CountAbove(7) != large.CountAbove(7) {
			t.Errorf("origin %d: %v, want %v", origin, large.Pairs, small.Pairs)
		}
	}
}
