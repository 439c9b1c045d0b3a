package formats

import (
	"regexp"
	"strconv"
	"strings"
)

// setDescr reads what numpy.dtype takes: an element type by code (<f4, f8, ?)
// or by name (float32), with a byte order before it or not. Booleans are u8.
func (h *npyHeader) setDescr(s string) error {
	order, code := "", s
	if s != "" && strings.IndexByte("<>=|", s[0]) >= 0 {
		order, code = s[:1], s[1:]
	}
	d, ok := npyTypes[code]
	if !ok && order == "" {
		d, ok = npyNames[code]
	}
	if !ok {
		return foreignDescr(s, code)
	}
	h.bigEndian = order == ">"
	h.DType = d
	if d == npyBool {
		h.DType, h.boolean = Uint8, true
	}
	return nil
}

// npyBool stands for booleans, which are no DType.
const npyBool DType = 255

// npyTypes are the codes of element types, those of C's on 64-bit Linux.
var npyTypes = func() map[string]DType {
	m := map[string]DType{
		"b1": npyBool, "?": npyBool,
		"e": Float16, "f": Float32, "d": Float64,
		"b": Int8, "h": Int16, "i": Int32, "l": Int64, "q": Int64, "p": Int64,
		"B": Uint8, "H": Uint16, "I": Uint32, "L": Uint64, "Q": Uint64, "P": Uint64,
	}
	for d := Float32; d.Valid(); d++ {
		m[npyCode(d)] = d
	}
	return m
}()

var npyNames = func() map[string]DType {
	m := map[string]DType{
		"bool": npyBool, "bool_": npyBool,
		"half": Float16, "single": Float32, "double": Float64, "float": Float64,
		"byte": Int8, "short": Int16, "intc": Int32, "int": Int64, "int_": Int64, "long": Int64, "longlong": Int64, "intp": Int64,
		"ubyte": Uint8, "ushort": Uint16, "uintc": Uint32, "uint": Uint64, "ulong": Uint64, "ulonglong": Uint64, "uintp": Uint64,
	}
	for d := Float32; d.Valid(); d++ {
		m[npyName(d)] = d
	}
	return m
}()

// npyCode returns the code of an element type that says its bytes: f4, i8, u1.
func npyCode(d DType) string { return npyName(d)[:1] + strconv.Itoa(d.Size()) }

// npyName returns the name of an element type that says its bits: float32, int64.
func npyName(d DType) string {
	kind := "float"
	switch {
	case d >= Uint8:
		kind = "uint"
	case d.IsInteger():
		kind = "int"
	}
	return kind + strconv.Itoa(8*d.Size())
}

// npyPattern is a letter or word, the bytes of an element, and the unit of a time.
var npyPattern = regexp.MustCompile(`^([A-Za-z]+)[0-9]*(\[[^]]*\])?$`)

// foreignDescr says what to do about a type that is none here.
func foreignDescr(s, code string) error {
	parts := npyPattern.FindStringSubmatch(code)
	if parts == nil || s != code && len(parts[1]) > 1 { // words have no byte order
		return badf("type %q (want f2, f4, f8, i1 to i8, u1 to u8 or b1)", s)
	}
	switch parts[1] {
	case "c", "F", "D", "G", "complex", "csingle", "cdouble", "clongdouble":
		return unsupportedf("complex values (%s): split them, and save x.real and x.imag as two arrays", s)
	case "f", "g", "longdouble", "float":
		return unsupportedf("floats of type %s: save x.astype(\"f8\")", s)
	case "i", "u", "int", "uint":
		return unsupportedf("integers of type %s: save them with 8 to 64 bits", s)
	case "M", "m", "datetime", "timedelta":
		return unsupportedf("dates or times (%s): save x.astype(\"i8\")", s)
	case "O", "object":
		return unsupportedf("Python objects (pickled): save arrays of numbers")
	case "S", "a", "U", "T", "str", "bytes", "StringDType":
		return unsupportedf("text (%s)", s)
	case "V", "void":
		return unsupportedf("bytes without a meaning (%s)", s)
	}
	return badf("type %q (want f2, f4, f8, i1 to i8, u1 to u8 or b1)", s)
}
