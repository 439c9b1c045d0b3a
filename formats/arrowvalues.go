package formats

import (
	"errors"
	"io"
	"math"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/endian"
	"github.com/apache/arrow/go/v17/arrow/ipc"
)

// arrowColumn is a column that holds numbers.
type arrowColumn struct {
	index int
	name  string
	dtype DType
	row   []int // shape of a row as stored, nil for one number
	perm  []int // axes of a row in their logical order, nil when as stored
	shape []int // of the whole plain column, nil when not said
}

var arrowTypes = map[DType]arrow.DataType{
	Float32: arrow.PrimitiveTypes.Float32,
	Float64: arrow.PrimitiveTypes.Float64,
	Float16: arrow.FixedWidthTypes.Float16,
	Int8:    arrow.PrimitiveTypes.Int8,
	Int16:   arrow.PrimitiveTypes.Int16,
	Int32:   arrow.PrimitiveTypes.Int32,
	Int64:   arrow.PrimitiveTypes.Int64,
	Uint8:   arrow.PrimitiveTypes.Uint8,
	Uint16:  arrow.PrimitiveTypes.Uint16,
	Uint32:  arrow.PrimitiveTypes.Uint32,
	Uint64:  arrow.PrimitiveTypes.Uint64,
}

// newArrowColumn returns nil for a column that holds no numbers.
func newArrowColumn(index int, field arrow.Field, schema arrow.Metadata) (*arrowColumn, error) {
	typ := field.Type
	name, _ := field.Metadata.GetValue(ipc.ExtensionTypeKeyName)
	meta, _ := field.Metadata.GetValue(ipc.ExtensionMetadataKeyName)
	if ext, ok := typ.(arrow.ExtensionType); ok { // registered by this program
		name, meta, typ = ext.ExtensionName(), ext.Serialize(), ext.StorageType()
	}
	c := &arrowColumn{index: index, name: field.Name}
	width := int64(1)
	for {
		list, ok := typ.(*arrow.FixedSizeListType)
		if !ok {
			break
		}
		c.row = append(c.row, int(list.Len()))
		typ = list.Elem()
	}
	for d, t := range arrowTypes {
		if t.ID() == typ.ID() {
			c.dtype = d
		}
	}
	if c.dtype == 0 {
		return nil, nil
	}
	if len(c.row) > 0 {
		var err error
		if width, err = CheckShape(c.row); err != nil {
			return nil, err
		}
	}
	switch shape, ok := field.Metadata.GetValue(shapeKey); {
	case name == tensorName:
		t, err := parseTensor(meta)
		if err != nil {
			return nil, err
		}
		if n, _ := CheckShape(t.Shape); n != width {
			return nil, badf("a tensor of shape %s in lists of %d", FormatShape(t.Shape), width)
		}
		c.row, c.perm = t.Shape, t.Permutation
	case ok:
		s, err := ParseShape(shape)
		if err != nil {
			return nil, err
		}
		if len(c.row) == 0 {
			c.shape = s
		} else if n, _ := CheckShape(s); n != width {
			return nil, badf("its metadata say %s, but its lists are of %d", FormatShape(s), width)
		} else {
			c.row = s
		}
	case len(c.row) == 0:
		if shape, ok := schema.GetValue(shapeKey); ok {
			var err error
			if c.shape, err = ParseShape(shape); err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}

// values opens rows lo to hi of a column, reading only their record batches.
func (f *arrowFile) values(c *arrowColumn, lo, hi int64) (_ io.ReadCloser, err error) {
	defer recoverArrow(&err)
	first, last, row := 0, 0, int64(0)
	v := &arrowReader{column: c, lo: lo}
	for i, b := range f.batches {
		if row+b.rows <= lo {
			first, v.lo = i+1, lo-row-b.rows
		}
		if row < hi {
			last = i + 1
		}
		row += b.rows
	}
	v.hi = v.lo + hi - lo
	if v.batches, err = f.open(f.batches[first:max(first, last)]); err != nil {
		return nil, err
	}
	return v, nil
}

// arrowReader yields rows lo to hi, counted from the batch that comes next.
type arrowReader struct {
	column  *arrowColumn
	batches *ipc.Reader
	lo, hi  int64
	out     []byte
}

func (a *arrowReader) Read(p []byte) (int, error) {
	for len(a.out) == 0 {
		if a.hi <= a.lo {
			return 0, io.EOF
		}
		if err := a.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, a.out)
	a.out = a.out[n:]
	return n, nil
}

func (a *arrowReader) Close() error {
	a.batches.Release()
	return nil
}

func (a *arrowReader) next() (err error) {
	defer recoverArrow(&err)
	rec, err := a.batches.Read()
	if errors.Is(err, io.EOF) {
		return io.EOF
	} else if err != nil {
		return badf("arrow: %w", err)
	}
	n := rec.NumRows()
	a.out, err = a.column.values(rec.Column(a.column.index), int(a.lo), int(min(n, a.hi)))
	a.lo, a.hi = 0, max(0, a.hi-n)
	return err
}

// values copies rows lo to hi of one batch. Nulls become NaN.
func (c *arrowColumn) values(arr arrow.Array, lo, hi int) ([]byte, error) {
	if ext, ok := arr.(array.ExtensionArray); ok {
		arr = ext.Storage()
	}
	type level struct {
		arr    arrow.Array
		lo, hi int
	}
	levels := []level{{arr, lo, hi}}
	for {
		list, ok := arr.(*array.FixedSizeList)
		if !ok {
			break
		}
		n := int(list.DataType().(*arrow.FixedSizeListType).Len())
		offset := list.Data().Offset()
		lo, hi = (lo+offset)*n, (hi+offset)*n
		arr = list.ListValues()
		if hi > arr.Len() {
			return nil, badf("arrow: a list column wants %d values, found %d", hi, arr.Len())
		}
		levels = append(levels, level{arr, lo, hi})
	}
	size := c.dtype.Size()
	out := make([]byte, (hi-lo)*size)
	if len(out) > 0 {
		b := arr.Data().Buffers()[1].Bytes()
		offset := arr.Data().Offset()
		copy(out, b[(lo+offset)*size:(hi+offset)*size])
	}
	if endian.IsBigEndian && size > 1 {
		swapBytes(out, size)
	}
	for _, l := range levels {
		if l.arr.NullN() == 0 {
			continue
		}
		width := len(out) / max(l.hi-l.lo, 1)
		for i := l.lo; i < l.hi; i++ {
			if !l.arr.IsNull(i) {
				continue
			}
			if c.dtype.IsInteger() {
				return nil, badf("arrow: column %q: value %d of a batch is null, and %v has no NaN", c.name, i, c.dtype)
			}
			fillNaN(out[(i-l.lo)*width:(i-l.lo+1)*width], c.dtype)
		}
	}
	return out, nil
}

func fillNaN(b []byte, d DType) {
	nan := [1]float64{math.NaN()}
	for ; len(b) > 0; b = b[d.Size():] {
		Demote(b[:d.Size()], nan[:], d)
	}
}
