package distance

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/morselcodec/morsel/topo"
)

// Distances do not know of a shift of all values, far beyond 2^53.
func TestLevels(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 24))
	for _, origin := range []uint64{0, 1 << 62, math.MaxUint64 - 40} {
		var small, large [2]*topo.Diagram
		levels := levelsFrom(origin, 41)
		for k := range 2 {
			small[k] = randomDiagram(r, 20, 20)
			large[k] = &topo.Diagram{Pairs: small[k].Pairs, Levels: levels}
		}
		for _, norm := range []Norm{LInf, Euclidean} {
			o := &Options{Norm: norm}
			got, want := allDistances(t.Context(), large[0], large[1], o), allDistances(t.Context(), small[0], small[1], o)
			if !slices.Equal(got, want) {
				t.Errorf("origin %d: %v, want %v", origin, got, want)
			}
		}
		if _, err := Bottleneck(t.Context(), small[0], large[1], nil); !errors.Is(err, ErrDiagram) {
			t.Errorf("levels against values: %v", err)
		}
	}
	odd := &topo.Diagram{Pairs: []topo.Pair{{Birth: 0, Death: 3}}, Levels: levelsFrom(0, 2)}
	if _, err := Bottleneck(t.Context(), odd, odd, nil); !errors.Is(err, ErrDiagram) {
		t.Errorf("an index beyond the table: %v", err)
	}
}

func levelsFrom(origin uint64, n int) (t topo.Levels) {
	for v := range uint64(n) {
		t = append(t, topo.LevelOf(origin+v))
	}
	return t
}

// Beyond denseLimit, too, where edges are found by coordinates.
func TestLevelsOfManyPairs(t *testing.T) {
	r := rand.New(rand.NewPCG(25, 26))
	levels := levelsFrom(1<<62, 5000)
	var small, large [2]*topo.Diagram
	for k := range 2 {
		small[k] = randomDiagram(r, 1100, 2500)
		large[k] = &topo.Diagram{Pairs: small[k].Pairs, Levels: levels}
	}
	got, want := must(Wasserstein(t.Context(), large[0], large[1], 2, nil)), must(Wasserstein(t.Context(), small[0], small[1], 2, nil))
	if !near(got.Value, want.Value) || !got.Exact() {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
