package array

import (
	"encoding/binary"
	"fmt"
	"math"
)

// MaxExactInteger is the largest magnitude up to which float64 holds every
// integer.
const MaxExactInteger = 1 << 53

// Promote converts little-endian elements of type d into dst; the bits of NaN
// are kept, so that [Demote] restores them. It fails when an
// integer is beyond [MaxExactInteger], naming its position.
// len(src) must be len(dst)*d.Size(), and T must hold d exactly.
func Promote[T Float](dst []T, src []byte, d DType) error {
	le := binary.LittleEndian
	switch d {
	case Float32:
		if dst, ok := any(dst).([]float32); ok {
			for i := range dst {
				dst[i] = math.Float32frombits(le.Uint32(src[4*i:]))
			}
			return nil
		}
		for i := range dst {
			dst[i] = fromFloat32[T](math.Float32frombits(le.Uint32(src[4*i:])))
		}
	case Float64:
		for i := range dst {
			dst[i] = T(math.Float64frombits(le.Uint64(src[8*i:])))
		}
	case Float16:
		for i := range dst {
			dst[i] = fromFloat32[T](Float16To32(le.Uint16(src[2*i:])))
		}
	case Int8:
		for i := range dst {
			dst[i] = T(int8(src[i]))
		}
	case Int16:
		for i := range dst {
			dst[i] = T(int16(le.Uint16(src[2*i:])))
		}
	case Int32:
		for i := range dst {
			dst[i] = T(int32(le.Uint32(src[4*i:])))
		}
	case Int64:
		for i := range dst {
			v := int64(le.Uint64(src[8*i:]))
			if v > MaxExactInteger || v < -MaxExactInteger {
				return &inexactError{v, int64(i)}
			}
			dst[i] = T(v)
		}
	case Uint8:
		for i := range dst {
			dst[i] = T(src[i])
		}
	case Uint16:
		for i := range dst {
			dst[i] = T(le.Uint16(src[2*i:]))
		}
	case Uint32:
		for i := range dst {
			dst[i] = T(le.Uint32(src[4*i:]))
		}
	case Uint64:
		for i := range dst {
			v := le.Uint64(src[8*i:])
			if v > MaxExactInteger {
				return &inexactError{v, int64(i)}
			}
			dst[i] = T(v)
		}
	default:
		return fmt.Errorf("%w: %v is not an element type", ErrFormat, d)
	}
	return nil
}

// Demote converts src into little-endian elements of type d. Every value must
// be one that d can hold, as those of [Promote] are, and of an array that passes
// [Array.Check].
// len(dst) must be len(src)*d.Size().
func Demote[T Float](dst []byte, src []T, d DType) {
	le := binary.LittleEndian
	switch d {
	case Float32:
		if src, ok := any(src).([]float32); ok {
			for i, v := range src {
				le.PutUint32(dst[4*i:], math.Float32bits(v))
			}
			return
		}
		for i, v := range src {
			le.PutUint32(dst[4*i:], math.Float32bits(toFloat32(v)))
		}
	case Float64:
		for i, v := range src {
			le.PutUint64(dst[8*i:], math.Float64bits(float64(v)))
		}
	case Float16:
		for i, v := range src {
			le.PutUint16(dst[2*i:], Float32To16(toFloat32(v)))
		}
	case Int8:
		for i, v := range src {
			dst[i] = byte(int8(v))
		}
	case Int16:
		for i, v := range src {
			le.PutUint16(dst[2*i:], uint16(int16(v)))
		}
	case Int32:
		for i, v := range src {
			le.PutUint32(dst[4*i:], uint32(int32(v)))
		}
	case Int64:
		for i, v := range src {
			le.PutUint64(dst[8*i:], uint64(int64(v)))
		}
	case Uint8:
		for i, v := range src {
			dst[i] = uint8(v)
		}
	case Uint16:
		for i, v := range src {
			le.PutUint16(dst[2*i:], uint16(v))
		}
	case Uint32:
		for i, v := range src {
			le.PutUint32(dst[4*i:], uint32(v))
		}
	case Uint64:
		for i, v := range src {
			le.PutUint64(dst[8*i:], uint64(v))
		}
	default:
		panic("array: Demote to " + d.String())
	}
}

// fromFloat32 is a conversion that keeps the bits of NaN; the processor's makes
// signalling ones quiet.
func fromFloat32[T Float](f float32) T {
	if math.IsNaN(float64(f)) {
		return widenNaN[T](f)
	}
	return T(f)
}

func widenNaN[T Float](f float32) T {
	if DTypeOf[T]() == Float32 {
		return T(f)
	}
	b := uint64(math.Float32bits(f))
	return T(math.Float64frombits(b>>31<<63 | 0x7ff<<52 | b<<41>>12))
}

// toFloat32 is the inverse of fromFloat32.
func toFloat32[T Float](v T) float32 {
	if math.IsNaN(float64(v)) {
		return narrowNaN(v)
	}
	return float32(v)
}

func narrowNaN[T Float](v T) float32 {
	if DTypeOf[T]() == Float32 {
		return float32(v)
	}
	b := math.Float64bits(float64(v))
	man := uint32(b >> 29 & 0x7fffff)
	if man == 0 { // would be infinity
		man = 1 << 22
	}
	return math.Float32frombits(uint32(b>>63)<<31 | 0xff<<23 | man)
}

// Float16To32 widens a half float (IEEE 754 binary16) exactly, NaN payloads
// included.
func Float16To32(h uint16) float32 {
	sign := uint32(h&0x8000) << 16
	exp := uint32(h>>10) & 0x1f
	man := uint32(h & 0x3ff)
	switch {
	case exp == 0x1f:
		return math.Float32frombits(sign | 0x7f800000 | man<<13)
	case exp != 0:
		return math.Float32frombits(sign | (exp+112)<<23 | man<<13)
	}
	v := float32(man) * (1.0 / (1 << 24)) // zero or subnormal
	return math.Float32frombits(sign | math.Float32bits(v))
}

// Float32To16 rounds to the nearest half float, ties to even; overflow goes to
// infinity. A NaN that came from [Float16To32] keeps its bits.
func Float32To16(f float32) uint16 {
	b := math.Float32bits(f)
	sign := uint16(b>>16) & 0x8000
	b &= 0x7fffffff
	switch {
	case b > 0x7f800000: // NaN: keep the high payload bits, stay a NaN
		man := uint16(b>>13) & 0x3ff
		if man == 0 {
			man = 0x200
		}
		return sign | 0x7c00 | man
	case b >= 0x477ff000: // rounds beyond 65504
		return sign | 0x7c00
	case b >= 0x38800000: // normal
		b += 0xfff + (b>>13)&1
		return sign | uint16((b-0x38000000)>>13)
	}
	// Subnormal: the sum's last bit is worth 2^-24, so its rounding is ours.
	return sign | uint16(math.Float32bits(math.Float32frombits(b)+0.5)-math.Float32bits(0.5))
}

// inexactError says which integer float64 cannot hold.
type inexactError struct {
	value any // int64 or uint64
	at    int64
}

func (e *inexactError) Error() string {
	return fmt.Sprintf("%v: integer %d at value %d is beyond 2^53", ErrInexact, e.value, e.at)
}

func (e *inexactError) Unwrap() error { return ErrInexact }
