package array

import "fmt"

// Float is the type that values are worked on in.
type Float interface{ float32 | float64 }

// Header describes an array: what it is called, its element type in the file,
// and its shape, slowest dimension first.
type Header struct {
	Name  string
	DType DType
	Shape []int
}

// Check validates type and shape and returns the number of values.
func (h Header) Check() (int64, error) {
	if !h.DType.Valid() {
		return 0, fmt.Errorf("%w: %v is not an element type", ErrFormat, h.DType)
	}
	return CheckShape(h.Shape)
}

// Array is a row-major array with the slowest dimension first.
//
// DType is the element type that the values came from and go back to; its zero
// value means T itself. T holds every value of DType exactly.
type Array[T Float] struct {
	Name  string
	DType DType
	Shape []int
	Data  []T
}

// Header returns the array's description, with DType filled in.
func (a *Array[T]) Header() Header {
	d := a.DType
	if d == 0 {
		d = DTypeOf[T]()
	}
	return Header{Name: a.Name, DType: d, Shape: a.Shape}
}

// Check reports an error unless len(Data) is what Shape says, T can hold DType,
// and DType every value ([ErrValue]).
func (a *Array[T]) Check() error {
	h := a.Header()
	n, err := h.Check()
	if err != nil {
		return err
	}
	if int64(len(a.Data)) != n {
		return fmt.Errorf("%w: %s wants %d values, found %d", ErrShape, FormatShape(a.Shape), n, len(a.Data))
	}
	if h.DType.NeedsFloat64() && DTypeOf[T]() == Float32 {
		return fmt.Errorf("%w: float32 cannot hold %v exactly", ErrFormat, h.DType)
	}
	return checkValues(a.Data, h.DType)
}

// DTypeOf returns the element type of T.
func DTypeOf[T Float]() DType {
	var z T
	if _, ok := any(z).(float32); ok {
		return Float32
	}
	return Float64
}
