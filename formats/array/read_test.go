package array

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// A big integer is found at its place in the array, not in a piece of it.
func TestInexactPosition(t *testing.T) {
	v := make([]byte, 8*100_000)
	v[8*70_000+7] = 0x7f
	_, err := Read[float64](FromBytes(Header{DType: Uint64, Shape: []int{100_000}}, v))
	if !errors.Is(err, ErrInexact) || !strings.Contains(err.Error(), "value 70000 ") {
		t.Errorf("%v, want the value at 70000", err)
	}
}

// FuzzRead reads into float64 and back; what it accepts is exact.
func FuzzRead(f *testing.F) {
	f.Add(uint8(Float16), []byte{1, 0x7c, 0, 0x80})
	f.Add(uint8(Float32), []byte{1, 0, 0x80, 0x7f, 1, 0, 0xc0, 0xff})
	f.Add(uint8(Int64), []byte{0, 0, 0, 0, 0, 0, 0x20, 0})
	f.Fuzz(func(t *testing.T, d uint8, b []byte) {
		h := Header{DType: DType(d), Shape: []int{1}}
		if !h.DType.Valid() || len(b)%h.DType.Size() != 0 {
			return
		}
		h.Shape[0] = len(b) / h.DType.Size()
		a, err := Read[float64](FromBytes(h, b))
		if err != nil {
			return
		}
		back, err := FromArray(a).Bytes()
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(b, back) {
			t.Fatalf("%v: % x became % x", h.DType, b, back)
		}
	})
}
