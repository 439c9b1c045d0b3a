package distance

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/morselcodec/morsel/internal/long"
)

// TestColumnGeneration: diagrams past denseLimit are solved on few edges; the
// answer must be that of all edges at once.
func TestColumnGeneration(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for _, levels := range []int{0, 40} {
		n := long.Trials(300, 1100)
		d, e := randomDiagram(r, n, levels), randomDiagram(r, n+200, levels)
		for _, p := range []float64{1, 2} {
			c := must(newComparison(t.Context(), d, e, &Options{}))
			dense, sparse := newMatching(c, p, c.scale()), newMatching(c, p, c.scale())
			dense.connectAll()
			all := dense.network()
			all.solve()
			want := all.sum()

			sparse.tree = newKDTree(sparse.metric, sparse.cols, nil)
			upper, lower := sparse.generate(0)
			if !near(upper, want) || upper != lower {
				t.Errorf("levels %d, p %v: got [%v, %v], want %v", levels, p, lower, upper, want)
			}
			upper, lower = newMatchingTree(c, p).generate(0.05)
			if !(lower <= want*(1+1e-12) && want <= upper*(1+1e-12)) || upper > lower*math.Pow(1.05, p)*(1+1e-12) {
				t.Errorf("levels %d, p %v: bounds [%v, %v] miss %v", levels, p, lower, upper, want)
			}
		}
	}
}

func newMatchingTree(c *comparison, p float64) *matching {
	m := newMatching(c, p, c.scale())
	m.tree = newKDTree(m.metric, m.cols, nil)
	return m
}
