// Package golden holds persistence diagrams by GUDHI 3.7.1 checked with an
// independent union-find, and distances by SciPy's assignment checked with Hera
// and GUDHI. It is for tests.
package golden

import (
	_ "embed"
	"encoding/json"
	"math"
	"testing"
)

//go:embed topology.json
var topology []byte

// Field is a field and its diagrams in dimension 0.
type Field struct {
	Name       string
	Shape      []int
	Values     []float64
	Full       Diagram `json:"diagram_full_conn"`
	Axis       Diagram `json:"diagram_axis_conn"`
	Superlevel Diagram `json:"superlevel_full_conn"`
}

// Comparison is two diagrams and the distances between them, by name: bottleneck,
// w1 or w2, then _linf or _euclid for the ground norm.
type Comparison struct {
	Name   string
	D1, D2 Diagram
	With   map[string]Number `json:"with_essential"`
	Finite map[string]Number `json:"finite_only"`
}

// Diagram is a list of points (birth, death), of which those that never die are
// kept apart.
type Diagram struct {
	Pairs     [][2]float64
	Essential []float64
}

// UnmarshalJSON implements [json.Unmarshaler].
func (d *Diagram) UnmarshalJSON(b []byte) error {
	var points [][2]Number
	if err := json.Unmarshal(b, &points); err != nil {
		return err
	}
	for _, p := range points {
		if birth, death := float64(p[0]), float64(p[1]); math.IsInf(death, 0) {
			d.Essential = append(d.Essential, birth)
		} else {
			d.Pairs = append(d.Pairs, [2]float64{birth, death})
		}
	}
	return nil
}

// Number is a float whose infinities are strings in JSON.
type Number float64

// UnmarshalJSON implements [json.Unmarshaler].
func (n *Number) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case `"inf"`:
		*n = Number(math.Inf(1))
		return nil
	case `"-inf"`:
		*n = Number(math.Inf(-1))
		return nil
	}
	return json.Unmarshal(b, (*float64)(n))
}

// Read returns all of them.
func Read(t *testing.T) (fields []Field, comparisons []Comparison) {
	t.Helper()
	var all struct {
		Diagrams []Field
		Pairs    []Comparison
	}
	if err := json.Unmarshal(topology, &all); err != nil {
		t.Fatal(err)
	}
	if len(all.Diagrams) < 19 || len(all.Pairs) < 12 {
		t.Fatalf("%d fields and %d comparisons", len(all.Diagrams), len(all.Pairs))
	}
	return all.Diagrams, all.Pairs
}
