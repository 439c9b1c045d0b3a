// Package arrow reads and writes files and streams of Arrow IPC, whose columns are
// arrays (arrow.apache.org/docs/format/Columnar.html).
//
// A column of arrow.fixed_shape_tensor ([TensorType]) or of fixed-size lists holds an
// array a row, and one of plain numbers is an array whose shape its metadata say. The
// reader is its own: a table of FlatBuffers is checked before it is followed, so that
// no file can overflow the stack or take memory for what it does not hold. The writer
// is that of arrow/go.
package arrow

import (
	"errors"
	"fmt"
	"io"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/input"
	"github.com/morselcodec/morsel/formats/internal/fail"
)

// Options says what Arrow files leave open.
type Options struct {
	Null     string // what nulls become; "" means NaN in floats, and in integers a value that the column does not hold
	Stack    bool   // keeps the leading axis of a column of arrays for a single row too
	MaxBytes int64  // limits the memory that packed buffers take; 0 means 4 GiB
}

// Open lists the arrays of an IPC file, and the columns that are none. The bytes
// are read when a source is.
func Open(in input.Input, o Options) ([]array.Source, []array.Skipped, error) {
	o.MaxBytes = input.Limit(o.MaxBytes)
	r, size, err := in.ReaderAt(o.MaxBytes)
	if err != nil {
		return nil, nil, err
	}
	msgs, err := scanFile(r, size)
	if err != nil {
		return nil, nil, err
	}
	return open(r, size, msgs, o)
}

// OpenStream lists those of an IPC stream.
func OpenStream(in input.Input, o Options) ([]array.Source, []array.Skipped, error) {
	o.MaxBytes = input.Limit(o.MaxBytes)
	r, size, err := in.ReaderAt(o.MaxBytes)
	if err != nil {
		return nil, nil, err
	}
	msgs, err := scanStream(r, size)
	if err != nil {
		return nil, nil, err
	}
	if len(msgs) > 0 && msgs[0].kind >= kindTensor {
		return openTensors(r, msgs, o)
	}
	return open(r, size, msgs, o)
}

// shapeKey is the metadata key that gives a plain column, or a fixed-size list,
// its shape, as "25,125,125".
const shapeKey = "shape"

// maxRows limits columns that become one array per row.
const maxRows = 1 << 16

// file is an IPC file or stream whose messages have been found and checked.
type file struct {
	r       io.ReaderAt
	table   *table
	batches []message
	rows    int64
	most    int64 // bytes that a column of a batch can unpack to, for the file's size
	o       Options
}

// open lists the numeric columns of an Arrow IPC file or stream; others
// are skipped. Of a column of fixed-shape tensors or fixed-size lists each row is
// an array of shape S; N rows are one array [N,S...], or N arrays named
// name[0], ... where that would exceed [array.MaxRank], or S itself where N is 1 and
// the options do not stack. A plain column has the shape that its own metadata or
// the schema's say, else [rows].
func open(r io.ReaderAt, size int64, msgs []message, o Options) ([]array.Source, []array.Skipped, error) {
	if len(msgs) == 0 || msgs[0].kind != kindSchema {
		return nil, nil, fail.Malformedf("arrow: the first message is no schema")
	}
	// zstd, the denser codec, packs at most 128 KiB into 4 bytes.
	const maxExpansion = 1 << 15
	f := &file{r: r, table: msgs[0].schema, most: size * maxExpansion, o: o}
	for _, m := range msgs[1:] {
		switch m.kind {
		case kindDictionary: // of columns that are skipped
		case kindBatch:
			if n := len(m.batch.nodes); n < f.table.nodes || len(m.batch.views) < f.table.views {
				return nil, nil, fail.Malformedf("arrow: a record batch of %d columns (want %d, nested ones included)", n, f.table.nodes)
			}
			f.batches = append(f.batches, m)
			if f.rows += m.batch.rows; f.rows < 0 || f.rows/maxExpansion > size {
				return nil, nil, fail.Malformedf("arrow: %d rows in a file of %d bytes", m.batch.rows, size)
			}
		case kindSchema:
			return nil, nil, fail.Malformedf("arrow: a second schema")
		default:
			return nil, nil, fail.Malformedf("arrow: a tensor among record batches")
		}
	}
	var sources []array.Source
	var skipped []array.Skipped
	for _, field := range f.table.fields {
		s, err := f.sources(field)
		if _, device := errors.AsType[*fail.DeviceError](err); device {
			return nil, nil, fmt.Errorf("arrow: column %q: %w", field.name, err)
		}
		if err != nil {
			skipped = append(skipped, array.Skipped{Name: field.name, Err: err})
		}
		sources = append(sources, s...)
	}
	return sources, skipped, nil
}

// sources returns the arrays of a column.
func (f *file) sources(field *schemaField) ([]array.Source, error) {
	c, err := newColumn(field, f.table.shape)
	if err != nil {
		return nil, err
	}
	if err := f.setNulls(c); err != nil {
		return nil, err
	}
	rows := int(min(f.rows, array.MaxValues+1)) // more are too many in any case
	h := array.Header{Name: field.name, DType: c.dtype, Shape: c.row}
	perm := c.perm
	switch {
	case len(c.row) == 0:
		h.Shape = []int{rows}
		if c.shape != nil {
			if n, _ := array.CheckShape(c.shape); n != f.rows {
				return nil, fmt.Errorf("%w: its metadata say %s, but it has %d rows", fail.ErrShape, array.FormatShape(c.shape), rows)
			}
			h.Shape = c.shape
		}
	case rows == 1 && !f.o.Stack:
	case len(c.row) < array.MaxRank:
		h.Shape = append([]int{rows}, c.row...)
		if perm != nil {
			perm = []int{0}
			for _, p := range c.perm {
				perm = append(perm, p+1)
			}
		}
	case f.o.Stack:
		return nil, fail.Unsupportedf("rows of rank %d, which cannot be stacked (want at most rank %d in all)", len(c.row), array.MaxRank)
	case rows == 0:
		return nil, fail.Unsupportedf("it has no rows")
	case rows > maxRows:
		return nil, fail.Unsupportedf("%d rows of rank %d (want at most %d)", rows, len(c.row), maxRows)
	default:
		var sources []array.Source
		for i := range rows {
			h.Name = fmt.Sprintf("%s[%d]", field.name, i)
			s, err := f.source(c, h, perm, int64(i), int64(i+1))
			if err != nil {
				return nil, err
			}
			sources = append(sources, s)
		}
		return sources, nil
	}
	s, err := f.source(c, h, perm, 0, f.rows)
	if err != nil {
		return nil, err
	}
	return []array.Source{s}, nil
}

// source returns rows lo to hi of a column as an array.
func (f *file) source(c *column, h array.Header, perm []int, lo, hi int64) (array.Source, error) {
	in := input.Input{Length: -1, Open: func(int64) (io.ReadCloser, error) {
		return f.values(c, lo, hi), nil
	}}
	s, err := in.Source(h, 0, false)
	if err == nil && perm != nil {
		s, err = array.Permuted(s, perm, f.o.MaxBytes)
	}
	if c.hasNulls && c.nulls.Float64() == c.nulls.Float64() { // NaN needs no declaration
		s.Fills = []array.Element{c.nulls}
	}
	s.Note = c.note
	return s, err
}
