package audit

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/long"
)

// integers is an array in a file, of 64-bit elements given by their bits.
func integers(d array.DType, shape []int, bits []uint64) array.Source {
	var b []byte
	for _, v := range bits {
		b = binary.LittleEndian.AppendUint64(b, v)
	}
	return array.Source{Header: array.Header{DType: d, Shape: shape}, Values: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(b)), nil
	}}
}

// exactly is the value of a 64-bit element, nil if it is not finite.
func exactly(d array.DType, bits uint64) *big.Float {
	i := new(big.Int).SetUint64(bits)
	switch d {
	case array.Int64:
		i.SetInt64(int64(bits))
	case array.Float64:
		if v := math.Float64frombits(bits); v-v == 0 {
			return wide(v)
		}
		return nil
	}
	return wide(0).SetInt(i)
}

// Integers of 64 bits are compared exactly wherever they lie and whatever they
// are compared with.
func TestWideIntegers(t *testing.T) {
	i, u, f := array.Int64, array.Uint64, array.Float64
	r := rand.New(rand.NewPCG(31, 32))
	some := func(n uint64) uint64 { return r.Uint64N(n) }
	signed := func(v int64) uint64 { return uint64(v) }
	cases := map[string]struct {
		x, y   array.DType
		of, to func() uint64 // a value, and of the other array what to add to it
	}{
		"just beyond 2^53": {i, i, func() uint64 { return 1<<53 + some(20) }, func() uint64 { return some(3) }},
		"at 2^62":          {i, i, func() uint64 { return 1<<62 + some(1000) }, func() uint64 { return some(50) - 25 }},
		"at -2^62":         {i, i, func() uint64 { return signed(-1<<62) + some(1000) }, func() uint64 { return some(50) - 25 }},
		"at 2^64":          {u, u, func() uint64 { return math.MaxUint64 - some(40) }, func() uint64 { return 0 }},
		"the whole range":  {u, u, r.Uint64, func() uint64 { return some(3) }},
		"signs":            {i, i, r.Uint64, func() uint64 { return some(3) }},
		"ends":             {u, u, func() uint64 { return some(4) - 2 }, func() uint64 { return some(4) }},
		"signed, unsigned": {i, u, func() uint64 { return 1<<62 + some(1000) }, func() uint64 { return some(50) }},
		"unsigned, signed": {u, i, r.Uint64, func() uint64 { return some(50) }},
		"floats":           {i, f, func() uint64 { return 1<<53 + some(64) }, nil},
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) { // the same numbers in every run
		c := cases[name]
		for _, shape := range [][]int{{10}, {4, 5}, {8, 9}} {
			for range long.Trials(2, 60) {
				n, _ := array.CheckShape(shape)
				x, y := make([]uint64, n), make([]uint64, n)
				e := &exact{shape: shape}
				for k := range x {
					x[k] = c.of()
					if c.to == nil {
						y[k] = math.Float64bits(float64(x[k]) + 0.5*r.NormFloat64())
					} else {
						y[k] = x[k] + c.to()
					}
					e.x, e.y = append(e.x, exactly(c.x, x[k])), append(e.y, exactly(c.y, y[k]))
				}
				report, err := CompareWide(t.Context(), integers(c.x, shape, x), integers(c.y, shape, y), nil)
				if err != nil {
					t.Fatal(err)
				}
				agree(t, fmt.Sprintf("%s, %v", name, shape), report, e)
			}
		}
	}
}

func TestWideSpecials(t *testing.T) {
	const gone = math.MaxUint64
	fill := []array.Element{{DType: array.Uint64, Bits: gone}, {DType: array.Uint64, Bits: 0}}
	x := integers(array.Uint64, []int{6}, []uint64{gone, 1 << 60, 1<<60 + 1, gone - 1, 0, gone})
	y := integers(array.Uint64, []int{6}, []uint64{gone, 1 << 60, 1<<60 + 2, gone - 1, 0, gone - 1})
	r, err := CompareWide(t.Context(), x, y, &Options{Fills: fill})
	if err != nil {
		t.Fatal(err)
	}
	if r.Special != 3 || r.SpecialChanged != 1 || r.MaxAbsError != 1 || r.Min.String() != "1152921504606846976" || r.Max.String() != "18446744073709551614" {
		t.Errorf("%+v", r)
	}
	everyOutput(t, r)

	floats := integers(array.Float64, []int{6}, []uint64{math.Float64bits(math.NaN()), math.Float64bits(1), 0, math.Float64bits(math.Inf(1)), 0, 0})
	if r, err = CompareWide(t.Context(), floats, x, nil); err != nil || r.Special != 2 || r.SpecialChanged != 2 || r.NonFinite != 0 {
		t.Errorf("%v, %+v", err, r)
	}
	if r, err = CompareWide(t.Context(), x, floats, nil); err != nil || r.Special != 0 || r.NonFinite != 2 || !math.IsInf(float64(r.PSNR), -1) {
		t.Errorf("%v, %+v", err, r)
	}
	everyOutput(t, r)
	nothing := integers(array.Int64, []int{0, 3}, nil)
	if r, err = CompareWide(t.Context(), nothing, nothing, nil); err != nil || r.Values != 0 {
		t.Errorf("%v, %+v", err, r)
	}
}

func TestWideErrors(t *testing.T) {
	a, b := integers(array.Int64, []int{2}, []uint64{1, 2}), integers(array.Int64, []int{2, 1}, []uint64{1, 2})
	if _, err := CompareWide(t.Context(), a, b, nil); !errors.Is(err, array.ErrShape) {
		t.Errorf("other shape: %v", err)
	}
	if _, err := CompareWide(t.Context(), a, integers(array.Int64, []int{2}, []uint64{1}), nil); !errors.Is(err, array.ErrShape) {
		t.Errorf("a value is missing: %v", err)
	}
	failing := a
	failing.Values = func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(&bytes.Buffer{}, failingReader{})), nil
	}
	if _, err := CompareWide(t.Context(), a, failing, nil); !errors.Is(err, errBroken) {
		t.Errorf("broken: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := CompareWide(ctx, a, a, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

var errBroken = errors.New("broken")

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, errBroken }
