package formats

import (
	"io"

	"github.com/morselcodec/morsel/formats/array"
)

func openNPY(in input, o *OpenOptions) ([]array.Source, error) {
	r, err := in.open(0)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	s, err := npySource(in, r, o)
	if err != nil {
		return nil, err
	}
	return []array.Source{s}, nil
}

// npySource reads the header from r, which stands at the start of in.
func npySource(in input, r io.Reader, o *OpenOptions) (array.Source, error) {
	h, err := readNPYHeader(r)
	if err != nil {
		return array.Source{}, err
	}
	shape := h.Shape
	if h.fortran {
		h.Shape = make([]int, len(shape)) // as the bytes lie
		for i, d := range shape {
			h.Shape[len(shape)-1-i] = d
		}
	}
	s, err := in.source(h.Header, h.length, h.bigEndian)
	if err == nil && h.fortran && len(shape) > 1 {
		s, err = permuted(s, reversed(len(shape)), o.maxBytes())
	}
	if h.boolean {
		s.Note = noteBool
	}
	return s, err
}

// noteBool is said of arrays of booleans.
const noteBool = "booleans are read as u8: 0 and 1"

func writeNPY(w io.Writer, s array.Source) error {
	b, err := formatNPYHeader(s.Header)
	if err != nil {
		return err
	}
	if _, err := w.Write(b); err != nil {
		return err
	}
	return writeRaw(w, s)
}
