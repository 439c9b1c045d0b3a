package npy

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/internal/fail"
)

// setDescr reads what numpy.dtype takes: an element type by code (<f4, f8, ?)
// or by name (float32), with a byte order before it or not. Booleans are u8.
func (h *header) setDescr(s string) error {
	order, code := "", s
	if s != "" && strings.IndexByte("<>=|", s[0]) >= 0 {
		order, code = s[:1], s[1:]
	}
	d, ok := codes[code]
	if !ok && order == "" {
		d, ok = names[code]
	}
	if !ok {
		return foreignDescr(s, code)
	}
	h.bigEndian = order == ">"
	h.DType = d
	if d == boolCode {
		h.DType, h.boolean = array.Uint8, true
	}
	return nil
}

// boolCode stands for booleans, which are no DType.
const boolCode array.DType = 255

// codes are the codes of element types, those of C's on 64-bit Linux.
var codes = func() map[string]array.DType {
	m := map[string]array.DType{
		"b1": boolCode, "?": boolCode,
		"e": array.Float16, "f": array.Float32, "d": array.Float64,
		"b": array.Int8, "h": array.Int16, "i": array.Int32, "l": array.Int64, "q": array.Int64, "p": array.Int64,
		"B": array.Uint8, "H": array.Uint16, "I": array.Uint32, "L": array.Uint64, "Q": array.Uint64, "P": array.Uint64,
	}
	for d := array.Float32; d.Valid(); d++ {
		m[codeOf(d)] = d
	}
	return m
}()

var names = func() map[string]array.DType {
	m := map[string]array.DType{
		"bool": boolCode, "bool_": boolCode,
		"half": array.Float16, "single": array.Float32, "double": array.Float64, "float": array.Float64,
		"byte": array.Int8, "short": array.Int16, "intc": array.Int32, "int": array.Int64, "int_": array.Int64, "long": array.Int64, "longlong": array.Int64, "intp": array.Int64,
		"ubyte": array.Uint8, "ushort": array.Uint16, "uintc": array.Uint32, "uint": array.Uint64, "ulong": array.Uint64, "ulonglong": array.Uint64, "uintp": array.Uint64,
	}
	for d := array.Float32; d.Valid(); d++ {
		m[nameOf(d)] = d
	}
	return m
}()

// codeOf returns the code of an element type that says its bytes: f4, i8, u1.
func codeOf(d array.DType) string { return nameOf(d)[:1] + strconv.Itoa(d.Size()) }

// nameOf returns the name of an element type that says its bits: float32, int64.
func nameOf(d array.DType) string {
	kind := "float"
	switch {
	case d >= array.Uint8:
		kind = "uint"
	case d.IsInteger():
		kind = "int"
	}
	return kind + strconv.Itoa(8*d.Size())
}

// codePattern is a letter or word, the bytes of an element, and the unit of a time.
var codePattern = regexp.MustCompile(`^([A-Za-z]+)[0-9]*(\[[^]]*\])?$`)

// foreignDescr says what to do about a type that is none here.
func foreignDescr(s, code string) error {
	parts := codePattern.FindStringSubmatch(code)
	if parts == nil || s != code && len(parts[1]) > 1 { // words have no byte order
		return fail.Malformedf("type %q (want f2, f4, f8, i1 to i8, u1 to u8 or b1)", s)
	}
	switch parts[1] {
	case "c", "F", "D", "G", "complex", "csingle", "cdouble", "clongdouble":
		return fail.Unsupportedf("complex values (%s): split them, and save x.real and x.imag as two arrays", s)
	case "f", "g", "longdouble", "float":
		return fail.Unsupportedf("floats of type %s: save x.astype(\"f8\")", s)
	case "i", "u", "int", "uint":
		return fail.Unsupportedf("integers of type %s: save them with 8 to 64 bits", s)
	case "M", "m", "datetime", "timedelta":
		return fail.Unsupportedf("dates or times (%s): save x.astype(\"i8\")", s)
	case "O", "object":
		return fail.Unsupportedf("Python objects (pickled): save arrays of numbers")
	case "S", "a", "U", "T", "str", "bytes", "StringDType":
		return fail.Unsupportedf("text (%s)", s)
	case "V", "void":
		return fail.Unsupportedf("bytes without a meaning (%s)", s)
	}
	return fail.Malformedf("type %q (want f2, f4, f8, i1 to i8, u1 to u8 or b1)", s)
}
