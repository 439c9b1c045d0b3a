package arrow

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	arrowarray "github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/endian"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/internal/fail"
	"github.com/morselcodec/morsel/formats/internal/stream"
)

// Layout is how an array becomes an Arrow column.
type Layout uint8

// The layouts. Arrays without values are always written as LayoutColumn, for
// lists of nothing are not portable.
const (
	LayoutTensor Layout = iota // one row of type arrow.fixed_shape_tensor
	LayoutList                 // one row of a fixed-size list, shape in the field's metadata
	LayoutColumn               // one row per value, shape in the field's metadata
)

var layoutNames = [...]string{LayoutTensor: "tensor", LayoutList: "list", LayoutColumn: "column"}

// String returns tensor, list or column.
func (l Layout) String() string {
	if int(l) >= len(layoutNames) {
		return fmt.Sprintf("layout(%d)", uint8(l))
	}
	return layoutNames[l]
}

// ParseLayout reads tensor, list or column.
func ParseLayout(s string) (Layout, error) {
	for l, name := range layoutNames {
		if s == name {
			return Layout(l), nil
		}
	}
	return 0, fmt.Errorf("unknown Arrow layout %q (want tensor, list or column)", s)
}

var elementTypes = map[array.DType]arrow.DataType{
	array.Float32: arrow.PrimitiveTypes.Float32,
	array.Float64: arrow.PrimitiveTypes.Float64,
	array.Float16: arrow.FixedWidthTypes.Float16,
	array.Int8:    arrow.PrimitiveTypes.Int8,
	array.Int16:   arrow.PrimitiveTypes.Int16,
	array.Int32:   arrow.PrimitiveTypes.Int32,
	array.Int64:   arrow.PrimitiveTypes.Int64,
	array.Uint8:   arrow.PrimitiveTypes.Uint8,
	array.Uint16:  arrow.PrimitiveTypes.Uint16,
	array.Uint32:  arrow.PrimitiveTypes.Uint32,
	array.Uint64:  arrow.PrimitiveTypes.Uint64,
}

// Write writes an IPC file of one column per array, the first unnamed one
// called values.
func Write(w io.Writer, sources []array.Source, layout Layout) error {
	return write(w, newFile, sources, layout)
}

// WriteStream writes the same as an IPC stream.
func WriteStream(w io.Writer, sources []array.Source, layout Layout) error {
	return write(w, newStream, sources, layout)
}

type newOutput func(io.Writer, *arrow.Schema) (*output, error)

func write(w io.Writer, begin newOutput, sources []array.Source, layout Layout) error {
	for _, s := range sources {
		if n, _ := s.Check(); n == 0 {
			layout = LayoutColumn
		}
	}
	names := array.UniqueNames(sources, "values", "values_%d")
	fields := make([]arrow.Field, len(sources))
	for i, s := range sources {
		field, err := newField(names[i], s.Header, layout)
		if err != nil {
			return err
		}
		fields[i] = field
	}
	schema := arrow.NewSchema(fields, nil)
	out, err := begin(w, schema)
	if err != nil {
		return err
	}
	if layout == LayoutColumn {
		err = writeColumns(out, schema, sources)
	} else {
		err = writeRow(out, schema, sources)
	}
	if err != nil {
		return err
	}
	return out.close()
}

func newField(name string, h array.Header, layout Layout) (arrow.Field, error) {
	n, err := h.Check()
	if err != nil {
		return arrow.Field{}, err
	}
	meta := arrow.NewMetadata([]string{shapeKey}, []string{strings.ReplaceAll(array.FormatShape(h.Shape), "x", ",")})
	switch layout {
	case LayoutTensor:
		t, err := NewTensorType(h.DType, h.Shape)
		return arrow.Field{Name: name, Type: t, Nullable: true}, err
	case LayoutList:
		t, err := listType(h.DType, n)
		return arrow.Field{Name: name, Type: t, Nullable: true, Metadata: meta}, err
	case LayoutColumn:
		return arrow.Field{Name: name, Type: elementTypes[h.DType], Nullable: true, Metadata: meta}, nil
	}
	return arrow.Field{}, fmt.Errorf("unknown Arrow layout %v", layout)
}

