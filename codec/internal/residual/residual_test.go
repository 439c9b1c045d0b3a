package residual

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/formats/array"
)

// Each level decodes to the values that the encoder reported, within the bound;
// at bound 0 to the same bits.
func TestRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for trial := range 60 {
		shape := [][]int{{700}, {30, 25}, {9, 10, 11}, {4, 5, 6, 7}, {3, 1, 4, 5, 6}}[trial%5]
		g := grid.New(shape)
		x := make([]float64, g.Size)
		for i := range x {
			x[i] = math.Sin(float64(i)/30) + 1e-3*rng.NormFloat64()
			if rng.IntN(50) == 0 {
				x[i] *= math.Ldexp(1, rng.IntN(200))
			}
			if trial%2 == 1 && i%11 == 0 {
				x[i] = math.NaN()
			}
		}
		raw := make([]byte, 8*len(x))
		array.Demote(raw, x, array.Float64)
		var estimate []float64
		if trial%3 == 2 {
			estimate = make([]float64, len(x))
			for i := range estimate {
				estimate[i] = math.Sin(float64(i) / 31)
			}
		}
		in := &Input[float64]{
			Values: special.Find(array.Float64, x, raw, nil, false),
			Grid:   &g, Estimate: estimate, Eps: []float64{1e-2, 1e-4, 0}[trial%3], Level: 1 + trial%9, Alone: trial%4 == 0,
		}
		coded, err := Encode(in)
		if err != nil {
			t.Fatal(err)
		}
		out := &Output[float64]{Grid: &g, DType: array.Float64, Eps: in.Eps, Estimate: estimate, Values: make([]float64, len(x))}
		list := &special.Unpredictable{}
		if in.Unpredictable != nil {
			list = in.Unpredictable
		}
		if len(coded.Unpredictable) > 0 {
			list = list.Merge(coded.Unpredictable, raw, 8)
		}
		if out.Uncoded, err = special.PresetUncoded(out.Values, in.Mask, list, array.Float64); err != nil {
			t.Fatal(err)
		}
		if err := Decode(out, &coded.Blocks); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(out.Values, coded.Values) {
			t.Fatalf("trial %d: decoded values are not those that the encoder reported", trial)
		}
		for i, v := range x {
			if e := math.Abs(v - out.Values[i]); v == v && !(e <= in.Eps && e <= coded.MaxError) {
				t.Fatalf("trial %d: value %d, %v, is off by %v, bound %v, largest error %v", trial, i, v, e, in.Eps, coded.MaxError)
			}
		}
	}
}
