package pipeline

import (
	"bytes"
	"encoding/binary"
	"io"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
)

// What the original's file names as fill is no data, of integers beyond 2^53 too.
func TestCompareTakesTheFillOfTheSource(t *testing.T) {
	for _, base := range []int64{100, 1 << 60} {
		source := func(fills ...array.Element) array.Source {
			var b []byte
			for i := range int64(12) {
				v := base + i
				if i%4 == 0 {
					v = -1 << 63
				}
				b = binary.LittleEndian.AppendUint64(b, uint64(v))
			}
			return array.Source{Header: array.Header{DType: array.Int64, Shape: []int{12}}, Fills: fills, Values: func() (io.ReadCloser, error) {
				return io.NopCloser(bytes.NewReader(b)), nil
			}}
		}
		r, err := Compare(t.Context(), source(array.Element{DType: array.Int64, Bits: 1 << 63}), source(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if r.Special != 3 || r.Range != 10 {
			t.Errorf("from %d: %d special values, range %v", base, r.Special, r.Range)
		}
	}
}
