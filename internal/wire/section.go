package wire

import (
	"encoding/binary"
	"hash/crc32"
)

// Ancillary marks tags, and kinds of blocks, that a reader may skip.
const Ancillary = 0x80

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Checksum returns the CRC-32C of some bytes, one slice after the other.
func Checksum(parts ...[]byte) (sum uint32) {
	for _, p := range parts {
		sum = crc32.Update(sum, castagnoli, p)
	}
	return sum
}

// AppendSection appends a whole section, from tag to checksum.
func AppendSection(b []byte, tag byte, payload []byte) []byte {
	start := len(b)
	b = append(b, tag)
	b = binary.AppendUvarint(b, uint64(len(payload)))
	b = append(b, payload...)
	return binary.LittleEndian.AppendUint32(b, Checksum(b[start:]))
}
