package formats

import (
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// openRaw reads values without a header, or behind one of o.Offset bytes. Shape
// and type come from the options, else from the name; the length must fit
// exactly.
func openRaw(in input, name string, o *OpenOptions) ([]Source, error) {
	shapes, types, note := [][]int{o.Shape}, []DType{o.DType}, ""
	shape, dtype, isSciVis := sciVisName(name)
	if o.Shape == nil {
		if shapes = shapesInName(name); isSciVis {
			shapes = [][]int{shape}
			note = fmt.Sprintf("the name gives the x axis first, in the manner of Open SciVis: the shape is %s", FormatShape(shape))
		}
		if len(shapes) == 0 {
			return nil, fmt.Errorf("%w: raw: no shape in the name %q (such as u_25x125x125.f32): give the shape", ErrShape, name)
		}
	}
	if o.DType == 0 {
		if types = typesInName(name); isSciVis {
			types = []DType{dtype}
		}
	}
	in, err := in.part(o.Offset, o.Skip, len(types) > 1)
	if err != nil {
		return nil, fmt.Errorf("raw: %w", err)
	}
	for _, shape := range shapes {
		n, err := CheckShape(shape)
		if err != nil {
			return nil, err
		}
		for _, d := range types {
			if in.length >= 0 && in.length != n*int64(d.Size()) {
				continue
			}
			s, err := in.source(Header{DType: d, Shape: slices.Clone(shape)}, 0, o.BigEndian)
			s.Note = note
			return []Source{s}, err
		}
	}
	return nil, rawLengthError(shapes[0], types, in.length)
}

// rawLengthError says what length was due.
func rawLengthError(shape []int, types []DType, found int64) error {
	n, _ := CheckShape(shape)
	want := n * int64(types[0].Size())
	text := fmt.Sprintf("%s of %v wants %d bytes, found %d", FormatShape(shape), types[0], want, found)
	switch {
	case len(types) > 1:
		text = fmt.Sprintf("%s wants %d or %d bytes (f32 or f64), found %d: give the type if it is another", FormatShape(shape), 4*n, 8*n, found)
	case found > want && found-want <= maxRawHeader:
		text += fmt.Sprintf(": if the other %d are a header, give them as the offset", found-want)
	}
	return fmt.Errorf("%w: raw: %s", ErrShape, text)
}

const maxRawHeader = 1 << 16 // bytes that pass for one

var sciVis = regexp.MustCompile(`_(\d+(?:x\d+)+)_(float(?:16|32|64)|u?int(?:8|16|32|64))\.raw$`)

// sciVisName reads a name of the Open SciVis data sets, such as
// skull_256x256x128_uint8.raw, whose first axis is the fastest.
func sciVisName(name string) (shape []int, d DType, ok bool) {
	parts := sciVis.FindStringSubmatch(strings.ToLower(rawBase(name)))
	if parts == nil {
		return nil, 0, false
	}
	shape, errShape := ParseShape(parts[1])
	d, errType := ParseDType(parts[2])
	slices.Reverse(shape)
	return shape, d, errShape == nil && errType == nil
}

// part returns what lies between the first offset and the last skip bytes. With
// measured set, or to know the end, packed input is unpacked for its length.
func (in input) part(offset, skip int64, measured bool) (input, error) {
	if in.length < 0 && (measured || skip > 0) {
		r, err := in.open(0)
		if err != nil {
			return in, err
		}
		defer r.Close()
		if in.length, err = io.Copy(io.Discard, r); err != nil {
			return in, damage(err)
		}
	}
	if offset == 0 && skip == 0 {
		return in, nil
	}
	whole := in
	if in.length >= 0 {
		if offset > in.length || skip > in.length-offset {
			return in, badf("the file has %d bytes, fewer than the offset %d and the %d to skip", in.length, offset, skip)
		}
		in.length -= offset + skip
	}
	in.open = func(at int64) (io.ReadCloser, error) {
		r, err := whole.open(offset + at)
		if err != nil || in.length < 0 {
			return r, err
		}
		return struct {
			io.Reader
			io.Closer
		}{io.LimitReader(r, in.length-at), r}, nil
	}
	return in, nil
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
