package arrow

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"
	arrowarray "github.com/apache/arrow/go/v17/arrow/array"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/internal/fail"
)

const tensorName = "arrow.fixed_shape_tensor"

// TensorType is Arrow's canonical extension type arrow.fixed_shape_tensor, which
// arrow/go v17 lacks: every row is an array of one shape, stored row-major in a
// fixed-size list. [Open] and [Write] need no registration; a program that
// wants arrow/go itself to know the type can pass it to
// arrow.RegisterExtensionType.
// See arrow.apache.org/docs/format/CanonicalExtensions.html.
type TensorType struct {
	arrow.ExtensionBase
	tensorMetadata
}

// tensorMetadata is the serialised form.
type tensorMetadata struct {
	Shape       []int    `json:"shape"`
	DimNames    []string `json:"dim_names,omitempty"`
	Permutation []int    `json:"permutation,omitempty"` // logical axis i is stored axis Permutation[i]
}

// NewTensorType returns the type of rows of the given shape and element type. It
// is an error when the shape has no values or more than a fixed-size list holds.
func NewTensorType(d array.DType, shape []int) (*TensorType, error) {
	n, err := array.Header{DType: d, Shape: shape}.Check()
	if err != nil {
		return nil, err
	}
	list, err := listType(d, n)
	if err != nil {
		return nil, err
	}
	return &TensorType{arrow.ExtensionBase{Storage: list}, tensorMetadata{Shape: slices.Clone(shape)}}, nil
}

// parseTensor reads the serialised form; an empty or identity permutation becomes nil.
func parseTensor(s string) (m tensorMetadata, err error) {
	if err := json.Unmarshal([]byte(s), &m); err != nil {
		return m, fail.Malformedf("tensor metadata %.200q: %w", s, err)
	}
	if _, err := array.CheckShape(m.Shape); err != nil {
		return m, fmt.Errorf("a tensor of %.200s: %w", s, err)
	}
	if m.DimNames != nil && len(m.DimNames) != len(m.Shape) {
		return m, fail.Malformedf("tensor metadata %.200q: %d names for %d dimensions", s, len(m.DimNames), len(m.Shape))
	}
	identity := make([]int, len(m.Shape))
	for i := range identity {
		identity[i] = i
	}
	if len(m.Permutation) == 0 || slices.Equal(m.Permutation, identity) {
		m.Permutation = nil
	} else if !slices.Equal(slices.Sorted(slices.Values(m.Permutation)), identity) {
		return m, fail.Malformedf("tensor metadata %.200q: not a permutation of %d dimensions", s, len(m.Shape))
	}
	return m, nil
}

// ExtensionName returns arrow.fixed_shape_tensor.
func (*TensorType) ExtensionName() string { return tensorName }

// ArrayType returns the Go type of arrays of this type.
func (*TensorType) ArrayType() reflect.Type { return reflect.TypeFor[TensorArray]() }

// Serialize returns the metadata as JSON.
func (t *TensorType) Serialize() string {
	b, err := json.Marshal(t.tensorMetadata)
	if err != nil {
		panic(err) // integers and strings only
	}
	return string(b)
}

// Deserialize is the inverse of Serialize.
func (*TensorType) Deserialize(storage arrow.DataType, data string) (arrow.ExtensionType, error) {
	m, err := parseTensor(data)
	if err != nil {
		return nil, err
	}
	list, ok := storage.(*arrow.FixedSizeListType)
	if !ok {
		return nil, fail.Malformedf("a tensor stored as %v (want a fixed-size list)", storage)
	}
	if n, _ := array.CheckShape(m.Shape); n != int64(list.Len()) {
		return nil, fail.Malformedf("a tensor of shape %s in lists of %d", array.FormatShape(m.Shape), list.Len())
	}
	return &TensorType{arrow.ExtensionBase{Storage: storage}, m}, nil
}

// ExtensionEquals reports whether storage, shape, names and permutation agree.
func (t *TensorType) ExtensionEquals(other arrow.ExtensionType) bool {
	o, ok := other.(*TensorType)
	return ok && arrow.TypeEqual(t.Storage, o.Storage) && slices.Equal(t.Shape, o.Shape) &&
		slices.Equal(t.DimNames, o.DimNames) && slices.Equal(t.Permutation, o.Permutation)
}

func (t *TensorType) String() string {
	return fmt.Sprintf("extension<%s[value_type=%v, shape=%v]>", tensorName, t.Storage.(*arrow.FixedSizeListType).Elem(), t.Shape)
}

// TensorArray is the array of a [TensorType].
type TensorArray struct {
	arrowarray.ExtensionArrayBase
}
