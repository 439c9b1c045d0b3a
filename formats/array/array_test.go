package array

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"testing"
)

func TestCheckShape(t *testing.T) {
	for _, c := range []struct {
		shape []int
		n     int64 // -1 for an error
	}{
		{[]int{25, 125, 125}, 390625},
		{[]int{1}, 1},
		{[]int{0}, 0},
		{[]int{math.MaxInt, 0, math.MaxInt}, -1}, // would overflow but for the zero
		{[]int{3, 0, 4}, 0},
		{[]int{1, 2, 3, 4, 5}, 120},
		{nil, -1},
		{[]int{1, 2, 3, 4, 5, 6}, -1},
		{[]int{-1, 4}, -1},
		{[]int{0, -1}, -1},
		{[]int{1 << (strconv.IntSize / 2), 1 << (strconv.IntSize / 2)}, -1},
		{[]int{MaxValues}, MaxValues},
		{[]int{MaxValues, 2}, -1},
	} {
		n, err := CheckShape(c.shape)
		if c.n < 0 {
			if !errors.Is(err, ErrShape) || !errors.Is(err, ErrFormat) {
				t.Errorf("%v: %d, %v; want ErrShape", c.shape, n, err)
			}
		} else if err != nil || n != c.n {
			t.Errorf("%v: %d, %v; want %d", c.shape, n, err, c.n)
		}
	}
}

func TestParseShape(t *testing.T) {
	for s, want := range map[string][]int{
		"25,125,125": {25, 125, 125}, "25x125x125": {25, 125, 125}, "7": {7}, "2, 3": {2, 3},
		"": nil, "x": nil, "2,": nil, ",2": nil, "2,,3": nil, "2,-3": nil, "a": nil, "1,2,3,4,5,6": nil, "99999999999999999999": nil,
	} {
		got, err := ParseShape(s)
		if !slices.Equal(got, want) || (err == nil) != (want != nil) || err != nil && !errors.Is(err, ErrShape) {
			t.Errorf("%q: %v, %v; want %v", s, got, err, want)
		}
		if want != nil && s != "2, 3" {
			if again, err := ParseShape(FormatShape(want)); err != nil || !slices.Equal(again, want) {
				t.Errorf("%v does not survive: %v", want, err)
			}
		}
	}
}

func TestDType(t *testing.T) {
	for s, want := range map[string]DType{
		"f32": Float32, "F64": Float64, "float16": Float16, "f4": Float32, "f8": Float64, "f2": Float16,
		"i8": Int8, "u8": Uint8, "int64": Int64, "uint32": Uint32, "i16": Int16, "u64": Uint64,
		"": 0, "f": 0, "i4": 0, "complex64": 0, "dtype(3)": 0,
	} {
		if got, err := ParseDType(s); got != want || (err == nil) != (want != 0) {
			t.Errorf("%q: %v, %v; want %v", s, got, err, want)
		}
	}
	for d := Float32; d.Valid(); d++ {
		if got, err := ParseDType(d.String()); got != d || err != nil {
			t.Errorf("%v reads as %v, %v", d, got, err)
		}
	}
	for _, d := range []DType{0, Uint64 + 1} {
		if d.Valid() || d.Size() != 0 || d.String() == "" {
			t.Errorf("%d counts as valid", d)
		}
	}
}

// NeedsFloat64 is what it says: float32 holds the extremes of the others.
func TestNeedsFloat64(t *testing.T) {
	for d := Float32; d.Valid(); d++ {
		var odd float64 // a value that needs all of the type's bits
		switch d {
		case Float32:
			odd = 1 + 0x1p-23
		case Float64:
			odd = 1 + 0x1p-52
		case Float16:
			odd = 1 + 0x1p-10
		default:
			odd = math.Ldexp(1, min(8*d.Size()-1, 53)) - 1
		}
		if exact := float64(float32(odd)) == odd; exact == d.NeedsFloat64() {
			t.Errorf("%v: float32 holds %g: %v", d, odd, exact)
		}
	}
}

func TestArrayCheck(t *testing.T) {
	for _, c := range []struct {
		a    Array[float32]
		want error
	}{
		{Array[float32]{Shape: []int{2, 3}, Data: make([]float32, 6)}, nil},
		{Array[float32]{DType: Int16, Shape: []int{6}, Data: make([]float32, 6)}, nil},
		{Array[float32]{Shape: []int{2, 3}, Data: make([]float32, 5)}, ErrShape},
		{Array[float32]{Shape: nil}, ErrShape},
		{Array[float32]{DType: Int32, Shape: []int{1}, Data: make([]float32, 1)}, ErrFormat},
		{Array[float32]{DType: 99, Shape: []int{1}, Data: make([]float32, 1)}, ErrFormat},
	} {
		if err := c.a.Check(); !errors.Is(err, c.want) {
			t.Errorf("%+v: %v, want %v", c.a, err, c.want)
		}
		if _, err := FromArray(&c.a).Values(); !errors.Is(err, c.want) {
			t.Errorf("source of %+v: %v, want %v", c.a, err, c.want)
		}
	}
	if d := (&Array[float64]{}).Header().DType; d != Float64 {
		t.Errorf("%v, want f64", d)
	}
}
