package arrow

import (
	"fmt"
	"slices"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/internal/fail"
)

// column is a column that holds numbers.
type column struct {
	levels []*schemaField // the column, and the lists and numbers nested in it
	dtype  array.DType
	row    []int // shape of a row as stored, nil for one number
	perm   []int // axes of a row in their logical order, nil when as stored
	shape  []int // of the whole plain column, nil when not said

	hasNulls bool
	nulls    array.Element // what stands for them
	note     string
}

// The keys of the metadata of an extension type.
const (
	extensionName     = "ARROW:extension:name"
	extensionMetadata = "ARROW:extension:metadata"
)

// newColumn returns an error that says why a column is no array. A plain
// column has the shape that its metadata say, else what the schema's say.
func newColumn(field *schemaField, schemaShape string) (*column, error) {
	c := &column{levels: []*schemaField{field}}
	leaf := field
	for leaf.kind == typeList && len(leaf.children) == 1 {
		c.row = append(c.row, leaf.width)
		leaf = leaf.children[0]
		c.levels = append(c.levels, leaf)
	}
	c.dtype = leaf.dtype
	switch {
	case c.dtype == 0 && leaf != field:
		return nil, fail.Unsupportedf("lists of %s", leaf.about)
	case c.dtype == 0:
		return nil, fail.Unsupportedf("%s", leaf.about)
	case field.unplaced:
		return nil, fail.Unsupportedf("it comes after a column of a kind that is not known")
	}
	width, err := c.width()
	if err != nil {
		return nil, err
	}
	shape, ok := field.metadata[shapeKey]
	switch {
	case field.metadata[extensionName] == tensorName:
		return c, c.setTensor(field.metadata[extensionMetadata], width)
	case ok && len(c.row) > 0:
		if c.row, err = array.ParseShape(shape); err != nil {
			return nil, err
		}
		if n, _ := array.CheckShape(c.row); n != width {
			return nil, fail.Malformedf("its metadata say %s, but its lists are of %d", array.FormatShape(c.row), width)
		}
	case len(c.row) > array.MaxRank:
		_, err := array.CheckShape(c.row)
		return nil, err
	case len(c.row) == 0 && (ok || schemaShape != ""):
		if !ok {
			shape = schemaShape
		}
		c.shape, err = array.ParseShape(shape)
	}
	return c, err
}

// width returns the numbers in a row.
func (c *column) width() (int64, error) {
	n := int64(1)
	for _, d := range c.row {
		if d < 0 || d > 0 && n > array.MaxValues/int64(d) {
			return 0, fmt.Errorf("%w: lists of %s", fail.ErrShape, array.FormatShape(c.row))
		}
		n *= int64(d)
	}
	return n, nil
}

// setTensor gives the rows the shape that the metadata of a tensor say.
func (c *column) setTensor(metadata string, width int64) error {
	t, err := parseTensor(metadata)
	if err != nil {
		return err
	}
	if n, _ := array.CheckShape(t.Shape); n != width {
		return fail.Malformedf("a tensor of shape %s in lists of %d", array.FormatShape(t.Shape), width)
	}
	c.row, c.perm = slices.Clone(t.Shape), t.Permutation
	return nil
}
