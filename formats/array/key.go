package array

import "encoding/binary"

// Keys are unsigned integers in the order of an element type's values: NaN
// stands beyond infinity, both zeros have one key.

// putKeys sets the keys of the elements at the beginning of p.
func putKeys(keys []uint64, p []byte, d DType) {
	le := binary.LittleEndian
	switch d.Size() {
	case 1:
		for i := range keys {
			keys[i] = uint64(p[i])
		}
	case 2:
		for i := range keys {
			keys[i] = uint64(le.Uint16(p[2*i:]))
		}
	case 4:
		for i := range keys {
			keys[i] = uint64(le.Uint32(p[4*i:]))
		}
	case 8:
		for i := range keys {
			keys[i] = le.Uint64(p[8*i:])
		}
	}
	sign, all := signBit(d), allBits(d)
	switch {
	case d >= Uint8:
	case d.IsInteger():
		for i := range keys {
			keys[i] ^= sign
		}
	default:
		for i, b := range keys {
			k := (b ^ (-(b & sign / sign) | sign)) & all
			if k == sign-1 { // -0
				k = sign
			}
			keys[i] = k
		}
	}
}

func signBit(d DType) uint64 { return 1 << (8*d.Size() - 1) }
func allBits(d DType) uint64 { return signBit(d)<<1 - 1 }

// keyOf returns the key of an element.
func keyOf(e Element) uint64 {
	var k [1]uint64
	putKeys(k[:], e.Append(nil), e.DType)
	return k[0]
}

// elementOf returns the element with a key; +0 of both zeros.
func elementOf(d DType, key uint64) Element {
	sign := signBit(d)
	switch {
	case d >= Uint8:
		return Element{d, key}
	case d.IsInteger() || key&sign != 0:
		return Element{d, key ^ sign}
	}
	return Element{d, ^key & allBits(d)}
}

// finiteKeys returns the keys of the smallest and the largest finite value.
func finiteKeys(d DType) (first, last uint64) {
	infinity := map[DType]uint64{Float16: 0x7c00, Float32: 0x7f800000, Float64: 0x7ff << 52}[d]
	if infinity == 0 {
		return 0, allBits(d)
	}
	return keyOf(Element{d, infinity | signBit(d)}) + 1, keyOf(Element{d, infinity}) - 1
}
