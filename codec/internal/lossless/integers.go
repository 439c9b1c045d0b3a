package lossless

import (
	"encoding/binary"

	"github.com/morselcodec/morsel/codec/internal/scan"
	"github.com/morselcodec/morsel/formats/array"
)

// integerLattice is that of integers.
var integerLattice = scan.Lattice{Kind: scan.Decimals}

// integerIndices returns integers as they are; those of 64 bits without a sign
// wrap around.
func integerIndices(b []byte, d array.DType) []int64 {
	indices := make([]int64, len(b)/d.Size())
	le := binary.LittleEndian
	for i := range indices {
		switch d {
		case array.Int8:
			indices[i] = int64(int8(b[i]))
		case array.Uint8:
			indices[i] = int64(b[i])
		case array.Int16:
			indices[i] = int64(int16(le.Uint16(b[2*i:])))
		case array.Uint16:
			indices[i] = int64(le.Uint16(b[2*i:]))
		case array.Int32:
			indices[i] = int64(int32(le.Uint32(b[4*i:])))
		case array.Uint32:
			indices[i] = int64(le.Uint32(b[4*i:]))
		default:
			indices[i] = int64(le.Uint64(b[8*i:]))
		}
	}
	return indices
}

// putIntegers is the inverse of integerIndices.
func putIntegers(b []byte, indices []int64, d array.DType) {
	le := binary.LittleEndian
	for i, u := range indices {
		switch d.Size() {
		case 1:
			b[i] = byte(u)
		case 2:
			le.PutUint16(b[2*i:], uint16(u))
		case 4:
			le.PutUint32(b[4*i:], uint32(u))
		default:
			le.PutUint64(b[8*i:], uint64(u))
		}
	}
}
