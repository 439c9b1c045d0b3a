package dataset

import (
	"encoding/binary"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
)

// wide is a source of 64-bit integers.
func wide(d array.DType, bits []uint64) array.Source {
	var b []byte
	for _, v := range bits {
		b = binary.LittleEndian.AppendUint64(b, v)
	}
	return array.Source{Header: array.Header{DType: d, Shape: []int{len(bits)}}, Values: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(string(b))), nil
	}}
}

// Integers that no float64 holds keep their differences.
func TestWideIntegersKeepTheirDifferences(t *testing.T) {
	for _, c := range []struct {
		dtype  array.DType
		centre uint64
	}{
		{array.Int64, 0}, {array.Int64, 1 << 60}, {array.Int64, 1<<63 - 1000}, {array.Int64, 1<<63 + 900}, // the last is negative
		{array.Uint64, 1 << 62}, {array.Uint64, math.MaxUint64 - 999}, {array.Uint64, 1 << 63},
	} {
		bits := make([]uint64, 4096)
		for i := range bits {
			bits[i] = c.centre + uint64(int64(math.RoundToEven(800*math.Sin(float64(i)/9))))
		}
		bits[7] = 1 << 40 // fill
		fill := array.Element{DType: c.dtype, Bits: bits[7]}
		src := wide(c.dtype, bits)
		set := func(yield func(array.Source, error) bool) { yield(src, nil) }
		o := &Options{Window: []int{64}, HoldOut: 0.1, Fills: []array.Element{fill}}
		d, err := Read(t.Context(), set, func([]int) (*Options, error) { return o, nil })
		if err != nil {
			t.Fatal(err)
		}
		x := d.Train[0].data
		for i := range x {
			switch {
			case i == 7 && x[i] == x[i]:
				t.Errorf("%+v: the fill value became %v", c, x[i])
			case i > 8:
				want := float64(int64(bits[i] - bits[i-1]))
				if got := (float64(x[i]) - float64(x[i-1])) * d.span; math.Abs(got-want) > 0.01 {
					t.Fatalf("%+v: difference %d is %v, want %v", c, i, got, want)
				}
			}
		}
		if r := d.Record; r.Missing != 1 || r.Fills[0].Count != 1 {
			t.Errorf("%+v: record %+v", c, r)
		}
	}
}
