// Package raw reads and writes files of values and nothing else, whose shape and type
// the caller or the name of the file tells: u_25x125x125.f64 in the manner of SDRBench
// (sdrbench.github.io), a_4x5x6_float32.raw in that of Open SciVis
// (klacansky.com/open-scivis-datasets), with the fastest axis first.
package raw

import (
	"fmt"
	"io"
	"slices"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/input"
	"github.com/morselcodec/morsel/formats/internal/fail"
)

// Options describes the values; what it does not, the name of the file may: see
// [Options.Layouts].
type Options struct {
	Shape        []int
	DType        array.DType
	BigEndian    bool
	Offset, Skip int64 // bytes before and behind the values
}

// Open reads values without a header, or behind one of o.Offset bytes. Shape
// and type come from the options, else from the name; the length must fit
// exactly.
func Open(in input.Input, name string, o Options) (array.Source, error) {
	shapes, types := o.Layouts(name)
	if len(shapes) == 0 {
		return array.Source{}, fail.Unsupportedf("raw: no shape in the name %q (such as u_25x125x125.f32): give the shape", name)
	}
	in, err := part(in, o.Offset, o.Skip, len(types) > 1)
	if err != nil {
		return array.Source{}, fmt.Errorf("raw: %w", err)
	}
	for _, shape := range shapes {
		n, err := array.CheckShape(shape)
		if err != nil {
			return array.Source{}, err
		}
		for _, d := range types {
			if in.Length >= 0 && in.Length != n*int64(d.Size()) {
				continue
			}
			s, err := in.Source(array.Header{DType: d, Shape: slices.Clone(shape)}, 0, o.BigEndian)
			if _, _, ok := sciVisName(name); ok && o.Shape == nil {
				s.Note = fmt.Sprintf("the name gives the x axis first, in the manner of Open SciVis: the shape is %s", array.FormatShape(shape))
			}
			return s, err
		}
	}
	return array.Source{}, lengthError(shapes[0], types, in.Length)
}

// lengthError says what length was due.
func lengthError(shape []int, types []array.DType, found int64) error {
	n, _ := array.CheckShape(shape)
	want := n * int64(types[0].Size())
	text := fmt.Sprintf("%s of %v wants %d bytes, found %d", array.FormatShape(shape), types[0], want, found)
	switch {
	case len(types) > 1:
		text = fmt.Sprintf("%s wants %d or %d bytes (f32 or f64), found %d: give the type if it is another", array.FormatShape(shape), 4*n, 8*n, found)
	case found > want && found-want <= maxHeader:
		text += fmt.Sprintf(": if the other %d are a header, give them as the offset", found-want)
	}
	return fmt.Errorf("%w: raw: %s", fail.ErrShape, text)
}

const maxHeader = 1 << 16 // bytes that pass for one

// part returns what lies between the first offset and the last skip bytes. With
// measured set, or to know the end, packed input is unpacked for its length.
func part(in input.Input, offset, skip int64, measured bool) (input.Input, error) {
	if in.Length < 0 && (measured || skip > 0) {
		r, err := in.Open(0)
		if err != nil {
			return in, err
		}
		defer r.Close()
		if in.Length, err = io.Copy(io.Discard, r); err != nil {
			return in, fail.Damage(err)
		}
	}
	if offset == 0 && skip == 0 {
		return in, nil
	}
	whole := in
	if in.Length >= 0 {
		if offset < 0 || skip < 0 || offset > in.Length || skip > in.Length-offset {
			return in, fail.Malformedf("the file has %d bytes, fewer than the offset %d and the %d to skip", in.Length, offset, skip)
		}
		in.Length -= offset + skip
	}
	in.Open = func(at int64) (io.ReadCloser, error) {
		r, err := whole.Open(offset + at)
		if err != nil || in.Length < 0 {
			return r, err
		}
		return struct {
			io.Reader
			io.Closer
		}{io.LimitReader(r, in.Length-at), r}, nil
	}
	return in, nil
}

// Write writes the values, little-endian.
func Write(w io.Writer, s array.Source) error { return s.Copy(w, false) }
