package topo

import (
	"encoding/json"
	"math"
	"os"
	"testing"
)

// number is a float in the golden file, where infinities are strings.
type number float64

func (n *number) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case `"inf"`:
		*n = number(math.Inf(1))
		return nil
	case `"-inf"`:
		*n = number(math.Inf(-1))
		return nil
	}
	return json.Unmarshal(b, (*float64)(n))
}

// golden holds diagrams by GUDHI 3.7.1 checked with an independent union-find,
// and distances by SciPy's assignment checked with Hera and GUDHI.
type golden struct {
	Diagrams []struct {
		Name       string
		Shape      []int
		Values     []float64
		Full       [][2]number `json:"diagram_full_conn"`
		Axis       [][2]number `json:"diagram_axis_conn"`
		Superlevel [][2]number `json:"superlevel_full_conn"`
	}
	Pairs []struct {
		Name   string
		D1, D2 [][2]number
		With   map[string]number `json:"with_essential"`
		Finite map[string]number `json:"finite_only"`
	}
}

func readGolden(t *testing.T) golden {
	t.Helper()
	b, err := os.ReadFile("testdata/topology.json")
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(b, &g); err != nil {
		t.Fatal(err)
	}
	if len(g.Diagrams) < 19 || len(g.Pairs) < 12 {
		t.Fatalf("golden file holds %d diagrams and %d pairs", len(g.Diagrams), len(g.Pairs))
	}
	return g
}

// diagramOf splits points into pairs and essential classes.
func diagramOf(points [][2]number) *Diagram {
	d := &Diagram{}
	for _, p := range points {
		if math.IsInf(float64(p[1]), 0) {
			d.Essential = append(d.Essential, float64(p[0]))
		} else {
			d.Pairs = append(d.Pairs, Pair{float64(p[0]), float64(p[1])})
		}
	}
	d.sort()
	return d
}
