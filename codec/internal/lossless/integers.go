package lossless

import (
	"encoding/binary"

	"github.com/morselcodec/morsel/codec/internal/scan"
	"github.com/morselcodec/morsel/formats/array"
)

// integerLattice is that of integers.
var integerLattice = scan.Lattice{Kind: scan.Decimals}

// integerPlaces returns integers as they are; those of 64 bits without a sign
// wrap around.
func integerPlaces(b []byte, d array.DType) []int64 {
	places := make([]int64, len(b)/d.Size())
	le := binary.LittleEndian
	for i := range places {
		switch d {
		case array.Int8:
			places[i] = int64(int8(b[i]))
		case array.Uint8:
			places[i] = int64(b[i])
		case array.Int16:
			places[i] = int64(int16(le.Uint16(b[2*i:])))
		case array.Uint16:
			places[i] = int64(le.Uint16(b[2*i:]))
		case array.Int32:
			places[i] = int64(int32(le.Uint32(b[4*i:])))
		case array.Uint32:
			places[i] = int64(le.Uint32(b[4*i:]))
		default:
			places[i] = int64(le.Uint64(b[8*i:]))
		}
	}
	return places
}

// putIntegers is the inverse of integerPlaces.
func putIntegers(b []byte, places []int64, d array.DType) {
	le := binary.LittleEndian
	for i, u := range places {
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
