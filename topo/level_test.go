package topo

import (
	"errors"
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

// A field of integers shifted far beyond 2^53 has the diagram of the field, and
// distances that do not know of the shift.
func TestLevels(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 24))
	shape := []int{9, 8}
	for _, origin := range []uint64{0, 1 << 62, math.MaxUint64 - 40} {
		var small, large [2]*Diagram
		var levels []Level
		for v := range uint64(41) {
			levels = append(levels, LevelOf(origin+v))
		}
		for k := range 2 {
			x := make([]float64, 72)
			for i := range x {
				x[i] = float64(r.IntN(41))
			}
			small[k], large[k] = must(Sublevel(t.Context(), shape, x, nil)), must(Sublevel(t.Context(), shape, x, &Options{Levels: levels}))
			if !slices.Equal(small[k].Pairs, large[k].Pairs) || small[k].CountAbove(7) != large[k].CountAbove(7) {
				t.Errorf("origin %d: %v, want %v", origin, large[k].Pairs, small[k].Pairs)
			}
		}
		for _, norm := range []Norm{LInf, Euclidean} {
			o := &DistanceOptions{Norm: norm}
			if got, want := allDistances(t.Context(), large[0], large[1], o), allDistances(t.Context(), small[0], small[1], o); !slices.Equal(got, want) {
				t.Errorf("origin %d: %v, want %v", origin, got, want)
			}
		}
		if _, err := Bottleneck(t.Context(), small[0], large[1], nil); !errors.Is(err, ErrDiagram) {
			t.Errorf("levels against values: %v", err)
		}
	}
	odd := &Diagram{Pairs: []Pair{{0, 3}}, Levels: []Level{{0, 0}, {1, 0}}}
	if _, err := Bottleneck(t.Context(), odd, odd, nil); !errors.Is(err, ErrDiagram) {
		t.Errorf("an index beyond the table: %v", err)
	}
}

// Beyond denseLimit, too, where edges are found by coordinates.
func TestLevelsOfManyPairs(t *testing.T) {
	r := rand.New(rand.NewPCG(25, 26))
	var levels []Level
	for v := range uint64(5000) {
		levels = append(levels, LevelOf(1<<62+v))
	}
	var small, large [2]*Diagram
	for k := range 2 {
		small[k] = randomDiagram(r, 1100, 2500)
		large[k] = &Diagram{Pairs: small[k].Pairs, Levels: levels}
	}
	got, want := must(Wasserstein(t.Context(), large[0], large[1], 2, nil)), must(Wasserstein(t.Context(), small[0], small[1], 2, nil))
	if !near(got.Value, want.Value) || !got.Exact() {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
