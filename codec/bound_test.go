package codec

import (
	"bytes"
	"errors"
	"io"
	"math"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
)

func TestComputedBounds(t *testing.T) {
	a := ocean(5)
	minus := math.Copysign(0, -1)
	for name, make := range map[string]func(float64) Bound{"abs": AbsBound, "rel": RelBound, "pwrel": PointwiseRelBound} {
		for _, zero := range []float64{0, minus} {
			var b bytes.Buffer
			if _, err := Encode(t.Context(), &b, a, &Options{Bound: make(zero)}); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			back, err := Decode[float32](t.Context(), &b, nil)
			if err != nil {
				t.Fatal(err)
			}
			for i, v := range back.Data {
				if v != a.Data[i] {
					t.Fatalf("%s 0: value %d is %v, was %v", name, i, v, a.Data[i])
				}
			}
		}
		if s, err := Encode(t.Context(), io.Discard, a, &Options{Bound: make(0.01)}); err != nil || s.BoundAbs != nil && *s.BoundAbs == 0 || s.MaxAbsError == 0 {
			t.Errorf("%s 0.01: %+v, %v", name, s, err)
		}
	}
	bounds := []Bound{PSNRBound(0), PSNRBound(minus), PointwiseRelBound(1), {Rel: 1e-320}, {PSNR: 7000}}
	for _, bad := range []float64{-1, math.NaN(), math.Inf(1), math.Inf(-1)} {
		bounds = append(bounds, AbsBound(bad), RelBound(bad), PointwiseRelBound(bad), PSNRBound(bad))
	}
	small := &array.Array[float64]{Shape: []int{40}, Data: make([]float64, 40)}
	for i := range small.Data {
		small.Data[i] = float64(i) * 1e-310
	}
	for _, b := range bounds {
		if _, err := Encode(t.Context(), io.Discard, small, &Options{Bound: b}); !errors.Is(err, ErrOptions) {
			t.Errorf("%+v: %v", b, err)
		}
	}
	if s, err := Encode(t.Context(), io.Discard, &array.Array[float64]{Shape: []int{40}, Data: make([]float64, 40)}, &Options{Bound: RelBound(1e-3)}); err != nil || *s.BoundAbs != 0 {
		t.Errorf("a constant array: %v", err)
	}
}
