package codec

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
)

// recurringField is a pattern without any structure of its own, the same in all
// slices but for noise.
func recurringField(slices, rows, cols int, noise float64) *array.Array[float32] {
	rng := rand.New(rand.NewPCG(41, 42))
	a := &array.Array[float32]{Shape: []int{slices, rows, cols}}
	pattern := make([]float64, rows*cols)
	for i := range pattern {
		pattern[i] = rng.Float64()
	}
	for range slices {
		for _, p := range pattern {
			a.Data = append(a.Data, float32(p+noise*rng.NormFloat64()))
		}
	}
	return a
}

// What recurs in every slice is coded once: values spread over 50 bins take
// log₂ 50 bits each where nothing is known of them.
func TestWhatRecursIsCodedOnce(t *testing.T) {
	a := recurringField(60, 40, 40, 0.003)
	var b bytes.Buffer
	stats, err := Encode(t.Context(), &b, a, &Options{Bound: Bound{Abs: 0.01}})
	if err != nil {
		t.Fatal(err)
	}
	if stats.BitsPerValue > 2 {
		t.Errorf("%.2f bits per value, want at most 2", stats.BitsPerValue)
	}
}
