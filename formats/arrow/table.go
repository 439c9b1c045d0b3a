package arrow

import (
	"fmt"

	"github.com/morselcodec/morsel/formats/array"
)

// table is a schema: Schema.fbs.
type table struct {
	fields    []*schemaField
	shape     string // of its metadata's shapeKey
	bigEndian bool

	nodes, buffers, views int // that a record batch describes
}

// schemaField is a column, or what is nested in one.
type schemaField struct {
	name     string
	kind     byte        // of the union Type
	about    string      // what it holds, in words
	dtype    array.DType // of numbers, 0 for others
	width    int         // of a fixed-size list; buffers of a union
	children []*schemaField
	metadata map[string]string

	// Where its parts begin in a record batch: the nodes are in order, and so are
	// the buffers, which those of views follow in a number that the batch tells.
	node, buffer, views int
	unplaced            bool // after a column of a kind whose parts are not known
}

// typeNames are the members of the union Type, in order. A column of a kind has
// that many buffers beside those of its children.
var typeNames = [...]struct {
	about   string
	buffers int
}{
	1:  {"nulls alone", 0},
	2:  {"integers", 2},
	3:  {"floats", 2},
	4:  {"bytes", 3},
	5:  {"text", 3},
	6:  {"booleans: cast them to uint8", 2},
	7:  {"decimals: cast them to float64", 2},
	8:  {"dates: cast them to int32 or int64", 2},
	9:  {"times of day: cast them to int32 or int64", 2},
	10: {"timestamps: cast them to int64", 2},
	11: {"intervals", 2},
	12: {"lists of any length: cast them to fixed-size lists", 2},
	13: {"structs: flatten the table", 1},
	14: {"unions", 1},
	15: {"bytes", 2},
	16: {"fixed-size lists", 1},
	17: {"maps", 2},
	18: {"durations: cast them to int64", 2},
	19: {"bytes", 3},
	20: {"text", 3},
	21: {"lists of any length: cast them to fixed-size lists", 2},
	22: {"runs: decode them", 0},
	23: {"bytes", 2},
	24: {"text", 2},
	25: {"lists of any length: cast them to fixed-size lists", 3},
	26: {"lists of any length: cast them to fixed-size lists", 3},
}

// The kinds that need a closer look.
const (
	typeInt        = 2
	typeFloat      = 3
	typeUnion      = 14
	typeList       = 16
	typeRuns       = 22
	typeBinaryView = 23
	typeTextView   = 24
)

// The versions of the metadata that are read, as numbered in Schema.fbs.
const (
	version4 = 3
	version5 = 4
)

// readTable reads a schema and finds where the parts of its columns lie.
func readTable(t flatTable, version int) *table {
	if version != version4 && version != version5 {
		t.f.fail("metadata of version V%d (want V4 or V5)", version+1)
	}
	s := &table{fields: readFields(t, 1, 0), shape: readMetadata(t, 2)[shapeKey], bigEndian: t.u16(0) == 1}
	unplaced := false
	var place func(f *schemaField)
	place = func(f *schemaField) {
		f.node, f.buffer, f.views, f.unplaced = s.nodes, s.buffers, s.views, unplaced
		s.nodes++
		switch {
		case f.kind == 0 || int(f.kind) >= len(typeNames):
			unplaced = true
		case f.kind == typeUnion:
			s.buffers += f.width
		default:
			s.buffers += typeNames[f.kind].buffers
		}
		if version == version4 && (f.kind == typeUnion || f.kind == typeRuns) {
			s.buffers++ // a validity bitmap, which they have no more
		}
		if f.kind == typeBinaryView || f.kind == typeTextView {
			s.views++
		}
		for _, c := range f.children {
			place(c)
		}
	}
	for _, f := range s.fields {
		place(f)
	}
	return s
}

// readFields reads the columns in a vector of fields.
func readFields(t flatTable, vector, depth int) []*schemaField {
	const maxDepth = 32
	if depth > maxDepth {
		t.f.fail("fields nested more than %d deep", maxDepth)
	}
	var fields []*schemaField
	start, n := t.vector(vector, 4)
	for i := 0; i < n && t.f.err == nil; i++ {
		fields = append(fields, readField(t.f.table(start+4*i), depth))
	}
	return fields
}

func readField(t flatTable, depth int) *schemaField {
	f := readType(t, 2)
	f.name, f.metadata = t.text(0), readMetadata(t, 6)
	if t.at(4) != 0 { // a batch holds indices only, the values are elsewhere
		f.kind, f.about, f.dtype = typeInt, "a dictionary: decode it", 0
		return f
	}
	f.children = readFields(t, 5, depth+1)
	return f
}

// readType reads a union Type that begins at a field of t.
func readType(t flatTable, at int) *schemaField {
	f := &schemaField{kind: t.u8(at)}
	typ, _ := t.table(at + 1)
	if f.kind == 0 || int(f.kind) >= len(typeNames) {
		f.about = fmt.Sprintf("a kind of column that is not known, number %d", f.kind)
		return f
	}
	f.about = typeNames[f.kind].about
	switch f.kind {
	case typeInt:
		f.dtype = integerTypes(typ.i32(0), typ.u8(1) != 0)
	case typeFloat:
		if precision := typ.u16(0); precision < 3 {
			f.dtype = [...]array.DType{array.Float16, array.Float32, array.Float64}[precision]
		}
	case typeList:
		f.width = typ.i32(0)
	case typeUnion:
		f.width = 1 + typ.u16(0) // types, and offsets if it is dense
	}
	if (f.kind == typeInt || f.kind == typeFloat) && f.dtype == 0 {
		f.about = "numbers of a size that is not known"
	}
	return f
}

// integerTypes returns the type of integers, 0 if they are of no size known.
func integerTypes(bits int, signed bool) array.DType {
	for d := array.Int8; d.Valid(); d++ {
		if 8*d.Size() == bits && (d < array.Uint8) == signed {
			return d
		}
	}
	return 0
}

// readMetadata reads pairs of keys and values.
func readMetadata(t flatTable, vector int) map[string]string {
	m := map[string]string{}
	start, n := t.vector(vector, 4)
	for i := 0; i < n && t.f.err == nil; i++ {
		pair := t.f.table(start + 4*i)
		m[pair.text(0)] = pair.text(1)
	}
	return m
}
