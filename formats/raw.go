package formats

import (
	"fmt"
	"io"
	"slices"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/internal/fail"
)

// openRaw reads values without a header, or behind one of o.Offset bytes. Shape
// and type come from the options, else from the name; the length must fit
// exactly.
func openRaw(in input, name string, o *OpenOptions) ([]array.Source, []Skipped, error) {
	shapes, types := o.layouts(name)
	if len(shapes) == 0 {
		return nil, nil, fail.Unsupportedf("raw: no shape in the name %q (such as u_25x125x125.f32): give the shape", name)
	}
	in, err := in.part(o.Offset, o.Skip, len(types) > 1)
	if err != nil {
		return nil, nil, fmt.Errorf("raw: %w", err)
	}
	for _, shape := range shapes {
		n, err := array.CheckShape(shape)
		if err != nil {
			return nil, nil, err
		}
		for _, d := range types {
			if in.length >= 0 && in.length != n*int64(d.Size()) {
				continue
			}
			s, err := in.source(array.Header{DType: d, Shape: slices.Clone(shape)}, 0, o.BigEndian)
			if _, _, ok := sciVisName(name); ok && o.Shape == nil {
				s.Note = fmt.Sprintf("the name gives the x axis first, in the manner of Open SciVis: the shape is %s", array.FormatShape(shape))
			}
			return []array.Source{s}, nil, err
		}
	}
	return nil, nil, rawLengthError(shapes[0], types, in.length)
}

// rawLengthError says what length was due.
func rawLengthError(shape []int, types []array.DType, found int64) error {
	n, _ := array.CheckShape(shape)
	want := n * int64(types[0].Size())
	text := fmt.Sprintf("%s of %v wants %d bytes, found %d", array.FormatShape(shape), types[0], want, found)
	switch {
	case len(types) > 1:
		text = fmt.Sprintf("%s wants %d or %d bytes (f32 or f64), found %d: give the type if it is another", array.FormatShape(shape), 4*n, 8*n, found)
	case found > want && found-want <= maxRawHeader:
		text += fmt.Sprintf(": if the other %d are a header, give them as the offset", found-want)
	}
	return fmt.Errorf("%w: raw: %s", fail.ErrShape, text)
}

const maxRawHeader = 1 << 16 // bytes that pass for one

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
			return in, fail.Damage(err)
		}
	}
	if offset == 0 && skip == 0 {
		return in, nil
	}
	whole := in
	if in.length >= 0 {
		if offset > in.length || skip > in.length-offset {
			return in, fail.Malformedf("the file has %d bytes, fewer than the offset %d and the %d to skip", in.length, offset, skip)
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
