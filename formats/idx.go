package formats

import (
	"encoding/binary"
	"io"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/internal/fail"
)

// idxTypes are the element types of the IDX format (yann.lecun.com/exdb/mnist).
var idxTypes = [256]array.DType{
	0x08: array.Uint8, 0x09: array.Int8, 0x0B: array.Int16, 0x0C: array.Int32, 0x0D: array.Float32, 0x0E: array.Float64,
}

func openIDX(in input, _ *OpenOptions) ([]array.Source, error) {
	b, err := in.head(4 + 4*array.MaxRank)
	if err != nil {
		return nil, err
	}
	if len(b) < 4 || b[0] != 0 || b[1] != 0 || idxTypes[b[2]] == 0 || b[3] == 0 || b[3] > array.MaxRank {
		return nil, fail.Malformedf("idx: want magic 00 00, a type (08, 09, 0B to 0E) and a rank (1 to %d), found % x", array.MaxRank, b[:min(len(b), 4)])
	}
	h := array.Header{DType: idxTypes[b[2]], Shape: make([]int, b[3])}
	end := 4 + 4*len(h.Shape)
	if len(b) < end {
		return nil, fail.Malformedf("idx: truncated header: %w", io.ErrUnexpectedEOF)
	}
	for i := range h.Shape {
		h.Shape[i] = int(int32(binary.BigEndian.Uint32(b[4+4*i:])))
	}
	s, err := in.source(h, int64(end), true)
	if err != nil {
		return nil, err
	}
	return []array.Source{s}, nil
}
