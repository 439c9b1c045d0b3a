package array

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
)

func TestPieces(t *testing.T) {
	h := Header{DType: Int16, Shape: []int{5, pieceValues / 2}}
	b := make([]byte, 5*pieceValues)
	for i := range b {
		b[i] = byte(i * 7 >> 3)
	}
	digest := func(ctx context.Context, b []byte) (uint64, []byte, error) {
		var all []byte
		sum, err := Pieces(ctx, bytes.NewReader(b), h, func(at int64, piece []byte) {
			if at != int64(len(all)/2) || len(piece)%2 != 0 {
				t.Errorf("%d bytes from the value %d on, after %d bytes", len(piece), at, len(all))
			}
			all = append(all, piece...)
		})
		return sum, all, err
	}
	sum, all, err := digest(t.Context(), b)
	if err != nil || !bytes.Equal(all, b) {
		t.Fatalf("%d bytes, %v", len(all), err)
	}
	d := NewDigest()
	_, _ = d.Write(b[:1])
	_, _ = d.Write(b[1:])
	if d.Sum64() != sum {
		t.Error("the digest depends on the pieces")
	}
	b[len(b)-1] ^= 1
	if other, _, _ := digest(t.Context(), b); other == sum {
		t.Error("other elements have the same digest")
	}
	if _, _, err := digest(t.Context(), b[:len(b)-1]); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("cut short: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, all, err := digest(ctx, b); !errors.Is(err, context.Canceled) || len(all) > 0 {
		t.Errorf("cancelled: %v, %d bytes", err, len(all))
	}
}
