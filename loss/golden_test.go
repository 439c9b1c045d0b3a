package loss

import (
	"encoding/json"
	"math"
	"os"
	"testing"
)

// goldenCase is one case of testdata/dsl.json, computed by an independent
// implementation of Algorithm 1 with automatic differentiation.
type goldenCase struct {
	Name      string
	Shape     []int
	SkipBatch bool `json:"skip_batch"`
	Act       string
	S         float64
	Weights   []float64
	Half      bool
	Normalize bool
	Reduction string
	N         int64 `json:"n_comparisons_per_example"`
	X, Y      []float64
	Loss      numbers
	GradX     []float64 `json:"grad_x"`
	GradY     []float64 `json:"grad_y"`
	GradS     float64   `json:"grad_s"`
	ExactHalf numbers   `json:"exact_half"`
	ExactNeq  numbers   `json:"exact_neq"`
}

// numbers is one number, or a list for the reduction none.
type numbers []float64

func (n *numbers) UnmarshalJSON(b []byte) error {
	if b[0] == '[' {
		return json.Unmarshal(b, (*[]float64)(n))
	}
	*n = make(numbers, 1)
	return json.Unmarshal(b, &(*n)[0])
}

func readGolden(t testing.TB) []goldenCase {
	t.Helper()
	b, err := os.ReadFile("testdata/dsl.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []goldenCase }
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) < 30 {
		t.Fatalf("%d golden cases, want all of them", len(file.Cases))
	}
	return file.Cases
}

func (c *goldenCase) dsl() DSL[float64] {
	d := DSL[float64]{
		Sharpness: c.S,
		Softsign:  c.Act == "softsign",
		NoHalving: !c.Half,
		Normalize: c.Normalize,
		Weights:   c.Weights,
		Reduction: Mean,
	}
	if c.Reduction != "mean" {
		d.Reduction = Sum // the gradient of none is that of the sum
	}
	return d
}

func (c *goldenCase) shape() []int {
	if c.SkipBatch {
		return c.Shape
	}
	return append([]int{1}, c.Shape...)
}

func near(a, b, tolerance float64) bool { return math.Abs(a-b) <= tolerance*max(1, math.Abs(b)) }

func wantAll(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", what, len(got), len(want))
	}
	for i := range want {
		if !near(got[i], want[i], tolerance) {
			t.Errorf("%s[%d] = %.17g, want %.17g", what, i, got[i], want[i])
		}
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestGoldenDSL(t *testing.T) {
	for _, c := range readGolden(t) {
		t.Run(c.Name, func(t *testing.T) {
			const tolerance = 1e-9
			d, shape := c.dsl(), c.shape()
			if n := Comparisons(shape[1:]); n != c.N {
				t.Errorf("Comparisons = %d, want %d", n, c.N)
			}

			gx, gy := make([]float64, len(c.X)), make([]float64, len(c.Y))
			value, err := d.Value(c.X, c.Y, shape)
			must(t, err)
			fromX, err := d.Gradient(gx, c.X, c.Y, shape)
			must(t, err)
			_, err = d.Gradient(gy, c.Y, c.X, shape)
			must(t, err)
			fromS, slope, err := d.SharpnessGradient(c.X, c.Y, shape)
			must(t, err)
			exact, err := d.Exact(c.X, c.Y, shape)
			must(t, err)

			if c.Reduction == "none" {
				each, err := d.PerExample(c.X, c.Y, shape)
				must(t, err)
				wantAll(t, "loss", each, c.Loss, tolerance)
				counts, err := d.ExactPerExample(c.X, c.Y, shape)
				must(t, err)
				for i, e := range counts {
					if e.HalfSum != c.ExactHalf[i] || e.Unequal != c.ExactNeq[i] {
						t.Errorf("exact[%d] = %v, want %v and %v", i, e, c.ExactHalf[i], c.ExactNeq[i])
					}
				}
			} else {
				wantAll(t, "loss", []float64{value, fromX, fromS}, []float64{c.Loss[0], c.Loss[0], c.Loss[0]}, tolerance)
				wantAll(t, "exact", []float64{exact.HalfSum, exact.Unequal}, []float64{c.ExactHalf[0], c.ExactNeq[0]}, 1e-15)
			}
			wantAll(t, "grad_x", gx, c.GradX, tolerance)
			wantAll(t, "grad_y", gy, c.GradY, tolerance)
			wantAll(t, "grad_s", []float64{slope}, []float64{c.GradS}, tolerance)
		})
	}
}
