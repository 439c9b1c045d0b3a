package quant

import (
	"math"

	"github.com/morselcodec/morsel/formats/array"
)

// orderedBits maps floats to integers in the same order: neighbouring floats
// get neighbouring integers, −0 the one below +0.
func orderedBits[T array.Float](v T) int64 {
	if f, ok := any(v).(float32); ok {
		b := int32(math.Float32bits(f))
		return int64(b ^ int32(uint32(b>>31)>>1))
	}
	b := int64(math.Float64bits(float64(v)))
	return b ^ int64(uint64(b>>63)>>1)
}

func fromOrderedBits[T array.Float](i int64) T {
	if array.DTypeOf[T]() == array.Float32 {
		b := int32(i)
		return T(math.Float32frombits(uint32(b ^ int32(uint32(b>>31)>>1))))
	}
	return T(math.Float64frombits(uint64(i ^ int64(uint64(i>>63)>>1))))
}
