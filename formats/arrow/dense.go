package arrow

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/input"
	"github.com/morselcodec/morsel/formats/internal/fail"
)

// dense is a tensor message: Tensor of Tensor.fbs.
type dense struct {
	field   *schemaField // its element type
	shape   []int
	strides []int64 // in bytes, nil when row-major
	data    buffer
}

// readDense reads a tensor with a body of size bytes.
func readDense(t flatTable, size int64) *dense {
	f := t.f
	d := &dense{field: readType(t, 0)}
	start, n := t.vector(2, 4)
	for i := 0; i < n && f.err == nil; i++ {
		d.shape = append(d.shape, int(max(min(f.table(start+4*i).i64(0), array.MaxValues+1), -1)))
	}
	start, n = t.vector(3, 8)
	for i := range n {
		d.strides = append(d.strides, f.i64(start+8*i))
	}
	at := t.at(4)
	if at == 0 {
		f.fail("a tensor without data")
		return d
	}
	d.data = readBuffer(f, at, size)
	return d
}

// openTensors lists the tensor messages of a stream: the only one has no
// name, several are tensor_0, tensor_1, ...
func openTensors(r io.ReaderAt, msgs []message, o Options) ([]array.Source, []array.Skipped, error) {
	var sources []array.Source
	var skipped []array.Skipped
	for i, m := range msgs {
		name := ""
		if len(msgs) > 1 {
			name = fmt.Sprintf("tensor_%d", i)
		}
		s, err := m.tensorSource(r, name, o)
		if err != nil { // nothing has been read
			skipped = append(skipped, array.Skipped{Name: name, Err: err})
			continue
		}
		sources = append(sources, s)
	}
	return sources, skipped, nil
}

func (m *message) tensorSource(r io.ReaderAt, name string, o Options) (array.Source, error) {
	switch {
	case m.kind == kindSparse:
		return array.Source{}, fail.Unsupportedf("a sparse tensor: make it dense")
	case m.kind != kindTensor:
		return array.Source{}, fail.Malformedf("arrow: a message of kind %d among tensors", m.kind)
	case m.tensor.field.dtype == 0:
		return array.Source{}, fail.Unsupportedf("a tensor of %s", m.tensor.field.about)
	}
	d := m.tensor
	h := array.Header{Name: name, DType: d.field.dtype, Shape: d.shape}
	if len(h.Shape) == 0 { // a scalar
		h.Shape = []int{1}
	}
	n, err := h.Check()
	if err != nil {
		return array.Source{}, err
	}
	want := n * int64(h.DType.Size())
	if d.data.n < want {
		return array.Source{}, fail.Malformedf("a tensor of %s wants %d bytes, found %d", array.FormatShape(h.Shape), want, d.data.n)
	}
	in := input.File(io.NewSectionReader(r, m.body+d.data.at, want), want)
	order, err := d.order()
	if err != nil {
		return array.Source{}, err
	}
	if n == 0 || len(d.shape) == 0 || slices.IsSorted(order) {
		return in.Source(h, 0, false)
	}
	stored, perm := make([]int, len(order)), make([]int, len(order))
	for i, axis := range order {
		stored[i], perm[axis] = h.Shape[axis], i
	}
	h.Shape = stored
	s, err := in.Source(h, 0, false)
	if err != nil {
		return s, err
	}
	return array.Permuted(s, perm, o.MaxBytes)
}

// order returns the axes as they lie in memory, the slowest first.
func (d *dense) order() ([]int, error) {
	order := make([]int, len(d.shape))
	for i := range order {
		order[i] = i
	}
	if len(d.strides) == 0 || slices.Contains(d.shape, 0) {
		return order, nil
	}
	if len(d.strides) != len(d.shape) {
		return nil, fail.Malformedf("%d strides for %d dimensions", len(d.strides), len(d.shape))
	}
	if d.packed(order) {
		return order, nil
	}
	slices.SortStableFunc(order, func(a, b int) int { // axes of one value, whose stride is any, last
		return cmp.Compare(d.step(b), d.step(a))
	})
	if d.packed(order) {
		return order, nil
	}
	return nil, fail.Unsupportedf("a tensor of strides %v: make it contiguous", d.strides)
}

// step is the stride of an axis, 0 if it has one value.
func (d *dense) step(axis int) int64 {
	if d.shape[axis] == 1 {
		return 0
	}
	return d.strides[axis]
}

// packed reports whether the axes in this order have no gaps.
func (d *dense) packed(order []int) bool {
	want := int64(d.field.dtype.Size())
	for _, axis := range slices.Backward(order) {
		if d.shape[axis] != 1 && d.strides[axis] != want {
			return false
		}
		want *= int64(d.shape[axis])
	}
	return true
}
