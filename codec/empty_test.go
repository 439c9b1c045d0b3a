package codec

import (
	"bytes"
	"slices"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
)

// What the encoder accepts, the decoder reads, also where there is nothing.
func TestEmptyArrays(t *testing.T) {
	for _, shape := range [][]int{{0}, {0, 3}, {3, 0}, {0, 1<<26 + 1}, {1<<26 + 1, 0}, {0, array.MaxValues}, {1 << 30, 0, 1 << 20}, {2, 0, 1 << 30, 0, 1 << 20}} {
		for _, o := range []*Options{{}, {Bound: Bound{Lossless: true}, Chunk: ones(len(shape)), tinyChunks: true}, {Bound: Bound{PSNR: 50}}, {Bound: Bound{None: true}}} {
			for _, d := range []array.DType{array.Float32, array.Uint64} {
				h := array.Header{Name: "nothing", DType: d, Shape: shape}
				archive, _, err := encodeRaw(h, nil, o)
				if err != nil {
					t.Fatalf("%v: %v", shape, err)
				}
				a, err := Decode[float64](t.Context(), bytes.NewReader(archive), nil)
				if err != nil || !slices.Equal(a.Shape, shape) || a.DType != d || a.Name != h.Name || len(a.Data) != 0 {
					t.Errorf("%v: decodes to %+v, %v", shape, a, err)
				}
				if _, err := readAll(archive); err != nil {
					t.Errorf("%v: %v", shape, err)
				}
			}
		}
	}
}

func ones(n int) []int { return slices.Repeat([]int{1}, n) }
