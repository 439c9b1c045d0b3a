package layers

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/morselcodec/morsel/autoencoder/internal/container"
	"github.com/morselcodec/morsel/formats/array"
)

// layerKind is a kind of layer: its name, its number and fields in model files,
// and how it is built.
type layerKind struct {
	name   string
	number byte
	fields func(l *Layer) []any // *int, *[]int or *float32, in order
	// build makes the layer for inputs of shape in, which are of one example and
	// have channels last. A nil layer without an error only changes the shape.
	build func(l Layer, in []int) (layer, []int, error)
}

// layerKinds are the kinds that there are. To add one, add a row here, and to
// FORMAT.md.
var layerKinds = []layerKind{
	{"dense", 1, func(l *Layer) []any { return []any{&l.Out} }, newDense},
	{"conv", 2, func(l *Layer) []any { return []any{&l.Out, &l.Kernel, &l.Stride, &l.Pad} }, newConv},
	{"transposed-conv", 3, func(l *Layer) []any { return []any{&l.Out, &l.Kernel, &l.Stride, &l.Pad, &l.OutputPad} }, newTransposedConv},
	{"upsample", 4, func(l *Layer) []any { return []any{&l.Factor} }, newUpsample},
	{"relu", 5, nil, newActivation},
	{"gelu", 6, nil, newActivation},
	{"silu", 7, nil, newActivation},
	{"dropout", 8, func(l *Layer) []any { return []any{&l.Rate} }, newDropout},
	{"flatten", 9, nil, flattened},
	{"reshape", 10, func(l *Layer) []any { return []any{&l.Shape} }, reshaped},
}

// newLayer builds the layer l for inputs of shape in.
func newLayer(l Layer, in []int) (layer, []int, error) {
	i := slices.IndexFunc(layerKinds, func(k layerKind) bool { return k.name == l.Kind })
	if i < 0 {
		return nil, nil, errors.New("unknown kind")
	}
	return layerKinds[i].build(l, in)
}

func flattened(_ Layer, in []int) (layer, []int, error) {
	return nil, []int{array.Product(in)}, nil
}

func reshaped(l Layer, in []int) (layer, []int, error) {
	if err := checkShape(l.Shape); err != nil {
		return nil, nil, err
	}
	if array.Product(l.Shape) != array.Product(in) {
		return nil, nil, fmt.Errorf("%v has another number of values than %v", l.Shape, in)
	}
	return nil, slices.Clone(l.Shape), nil
}

// ReadLayer reads the description of a layer.
func ReadLayer(f *container.Fields) (l Layer) {
	number := f.U8()
	i := slices.IndexFunc(layerKinds, func(k layerKind) bool { return k.number == number })
	if i < 0 {
		f.Fail("layer of unknown kind %d: use a newer program", number)
		return l
	}
	l.Kind = layerKinds[i].name
	if layerKinds[i].fields == nil {
		return l
	}
	for _, v := range layerKinds[i].fields(&l) {
		switch v := v.(type) {
		case *int:
			*v = f.Int(container.MaxSize)
		case *[]int:
			*v = f.List()
		case *float32:
			*v = f.Float32()
		}
	}
	return l
}

// AppendLayer appends the description of a layer of a known kind.
func AppendLayer(b []byte, l Layer) []byte {
	i := slices.IndexFunc(layerKinds, func(k layerKind) bool { return k.name == l.Kind })
	b = append(b, layerKinds[i].number)
	if layerKinds[i].fields == nil {
		return b
	}
	for _, v := range layerKinds[i].fields(&l) {
		switch v := v.(type) {
		case *int:
			b = binary.AppendUvarint(b, uint64(*v))
		case *[]int:
			b = container.AppendList(b, *v)
		case *float32:
			b = container.AppendFloat32(b, *v)
		}
	}
	return b
}
