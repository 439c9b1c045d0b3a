package formats

import (
	"encoding/binary"
	"io"
)

// idxTypes are the element types of the IDX format (yann.lecun.com/exdb/mnist).
var idxTypes = [256]DType{
	0x08: Uint8, 0x09: Int8, 0x0B: Int16, 0x0C: Int32, 0x0D: Float32, 0x0E: Float64,
}

func openIDX(in input, _ *OpenOptions) ([]Source, error) {
	b, err := in.head(4 + 4*MaxRank)
	if err != nil {
		return nil, err
	}
	if len(b) < 4 || b[0] != 0 || b[1] != 0 || idxTypes[b[2]] == 0 || b[3] == 0 || b[3] > MaxRank {
		return nil, badf("idx: want magic 00 00, a type (08, 09, 0B to 0E) and a rank (1 to %d), found % x", MaxRank, b[:min(len(b), 4)])
	}
	h := Header{DType: idxTypes[b[2]], Shape: make([]int, b[3])}
	end := 4 + 4*len(h.Shape)
	if len(b) < end {
		return nil, badf("idx: truncated header: %w", io.ErrUnexpectedEOF)
	}
	for i := range h.Shape {
		h.Shape[i] = int(int32(binary.BigEndian.Uint32(b[4+4*i:])))
	}
	s, err := in.source(h, int64(end), true)
	if err != nil {
		return nil, err
	}
	return []Source{s}, nil
}