// listType is the storage of an array of n values.
func listType(d array.DType, n int64) (arrow.DataType, error) {
	if n < 1 || n > math.MaxInt32 {
		return nil, fmt.Errorf("arrow: a fixed-size list cannot hold %d values (want 1 to %d): use the column layout", n, math.MaxInt32)
	}
	return arrow.FixedSizeListOf(int32(n), elementTypes[d]), nil
}

// writeRow writes all arrays as the single row of a record batch.
func writeRow(out *output, schema *arrow.Schema, sources []array.Source) error {
	columns := make([]arrow.Array, len(sources))
	for i, s := range sources {
		v, err := s.Bytes()
		if err != nil {
			return err
		}
		leaf := dataOf(s.DType, v)
		typ := schema.Field(i).Type
		row := arrowarray.NewData(typ, 1, []*memory.Buffer{nil}, []arrow.ArrayData{leaf}, 0, 0)
		columns[i] = arrowarray.MakeFromData(row)
	}
	return out.w.Write(arrowarray.NewRecord(schema, columns, 1))
}

// writeColumns streams arrays of equal length in record batches.
func writeColumns(out *output, schema *arrow.Schema, sources []array.Source) error {
	const batch = 1 << 18
	n, _ := sources[0].Check()
	readers := make([]io.Reader, len(sources))
	for i, s := range sources {
		if m, _ := s.Check(); m != n {
			return fmt.Errorf("arrow: columns of %d and %d values cannot stand in one table: use another layout", n, m)
		}
		r, err := s.Open()
		if err != nil {
			return err
		}
		defer r.Close()
		readers[i] = r
	}
	for first := true; first || n > 0; first = false {
		rows := min(n, batch)
		n -= rows
		columns := make([]arrow.Array, len(sources))
		for i, s := range sources {
			v := make([]byte, rows*int64(s.DType.Size()))
			if _, err := io.ReadFull(readers[i], v); err != nil {
				return fail.Damage(err)
			}
			columns[i] = arrowarray.MakeFromData(dataOf(s.DType, v))
		}
		if err := out.w.Write(arrowarray.NewRecord(schema, columns, rows)); err != nil {
			return err
		}
	}
	for _, r := range readers { // an array without values has not been looked at
		if _, err := r.Read(make([]byte, 1)); err != io.EOF {
			return fail.Damage(err)
		}
	}
	return nil
}

// dataOf wraps little-endian values.
func dataOf(d array.DType, v []byte) arrow.ArrayData {
	if endian.IsBigEndian && d.Size() > 1 {
		stream.SwapBytes(v, d.Size())
	}
	return arrowarray.NewData(elementTypes[d], len(v)/d.Size(), []*memory.Buffer{nil, memory.NewBufferBytes(v)}, nil, 0, 0)
}

// output is an IPC file or stream being written.
type output struct {
	w interface {
		Write(arrow.Record) error
		Close() error
	}
	mark func() error // writes the end-of-stream marker if the writer will not
}

func newStream(w io.Writer, schema *arrow.Schema) (*output, error) {
	return &output{ipc.NewWriter(w, ipc.WithSchema(schema)), func() error { return nil }}, nil
}

func newFile(w io.Writer, schema *arrow.Schema) (*output, error) {
	p := &positionWriter{w: w}
	fw, err := ipc.NewFileWriter(p, ipc.WithSchema(schema))
	if err != nil {
		return nil, err
	}
	// arrow/go v17 puts the footer right after the last batch, so readers that
	// take the file as a stream from byte 8 on would run into it.
	return &output{fw, func() error {
		_, err := p.Write([]byte("\xff\xff\xff\xff\x00\x00\x00\x00"))
		return err
	}}, nil
}

func (a *output) close() error {
	if err := a.mark(); err != nil {
		return err
	}
	return a.w.Close()
}

// positionWriter is as much of an io.WriteSeeker as arrow/go needs: it tells the
// position.
type positionWriter struct {
	w io.Writer
	n int64
}

func (p *positionWriter) Write(b []byte) (int, error) {
	n, err := p.w.Write(b)
	p.n += int64(n)
	return n, err
}

func (p *positionWriter) Seek(offset int64, whence int) (int64, error) {
	if offset != 0 || whence != io.SeekCurrent {
		return 0, errors.New("arrow: a file is written front to back")
	}
	return p.n, nil
}
