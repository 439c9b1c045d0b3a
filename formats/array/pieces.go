package array

import (
	"context"
	"hash/maphash"
	"io"
)

// pieceValues is how many values Pieces reads at a time.
const pieceValues = 1 << 15

// Pieces reads the elements of h from r, which streams them as [Source] says, and
// calls visit with piece after piece of them, the first of which has the index at,
// until ctx is done. It returns their digest; see [NewDigest]. Errors of r are as
// they come: io.EOF or io.ErrUnexpectedEOF where it ends early.
func Pieces(ctx context.Context, r io.Reader, h Header, visit func(at int64, piece []byte)) (digest uint64, err error) {
	n, err := h.Check()
	if err != nil {
		return 0, err
	}
	size := int64(h.DType.Size())
	buf := make([]byte, min(n, pieceValues)*size)
	sum := NewDigest()
	for at := int64(0); at < n; at += pieceValues {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		piece := buf[:min(n-at, pieceValues)*size]
		if _, err := io.ReadFull(r, piece); err != nil {
			return 0, err
		}
		_, _ = sum.Write(piece) // never fails
		visit(at, piece)
	}
	return sum.Sum64(), nil
}

// NewDigest returns a hash that tells the elements of an array from others, as
// when it is read again. It is another in every process.
func NewDigest() *maphash.Hash {
	h := new(maphash.Hash)
	h.SetSeed(digestSeed)
	return h
}

var digestSeed = maphash.MakeSeed()
