package array

import (
	"errors"
	"io"
	"math"
	"strings"
	"testing"
)

func TestCheckValues(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		d    DType
		good []float64
		bad  []float64
	}{
		{Int8, []float64{-128, 0, 127}, []float64{-129, 128, 0.5, nan, inf}},
		{Uint8, []float64{0, 255, math.Copysign(0, -1)}, []float64{-1, 256, 300.7, nan, -inf}},
		{Int16, []float64{-32768, 32767}, []float64{1e6, -32769, 1e-300}},
		{Uint16, []float64{65535}, []float64{65536, -1}},
		{Int32, []float64{-1 << 31, 1<<31 - 1}, []float64{1 << 31, -1<<31 - 1, 7.25}},
		{Uint32, []float64{1<<32 - 1}, []float64{1 << 32, -1}},
		{Int64, []float64{-1 << 63, 1 << 62}, []float64{1 << 63, 1e300, 0.1}},
		{Uint64, []float64{1 << 63}, []float64{1 << 64, -1}},
		{Float16, []float64{65504, 0x1p-24, nan, inf, -inf, 1.5}, []float64{70000, 65520, 0x1p-25, 0.1}},
		{Float32, []float64{math.MaxFloat32, nan, inf, 0x1p-149}, []float64{0.1, 1e300, 0x1p-150}},
		{Float64, []float64{0.1, 1e300, nan}, nil},
	} {
		encode := func(x ...float64) error {
			r, err := FromArray(&Array[float64]{DType: c.d, Shape: []int{len(x)}, Data: x}).Values()
			if err == nil {
				_, err = io.ReadAll(r)
			}
			return err
		}
		for _, v := range c.good {
			if err := (&Array[float64]{DType: c.d, Shape: []int{2}, Data: []float64{v, v}}).Check(); err != nil {
				t.Errorf("%v %v: %v", c.d, v, err)
			}
		}
		if err := encode(c.good...); err != nil {
			t.Errorf("%v: %v", c.d, err)
		}
		for _, v := range c.bad {
			a := &Array[float64]{DType: c.d, Shape: []int{3}, Data: []float64{1, 1, v}}
			if err := a.Check(); !errors.Is(err, ErrValue) || !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), "value 2 is ") {
				t.Errorf("%v %v: %v", c.d, v, err)
			}
			if _, err := FromArray(a).Values(); !errors.Is(err, ErrValue) {
				t.Errorf("%v %v: the values are given, %v", c.d, v, err)
			}
		}
	}
	if err := (&Array[float32]{DType: Float16, Shape: []int{1}, Data: []float32{70000}}).Check(); !errors.Is(err, ErrValue) {
		t.Errorf("half of float32: %v", err)
	}
}
