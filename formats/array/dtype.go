package array

import (
	"fmt"
	"strings"
)

// DType is the element type of an array as stored in its file. The zero value
// means "not given".
type DType uint8

// The element types. Their values are part of the archive format.
const (
	Float32 DType = 1 + iota
	Float64
	Float16
	Int8
	Int16
	Int32
	Int64
	Uint8
	Uint16
	Uint32
	Uint64
)

var dtypes = [...]struct {
	name, npy, long string
	size            int
}{
	Float32: {"f32", "f4", "float32", 4},
	Float64: {"f64", "f8", "float64", 8},
	Float16: {"f16", "f2", "float16", 2},
	Int8:    {"i8", "i1", "int8", 1},
	Int16:   {"i16", "i2", "int16", 2},
	Int32:   {"i32", "i4", "int32", 4},
	Int64:   {"i64", "i8", "int64", 8},
	Uint8:   {"u8", "u1", "uint8", 1},
	Uint16:  {"u16", "u2", "uint16", 2},
	Uint32:  {"u32", "u4", "uint32", 4},
	Uint64:  {"u64", "u8", "uint64", 8},
}

// Valid reports whether d is one of the declared types.
func (d DType) Valid() bool { return d >= Float32 && d <= Uint64 }

// String returns the name used on the command line: f32, i16, u8, ...
func (d DType) String() string {
	if !d.Valid() {
		return fmt.Sprintf("dtype(%d)", uint8(d))
	}
	return dtypes[d].name
}

// Size returns the bytes of one element, 0 for an invalid type.
func (d DType) Size() int {
	if !d.Valid() {
		return 0
	}
	return dtypes[d].size
}

// IsInteger reports whether d is a signed or unsigned integer type.
func (d DType) IsInteger() bool { return d >= Int8 && d <= Uint64 }

// NeedsFloat64 reports whether float32 cannot hold every value of d exactly,
// so that arrays of d are worked on as float64.
func (d DType) NeedsFloat64() bool {
	switch d {
	case Float64, Int32, Int64, Uint32, Uint64:
		return true
	}
	return false
}

// ParseDType reads a type name: f32 or float32, i16 or int16, u8 or uint8, ...
// f4 and f8 are accepted as NumPy's names of float32 and float64; the names i8
// and u8 always mean 8 bits here.
func ParseDType(s string) (DType, error) {
	t := strings.ToLower(strings.TrimSpace(s))
	for d := Float32; d.Valid(); d++ {
		if t == dtypes[d].name || t == dtypes[d].long {
			return d, nil
		}
	}
	for _, d := range []DType{Float16, Float32, Float64} {
		if t == dtypes[d].npy {
			return d, nil
		}
	}
	return 0, fmt.Errorf("%w: unknown element type %q (want f16, f32, f64, i8..i64 or u8..u64)", ErrFormat, s)
}
