package formats

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
)

// openRaw reads values without a header. Shape and type come from the options,
// else from the name; the length must fit exactly.
func openRaw(in input, name string, o *OpenOptions) ([]Source, []Skipped, error) {
	shapes, types := o.layouts(name)
	if len(shapes) == 0 {
		return nil, nil, unsupportedf("raw: no shape in the name %q (such as u_25x125x125.f32): give the shape", name)
	}
	if in.length < 0 && len(types) > 1 {
		return nil, nil, unsupportedf("raw: no element type in the name %q: give the type", name)
	}
	for _, shape := range shapes {
		n, err := CheckShape(shape)
		if err != nil {
			return nil, nil, err
		}
		for _, d := range types {
			if in.length >= 0 && in.length != n*int64(d.Size()) {
				continue
			}
			s, err := in.source(Header{DType: d, Shape: slices.Clone(shape)}, 0, o.BigEndian)
			return []Source{s}, nil, err
		}
	}
	n, _ := CheckShape(shapes[0])
	if len(types) > 1 {
		return nil, nil, fmt.Errorf("%w: raw: %s wants %d or %d bytes (f32 or f64), found %d: give the type if it is another",
			ErrShape, FormatShape(shapes[0]), 4*n, 8*n, in.length)
	}
	return nil, nil, fmt.Errorf("%w: raw: %s of %v wants %d bytes, found %d",
		ErrShape, FormatShape(shapes[0]), types[0], n*int64(types[0].Size()), in.length)
}

// typesInName returns the element type that the extension names, or the two
// that an extension like .dat may hide, to be told apart by the length.
func typesInName(name string) []DType {
	if d, err := ParseDType(strings.TrimPrefix(path.Ext(rawBase(name)), ".")); err == nil {
		return []DType{d}
	}
	return []DType{Float32, Float64}
}

// shapesInName returns the shapes that an SDRBench-style name may stand for:
// ..._25x125x125.f32 has one, ..._3_25_125_125.f32 has one for each number of
// trailing numbers, the longest first.
func shapesInName(name string) [][]int {
	base := rawBase(name)
	parts := strings.Split(strings.TrimSuffix(base, path.Ext(base)), "_")
	if last := parts[len(parts)-1]; strings.Contains(last, "x") {
		if shape, err := ParseShape(last); err == nil {
			return [][]int{shape}
		}
		return nil
	}
	var dims []int
	for i := len(parts) - 1; i > 0 && len(dims) < MaxRank; i-- {
		d, err := strconv.ParseUint(parts[i], 10, 31)
		if err != nil {
			break
		}
		dims = append([]int{int(d)}, dims...)
	}
	var shapes [][]int
	for i := range dims {
		if _, err := CheckShape(dims[i:]); err == nil {
			shapes = append(shapes, dims[i:])
		}
	}
	return shapes
}

func rawBase(name string) string {
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	if strings.HasSuffix(strings.ToLower(base), ".gz") {
		base = base[:len(base)-len(".gz")]
	}
	return base
}
