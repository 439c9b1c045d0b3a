package raw

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/input"
)

// Layouts returns the shapes and types that values in a file of that name may have,
// from the options and else from the name: no shape where neither says one, and
// several to be told apart by the length.
func (o Options) Layouts(name string) (shapes [][]int, types []array.DType) {
	shapes, types = [][]int{o.Shape}, []array.DType{o.DType}
	if o.Shape == nil {
		shapes = shapesInName(name)
	}
	if o.DType == 0 {
		types = typesInName(name)
	}
	return shapes, types
}

// Fit reports whether the length of the input is that of values of such a shape and
// type.
func (o Options) Fit(in input.Input, name string) bool {
	shapes, types := o.Layouts(name)
	for _, shape := range shapes {
		n, err := array.CheckShape(shape)
		if err == nil && slices.ContainsFunc(types, func(d array.DType) bool { return in.Length-o.Offset-o.Skip == n*int64(d.Size()) }) {
			return true
		}
	}
	return false
}

// typesInName returns the element type that the extension names, or the two
// that an extension like .dat may hide, to be told apart by the length.
func typesInName(name string) []array.DType {
	if _, d, ok := sciVisName(name); ok {
		return []array.DType{d}
	}
	if d, err := array.ParseDType(strings.TrimPrefix(path.Ext(rawBase(name)), ".")); err == nil {
		return []array.DType{d}
	}
	return []array.DType{array.Float32, array.Float64}
}

// shapesInName returns the shapes that an SDRBench-style name may stand for:
// ..._25x125x125.f32 has one, ..._3_25_125_125.f32 has one for each number of
// trailing numbers, the longest first.
func shapesInName(name string) [][]int {
	if shape, _, ok := sciVisName(name); ok {
		return [][]int{shape}
	}
	base := rawBase(name)
	parts := strings.Split(strings.TrimSuffix(base, path.Ext(base)), "_")
	if last := parts[len(parts)-1]; strings.Contains(last, "x") {
		if shape, err := array.ParseShape(last); err == nil {
			return [][]int{shape}
		}
		return nil
	}
	var dims []int
	for i := len(parts) - 1; i > 0 && len(dims) < array.MaxRank; i-- {
		d, err := strconv.ParseUint(parts[i], 10, 31)
		if err != nil {
			break
		}
		dims = append([]int{int(d)}, dims...)
	}
	var shapes [][]int
	for i := range dims {
		if _, err := array.CheckShape(dims[i:]); err == nil {
			shapes = append(shapes, dims[i:])
		}
	}
	return shapes
}

// ShapeInName returns the shape that raw values in a file of that name are read
// with, such as that of u_25x125x125.f32; nil if the name leaves it open.
func ShapeInName(name string) []int {
	if shapes := shapesInName(name); len(shapes) == 1 && len(shapes[0]) > 1 { // a single number may count files
		return shapes[0]
	}
	return nil
}

func rawBase(name string) string {
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	if strings.HasSuffix(strings.ToLower(base), ".gz") {
		base = base[:len(base)-len(".gz")]
	}
	return base
}

var sciVis = regexp.MustCompile(`_(\d+(?:x\d+)+)_(float(?:16|32|64)|u?int(?:8|16|32|64))\.raw$`)

// sciVisName reads a name of the Open SciVis data sets, such as
// skull_256x256x128_uint8.raw, whose first axis is the fastest.
func sciVisName(name string) (shape []int, d array.DType, ok bool) {
	parts := sciVis.FindStringSubmatch(strings.ToLower(rawBase(name)))
	if parts == nil {
		return nil, 0, false
	}
	shape, errShape := array.ParseShape(parts[1])
	d, errType := array.ParseDType(parts[2])
	slices.Reverse(shape)
	return shape, d, errShape == nil && errType == nil
}
