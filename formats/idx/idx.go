// Package idx reads IDX, the format of the MNIST files (yann.lecun.com/exdb/mnist).
package idx

import (
	"encoding/binary"
	"io"
	"regexp"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/input"
	"github.com/morselcodec/morsel/formats/internal/fail"
)

// types are the element types by the third byte of a file.
var types = [256]array.DType{
	0x08: array.Uint8, 0x09: array.Int8, 0x0B: array.Int16, 0x0C: array.Int32, 0x0D: array.Float32, 0x0E: array.Float64,
}

// Open reads the header.
func Open(in input.Input) (array.Source, error) {
	b, err := in.Head(4 + 4*array.MaxRank)
	if err != nil {
		return array.Source{}, err
	}
	if len(b) < 4 || b[0] != 0 || b[1] != 0 || types[b[2]] == 0 || b[3] == 0 || b[3] > array.MaxRank {
		return array.Source{}, fail.Malformedf("idx: want magic 00 00, a type (08, 09, 0B to 0E) and a rank (1 to %d), found % x", array.MaxRank, b[:min(len(b), 4)])
	}
	h := array.Header{DType: types[b[2]], Shape: make([]int, b[3])}
	end := 4 + 4*len(h.Shape)
	if len(b) < end {
		return array.Source{}, fail.Malformedf("idx: truncated header: %w", io.ErrUnexpectedEOF)
	}
	for i := range h.Shape {
		h.Shape[i] = int(int32(binary.BigEndian.Uint32(b[4+4*i:])))
	}
	return in.Source(h, int64(end), true)
}

// Is reports whether a file begins like IDX: with two zeros, an element type and a rank.
func Is(head []byte) bool {
	return len(head) >= 4 && head[0] == 0 && head[1] == 0 && types[head[2]] != 0 && head[3] >= 1 && head[3] <= array.MaxRank
}

var name = regexp.MustCompile(`[-.]idx[1-5]-`)

// Named reports whether the name is in the manner of train-images-idx3-ubyte.
func Named(file string) bool { return name.MatchString(file) }
