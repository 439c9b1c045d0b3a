package codec

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
)

// What a source says of missing values need not be declared again.
func TestSourceFills(t *testing.T) {
	a := &array.Array[float64]{DType: array.Int32, Shape: []int{64}, Data: make([]float64, 64)}
	for i := range a.Data {
		a.Data[i] = float64(i)
	}
	null := array.Element{DType: array.Int32, Bits: 0x80000000}
	a.Data[7] = null.Float64()
	src := array.FromArray(a)
	src.Fills = []array.Element{null}
	var b bytes.Buffer
	stats, err := EncodeSource(context.Background(), &b, src, &Options{Fills: []array.Element{null}})
	if err != nil || !slices.Equal(stats.Fill, src.Fills) || stats.Range[0].Float64() != 0 || stats.Range[1].Float64() != 63 {
		t.Errorf("fill %v, range %v, %v; want %v once, and a range without it", stats.Fill, stats.Range, err, null)
	}
	b.Reset()
	stats, err = EncodeSource(context.Background(), &b, src, &Options{Bound: AbsBound(10)})
	if err != nil || !slices.Equal(stats.Fill, src.Fills) {
		t.Errorf("fill %v, %v; want %v", stats.Fill, err, null)
	}
	back, err := Decode[float64](context.Background(), &b, nil)
	if err != nil || back.Data[7] != null.Float64() {
		t.Errorf("%v, %v; want the null to survive", back, err)
	}
}
